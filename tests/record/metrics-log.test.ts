import { describe, expect, test } from 'vitest';
import { maskedCrc } from '../../src/record/event-file.ts';
import { isLogName, readLogFile } from '../../src/record/metrics-log.ts';
import { LogError, MOST_LOG_TEXT } from '../../src/record/run-log.ts';
import { event, eventFile } from './event-bytes.ts';

const read = (name: string, content: string | Uint8Array) =>
  readLogFile(name, typeof content === 'string' ? new TextEncoder().encode(content) : content);
const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const reasons = ({ unshown }: ReturnType<typeof read>) =>
  Object.fromEntries(unshown.map(({ name, why }) => [name, why]));

describe('each maker’s log, under our names', () => {
  test('verl’s file logger: a line a step, its numbers beside the step', () => {
    const log = read(
      'run.jsonl',
      lines(
        { step: 0, data: { 'val-core/sums/acc/mean@4': 0.25, 'val-core/sums/acc/best@4/mean': 0.5 } },
        {
          step: 1,
          data: {
            'critic/score/mean': 0.5,
            'actor/entropy': 0.3,
            'actor/entropy_loss': 0.29,
            'actor/pg_clipfrac': 0.02,
            'actor/ppo_kl': 0.001,
            'actor/reward_kl_penalty': 0.01,
            'critic/vf_loss': 0.4,
            'timing_s/step': 31.5,
          },
        },
        {
          step: 2,
          data: { 'critic/score/mean': null, 'actor/entropy': 0.2, 'val-core/sums/acc/mean@4': 0.75 },
        },
      ),
    );
    expect(log).toMatchObject({ maker: 'verl', isOurs: false, steps: 3, changes: [] });
    expect(log.updates).toEqual([
      { update: 0, metrics: { 'eval/pass@1_held_out': 0.25 } },
      {
        update: 1,
        metrics: { 'objective/scores': 0.5, 'policy/entropy': 0.3, 'policy/clip_frac': 0.02 },
      },
      { update: 2, metrics: { 'policy/entropy': 0.2, 'eval/pass@1_held_out': 0.75 } },
    ]);
    expect(log.notes).toHaveLength(2);
    expect(reasons(log)).toEqual({
      'val-core/sums/acc/best@4/mean': undefined,
      'actor/entropy_loss': 'Drawn in its place: actor/entropy.',
      'actor/ppo_kl': expect.stringContaining('between one policy and the next'),
      'actor/reward_kl_penalty': expect.stringContaining('of a token'),
      'critic/vf_loss': 'No chart of this page draws it.',
      'timing_s/step': undefined,
    });
  });

  test('TRL’s PPOTrainer: KL is of a response, as ours; what lies between two policies is no KL to the reference', () => {
    const history = [
      {
        'objective/kl': 1.5,
        'objective/scores': -0.5,
        'policy/approxkl_avg': 0.1,
        'policy/entropy_avg': 2,
        step: 1,
      },
      { 'objective/kl': 2.5, 'policy/clipfrac_avg': 0.25, 'val/ratio': 1, epoch: 0.5, step: 2 },
      { train_runtime: 12, step: 2 },
    ];
    const log = read(
      'trainer_state.json',
      JSON.stringify({ best_metric: null, log_history: history }, null, 2),
    );
    expect(log.maker).toBe('TRL');
    expect(log.updates).toEqual([
      { update: 1, metrics: { 'objective/scores': -0.5, 'policy/kl_kept': 1.5, 'policy/entropy': 2 } },
      { update: 2, metrics: { 'policy/kl_kept': 2.5, 'policy/clip_frac': 0.25 } },
    ]);
    expect(reasons(log)).toMatchObject({
      'policy/approxkl_avg': expect.stringContaining('between one policy and the next'),
      train_runtime: undefined,
    });
  });

  test('TRL’s GRPOTrainer: its KL is of a token, its steps are the optimiser’s; a list and lines are the same', () => {
    // Their word, which means too much here.
    const rewarded = (value: number) => Object.fromEntries([['reward', value]]);
    const rows = [
      { ...rewarded(0.25), reward_std: 0.1, kl: 0.02, entropy: 0.5, 'clip_ratio/region_mean': 0, step: 10 },
      { ...rewarded(0.5), reward_std: 0.2, kl: 0.03, entropy: 0.4, 'clip_ratio/region_mean': 0.1, step: 20 },
      { eval_reward: 0.75, step: 20 },
    ];
    const log = read('log.json', JSON.stringify(rows));
    expect(log.updates).toEqual([
      { update: 10, metrics: { 'objective/scores': 0.25, 'policy/clip_frac': 0, 'policy/entropy': 0.5 } },
      {
        update: 20,
        metrics: {
          ...{ 'objective/scores': 0.5, 'policy/clip_frac': 0.1, 'policy/entropy': 0.4 },
          'eval/scores': 0.75,
        },
      },
    ]);
    expect(log.notes.join(' ')).toContain('those of the optimiser');
    expect(reasons(log).kl).toContain('of a token');
    expect(read('log.jsonl', lines(...rows))).toEqual(log);
    expect(read('lines.json', lines(...rows))).toEqual(log);
  });

  test('OpenRLHF’s event file: the reward is the same word there as in TRL, and is told apart by its company', () => {
    const log = read(
      'events.out.tfevents.1.host.2.0',
      eventFile(
        event(1, { 'train/reward': 0.5 }),
        event(1, { 'train/kl': 0.25, 'train/policy_loss': -0.5, 'train/response_length': 64 }),
        event(300, { 'train/reward': 0.75, 'train/ppo_clip_ratio': 0.125, 'eval/eval_sums_pass1': 0.5 }),
      ),
    );
    expect(log.maker).toBe('OpenRLHF');
    expect(log.updates).toEqual([
      { update: 1, metrics: { 'objective/scores': 0.5 } },
      {
        update: 300,
        metrics: { 'objective/scores': 0.75, 'policy/clip_frac': 0.125, 'eval/pass@1_held_out': 0.5 },
      },
    ]);
    expect(Object.keys(reasons(log))).toEqual(['kl', 'policy_loss', 'response_length']);
  });

  test('a table, as trackers export one: empty cells are nothing, a cell may be quoted', () => {
    const table = [
      '\u{FEFF}"_step",critic/score/mean,"a ""name"", of two\nlines",actor/entropy',
      '0,-1.5e-1,"x, y",nan',
      '',
      '1,,,0.25\r',
    ].join('\n');
    const log = read('export.csv', table);
    expect(log.updates).toEqual([
      { update: 0, metrics: { 'objective/scores': -0.15 } },
      { update: 1, metrics: { 'policy/entropy': 0.25 } },
    ]);
    expect(log.unshown.map(({ name }) => name)).toEqual(['a "name", of two\u{FFFD}lines']);
  });
});

