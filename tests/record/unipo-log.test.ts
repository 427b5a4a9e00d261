import { expect, test } from 'vitest';
import { readLogFile } from '../../src/record/metrics-log.ts';
import { LogError } from '../../src/record/run-log.ts';

const readUnipoLog = (text: string) => readLogFile('log.json', new TextEncoder().encode(text));

const header = { algorithm: 'ppo', model_name: 'somebody/some-1B', task: 'sums', hparams: { gamma: 1 } };
const entry = (step: number, isFirst: boolean, metrics: Record<string, unknown>) => ({
  ...{ step, is_first_step_after_rollout_phase: isFirst, metrics },
});
/** Their word, which means too much here. */
const scored = (value: number) => Object.fromEntries([['reward', value]]);
const log = (...entries: unknown[]) => JSON.stringify({ header, entries });

test('an update is a phase of rollouts, its numbers the means of its steps under our names', () => {
  const text = log(
    entry(0, true, {
      ...scored(0.5),
      kl: 0,
      entropy: 2,
      clip_fraction: 0,
      policy_objective: 1,
      reward_std: 3,
    }),
    entry(1, false, { ...scored(0.5), kl: 0.5, entropy: 1, clip_fraction: 0.25 }),
    entry(2, true, { ...scored(-1), kl: null, entropy: 'no number' }),
  );
  expect(readUnipoLog(text)).toEqual({
    maker: 'UNIPO',
    about: 'ppo, somebody/some-1B, sums',
    isOurs: false,
    steps: 3,
    updates: [
      {
        update: 1,
        metrics: {
          'objective/scores': 0.5,
          'policy/kl_kept': 0.25,
          'policy/entropy': 1.5,
          'policy/clip_frac': 0.125,
        },
      },
      { update: 2, metrics: { 'objective/scores': -1 } },
    ],
    changes: [],
    notes: [],
    unshown: [{ name: 'policy_objective' }, { name: 'reward_std' }],
  });
});

test('where phases are not told, every step is an update', () => {
  const { updates } = readUnipoLog(log({ step: 0, metrics: { kl: 1 } }, { step: 1, metrics: { kl: 2 } }));
  expect(updates.map(({ update }) => update)).toEqual([1, 2]);
});

const wrong: [string, string, RegExp][] = [
  ['no JSON', '{"header": ', /^It is no JSON: /],
  ['another thing', '{}', /^It is no UNIPO log, at header: it is missing\. A log has a header and entries/],
  ['no object', '7', /at its top: it is 7, expected Object/],
  [
    'a bad step',
    log(entry(0, true, { kl: 1 }), entry(1.5, true, { kl: 1 })),
    /at entries\.1\.step: it is 1\.5, expected /,
  ],
  ['a step below 0', log(entry(-1, true, {})), /at entries\.0\.step: it is -1, expected >=0/],
  ['no metrics', log({ step: 0 }), /at entries\.0\.metrics: it is missing/],
  [
    'none that can be drawn',
    log(entry(0, true, { total_loss: 1 })),
    /^None of its entries has a metric .*: reward, /,
  ],
  ['nothing', log(), /^None of its entries/],
];
test.each(wrong)('%s is told of', (_, text, message) => {
  expect(() => readUnipoLog(text)).toThrow(LogError);
  expect(() => readUnipoLog(text)).toThrow(message);
});

const ours = (hparams: unknown) =>
  JSON.stringify({
    header: { model_name: 'pf-ppo-playground/tiny', hparams },
    entries: [entry(0, true, { kl: 1 })],
  });

test('what was set otherwise in mid-run is told of ours alone', () => {
  const changes = [
    { step: 1, klCoef: 0.05 },
    { step: 4, learningRate: 1e-4, groupSize: 4 },
  ];
  const read = readUnipoLog(ours({ seed: 1, klCoef: 0.2, changes })).changes;
  expect(read.map(({ update }) => update)).toEqual([2, 5]);
  expect(read.map(({ before }) => before.klCoef)).toEqual([0.2, 0.05]);
  expect(read[1].after).toMatchObject({ klCoef: 0.05, learningRate: 1e-4, groupSize: 4 });
  // Logs that were written before, and others', which say theirs as they like.
  expect(readUnipoLog(ours(undefined)).changes).toEqual([]);
  expect(readUnipoLog(ours({ klCoef: 0.2 })).changes).toEqual([]);
  const theirs = {
    header: { ...header, hparams: { changes: 'many' } },
    entries: [entry(0, true, { kl: 1 })],
  };
  expect(readUnipoLog(JSON.stringify(theirs)).changes).toEqual([]);
});

test.each<[string, unknown, RegExp]>([
  ['settings that are none', 7, /^Its settings cannot be read, at header\.hparams/],
  ['changes that are none', { changes: 'many' }, /at header\.hparams\.changes: /],
  ['a change at no step', { changes: [{ klCoef: 1 }] }, /at header\.hparams\.changes\.0\.step: /],
  ['a change far away', { changes: [{ step: 2 ** 31 }] }, /at header\.hparams\.changes\.0\.step: /],
  ['a setting that cannot be', { changes: [{ step: 1, klCoef: -1 }] }, /^It has settings that cannot be\. /],
  ['a setting that is nothing', { filter: null }, /^It has settings that cannot be\. /],
  [
    'a setting of another kind',
    { changes: [{ step: 1, filter: 'none' }] },
    /^It has settings that cannot be\. /,
  ],
])('%s is told of', (_, hparams, message) => {
  expect(() => readUnipoLog(ours(hparams))).toThrow(LogError);
  expect(() => readUnipoLog(ours(hparams))).toThrow(message);
});

test('an update far away makes no room for all before it', () => {
  const ours = { header: { model_name: 'pf-ppo-playground/tiny' }, entries: [entry(1e9, true, { kl: 1 })] };
  expect(() => readUnipoLog(JSON.stringify(ours))).toThrow(
    'It has an update 1000000001; up to 200000 can be shown.',
  );
});