describe('what is not drawn', () => {
  test('a share that is none; the second of two sources; what has no number', () => {
    const log = read(
      'run.jsonl',
      lines(
        {
          step: 1,
          data: { 'val-core/a/acc/mean@1': 0.5, 'val-core/b/acc/mean@1': 0.25, 'actor/entropy': 1 },
        },
        { step: 2, data: { 'critic/score/mean': null } },
      ),
    );
    expect(log.updates[0].metrics['eval/pass@1_held_out']).toBe(0.5);
    expect(reasons(log)).toEqual({
      'val-core/b/acc/mean@1': 'Drawn in its place: val-core/a/acc/mean@1.',
      'critic/score/mean': 'It has no number.',
    });
    const beyond = read(
      'run.jsonl',
      lines({ step: 1, 'val-core/a/acc/mean@1': 1.5, 'critic/score/mean': 1 }),
    );
    expect(reasons(beyond)).toEqual({
      'val-core/a/acc/mean@1': 'It goes beyond 0 to 1: it is no pass rate.',
    });
  });

  test('of a step that was logged twice the later stands, and steps may come in any order', () => {
    const { updates } = read(
      'run.jsonl',
      lines(
        { step: 5, 'critic/score/mean': 1 },
        { step: 2, 'critic/score/mean': 2 },
        { step: 5, 'critic/score/mean': 3 },
      ),
    );
    expect(updates.map(({ update, metrics }) => [update, metrics['objective/scores']])).toEqual([
      [2, 2],
      [5, 3],
    ]);
  });

  test('numbers that are none, as Python writes them, are nothing; in a name they stay', () => {
    const text = '{"step": 1, "critic/score/mean": NaN, "actor/entropy": 1, "a NaN, of": [-Infinity, NaN]}';
    const log = read('run.jsonl', text);
    expect(log.updates).toEqual([{ update: 1, metrics: { 'policy/entropy': 1 } }]);
    expect(reasons(log)).toHaveProperty('a NaN, of');
  });
});

const scored = (step: unknown) => ({ step, 'critic/score/mean': 1 });
const wrong: [string, string, string | Uint8Array, RegExp][] = [
  ['a line that is no JSON', 'a.jsonl', `${lines(scored(1))}\n\n{"step": 2,`, /^Its line 3 is no JSON: /],
  ['a line of another kind', 'a.jsonl', lines(scored(1), [1]), /^Its line 2 is a list, expected an object/],
  [
    'no step',
    'a.jsonl',
    lines({ 'critic/score/mean': 1 }),
    /^Its line 1, step: it is missing, expected a whole/,
  ],
  ['half a step', 'a.jsonl', lines(scored(1.5)), /^Its line 1, step: it is 1\.5, expected/],
  [
    'a step below 0',
    'a.json',
    JSON.stringify([scored(1), scored(-1)]),
    /^Its entry 2, step: it is -1, expected/,
  ],
  ['a step far away', 'a.jsonl', lines(scored(1e15)), /expected a whole number from 0 to 199999\.$/],
  [
    'a word for a number',
    'a.jsonl',
    lines(scored(1), { step: 2, 'critic/score/mean': 'good' }),
    /^Its line 2, critic\/score\/mean: it is “good”, expected a number\.$/,
  ],
  [
    'a list for a number',
    'a.jsonl',
    lines({ step: 2, data: { 'critic/score/mean': [1] } }),
    /^Its line 1, critic\/score\/mean: it is a list, expected a number\.$/,
  ],
  [
    'a word in a table',
    'a.csv',
    'step,critic/score/mean\n1,0.5\n2,0.5.5\n',
    /^Its line 3, critic\/score\/mean: it is “0\.5\.5”, expected a number\.$/,
  ],
  [
    'a line of a table that is short',
    'a.csv',
    'step,critic/score/mean\n1\n',
    /^Its line 2 has 1 cells, but its head 2\.$/,
  ],
  [
    'a quote that is not closed',
    'a.csv',
    'step,x\n1,"2\n3,4\n',
    /^Its line 2, column 2, cannot be read: a quote/,
  ],
  ['text beyond a quote', 'a.csv', 'step,x\n1,"2"3\n', /^Its line 2, column 2, cannot be read/],
  ['a name twice', 'a.csv', 'step,x,x\n1,2,3\n', /^Its line 1 names x twice\.$/],
  [
    'names of nobody',
    'a.jsonl',
    lines({ step: 1, loss: 1 }),
    /^By the names .* no log of verl, TRL, OpenRLHF: it has loss\.$/,
  ],
  ['nothing', 'a.jsonl', '\n \n', /: it has none\.$/],
  [
    'nothing to draw',
    'a.jsonl',
    lines({ step: 1, 'timing_s/step': 1 }),
    /^It is a log of verl, but has no metric/,
  ],
  ['no JSON at all', 'a.json', 'hello\nyou', /^It is no JSON: /],
  ['JSON of another kind', 'a.json', '7', /^It is no UNIPO log/],
  [
    'an event file of another kind',
    'x.tfevents',
    'step,x\n1,2\n and so on',
    /^Its record 1 is broken: its length/,
  ],
];
test.each(wrong)('%s is told of', (_, name, content, message) => {
  expect(() => read(name, content)).toThrow(LogError);
  expect(() => read(name, content)).toThrow(message);
});

describe('an event file', () => {
  test('has the checksum of CRC-32C', () => {
    // Of the digits 1 to 9 it is E3069283.
    const rotated = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8;
    expect(maskedCrc(new TextEncoder().encode('123456789'))).toBe(rotated >>> 0);
  });

  test('that is cut off, or of which any byte was changed, is refused by the name of its record', () => {
    const whole = eventFile(event(1, { 'critic/score/mean': 1 }), event(2, { 'critic/score/mean': 2 }));
    expect(read('x.tfevents', whole).updates).toHaveLength(2);
    const ends = new Set<number>();
    for (let length = 1; length < whole.length; length++) {
      try {
        // As long as it ends with a record it is shorter, not broken.
        read('x.tfevents', whole.subarray(0, length));
        ends.add(length);
      } catch (error) {
        expect((error as Error).message).toMatch(/^Its record [123] is broken: it is cut off|it has none/);
      }
      const changed = Uint8Array.from(whole);
      changed[length] ^= 1;
      expect(() => read('x.tfevents', changed)).toThrow(/^Its record [123] is broken: /);
    }
    expect(ends.size).toBe(1);
  });
});

describe('hostile files', () => {
  test('names of what every object has are names as any other', () => {
    const text =
      '{"__proto__": 1, "constructor": 2, "toString": {"a": 1}, "step": 1, "critic/score/mean": 1}';
    const log = read('a.jsonl', text);
    expect(log.unshown.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(read('a.jsonl', `{"step": 1, "data": ${text}}`).updates).toEqual(log.updates);
    expect(read('a.csv', '__proto__,step,critic/score/mean\n5,1,1').updates).toEqual(log.updates);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('what is too large, too long, too wide or too deep is refused in a sentence', () => {
    expect(() => read('a.jsonl', new Uint8Array(MOST_LOG_TEXT + 1))).toThrow(/^It has 60000001 bytes/);
    expect(() => read('a.jsonl', `{"x": "${'a'.repeat(1_000_000)}"}`)).toThrow(
      /^Its line 1 has 1000009 characters/,
    );
    const wide = Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`x${i}`, 1]));
    expect(() => read('a.jsonl', lines({ step: 1, ...wide }))).toThrow(
      'It has more than 5000 metrics, at its line 1.',
    );
    expect(() => read('a.csv', 'x,'.repeat(5_000))).toThrow(/^Its line 1 is too long/);
    expect(() => read('a.csv', `step,"${'""'.repeat(1_000_000)}`)).toThrow(/^Its line 1, column 2/);
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    expect(() => read('a.jsonl', `{"step": 1, "critic/score/mean": ${deep}}`)).toThrow(LogError);
    expect(() => read('a.json', '[NaN'.repeat(500_000))).toThrow(/^It is no JSON/);
  });

  test('what is told of one is short and seen', () => {
    const name = `critic/score/mean${'\u{202E}'.repeat(3)}${'x'.repeat(500)}`;
    const { unshown } = read('a.jsonl', lines({ ...scored(1), [name]: 1 }));
    expect(unshown[0].name).toHaveLength(81);
    expect(unshown[0].name).toContain('\u{FFFD}\u{FFFD}\u{FFFD}x');
    expect(() => read('a.jsonl', lines({ step: 1, 'critic/score/mean': 'x'.repeat(500) }))).toThrow(
      /“x{80}…”, expected/,
    );
  });
});

test('files are known for logs by their names', () => {
  for (const name of ['a.json', 'A.JSONL', 'a.ndjson', 'a.csv', 'events.out.tfevents.17.host'])
    expect(isLogName(name)).toBe(true);
  for (const name of ['a.pfppo', 'json', 'a.txt']) expect(isLogName(name)).toBe(false);
});
