import { beforeAll, describe, expect, it } from 'vitest';
import { metricNames } from '../../src/protocol/metrics.ts';
import { metricsCsv, metricsJson, unipoLog, type TokensOf } from '../../src/record/exports.ts';
import { unipoLogOf } from '../../src/record/unipo-log.ts';
import { RunRecord } from '../../src/record/run-record.ts';
import { replay } from '../../src/ui/run/live-run.ts';
import type { RunModel } from '../../src/ui/run/run-model.ts';
import { tokenNumbers } from '../../src/token-numbers.ts';
import type { Training } from '../../src/training.ts';
import { recordedRun } from '../recorded-run.ts';

let record: RunRecord;
let model: RunModel;
let now: Training;
let learningRate = 2e-4;
beforeAll(async () => {
  const recorded = await recordedRun(3, {
    knobs: { evalEvery: 2 },
    live: () => ({ learningRate }),
    onEvent: (event) => {
      if (event.type === 'updated' && event.update === 2) learningRate = 1e-4;
    },
  });
  record = recorded.record;
  model = replay(record);
});

describe('metrics by update', () => {
  it('as CSV are, number by number, what the page knows', () => {
    const [head, ...rows] = metricsCsv(record)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(head).toEqual(['update', ...metricNames]);
    expect(rows.map(([update]) => update)).toEqual(['0', '1', '2', '3']);
    for (const [update, ...values] of rows)
      metricNames.forEach((name, i) => {
        const known = model.history.at(name, Number(update));
        expect(values[i]).toBe(known === undefined ? '' : String(known));
      });
    expect(model.history.at('eval/kl', 1)).toBeUndefined();
  });

  it('as JSON are the same, with what made them', () => {
    const { config, changes, metrics } = JSON.parse(metricsJson(record)) as {
      config: unknown;
      changes: unknown;
      metrics: ({ update: number } & Record<string, number>)[];
    };
    expect(config).toEqual(record.config);
    expect(changes).toEqual([{ update: 3, knobs: { learningRate: 1e-4 } }]);
    for (const { update, ...known } of metrics)
      for (const name of metricNames) expect(known[name]).toBe(model.history.at(name, update));
  });
});

interface Log {
  header: Record<string, unknown>;
  entries: {
    step: number;
    is_first_step_after_rollout_phase: boolean;
    metrics: Record<string, number>;
    prompts?: {
      prompt: string;
      responses: {
        id: string;
        advantage?: number;
        response_length: number;
        tokens: { ids: number[]; strings: string[] };
      }[];
    }[];
  }[];
}

type Scored = Record<'reward', number>;

describe("UNIPO's log", () => {
  const log = async (of = record) => JSON.parse(await unipoLog(of)) as Log;

  it('has what its schema requires, an entry an update', async () => {
    const { header, entries } = await log();
    expect(header).toMatchObject({ algorithm: 'ppo', totalSteps: 3 });
    expect(header.hparams).toMatchObject({ learningRate: 2e-4, changes: [{ step: 2, learningRate: 1e-4 }] });
    expect(entries.map(({ step }) => step)).toEqual([0, 1, 2]);
    for (const { step, metrics } of entries) {
      expect(metrics.policy_objective).toBe(-model.history.at('policy/loss', step + 1)!);
      expect(metrics['reward']).toBe(model.history.at('objective/scores', step + 1));
      expect(metrics.learning_rate).toBe(step === 2 ? 1e-4 : 2e-4);
    }
  });

  it('has three prompts with all their responses: tokens, scores, and the advantages of those that were kept', async () => {
    const batch = [...record.events()].flatMap((event) => (event.type === 'batch' ? [event.batch] : []))[1];
    const [{ prompts = [] }] = (await log()).entries;
    expect(prompts).toHaveLength(3);
    const responses = prompts.flatMap((prompt) =>
      prompt.responses.map((response) => ({ ...response, score: (response as object as Scored)['reward'] })),
    );
    expect(responses.map((response) => response.score)).toEqual([...batch.scores.slice(0, responses.length)]);
    const kept = responses.flatMap(({ advantage }, row) => (advantage === undefined ? [] : [row]));
    expect(kept).toEqual(batch.kept.filter((row) => row < responses.length));
    for (const { response_length, tokens } of responses) {
      expect(tokens.ids).toHaveLength(response_length);
      expect(tokens.strings).toHaveLength(response_length);
    }
  });

  it('has of the tokens of its last update what the run itself says: all of what was learned from, of the rest the log-probs', async () => {
    const { record, state } = await recordedRun(2, {
      onEvent: (event, training) => {
        if (event.type === 'updated') now = training;
      },
    });
    const asked: number[] = [];
    const tokensOf: TokensOf = async (batch, row) => {
      asked.push(batch.update);
      return tokenNumbers(now, batch, row, batch.kept, now.inForce);
    };
    expect(state.update).toBe(2);
    const text = await unipoLog(record, undefined, tokensOf);
    expect(new Set(asked)).toEqual(new Set([2]));
    const [first, last] = (JSON.parse(text) as Log).entries.map(({ prompts = [] }) =>
      prompts.flatMap(({ responses }) => responses),
    );
    for (const { tokens } of first) expect(Object.keys(tokens)).toEqual(['ids', 'strings']);
    const plain = ['ids', 'strings', 'log_probs', 'ref_log_probs'];
    const used = ['old_log_probs', 'values', 'rewards', 'advantages', 'returns', 'token_kl'];
    const experience = [...record.events()].findLast((event) => event.type === 'experience')!;
    const batch = [...record.events()].findLast((event) => event.type === 'batch')!.batch;
    const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    let learned = 0;
    last.forEach(({ tokens, response_length, advantage }, row) => {
      const place = batch.kept.indexOf(row);
      expect(Object.keys(tokens)).toEqual(place < 0 ? plain : [...plain, ...used]);
      for (const numbers of Object.values(tokens)) expect(numbers).toHaveLength(response_length);
      if (place < 0) return;
      learned++;
      const { token_kl, advantages } = tokens as unknown as Record<string, number[]>;
      expect(mean(advantages)).toBeCloseTo(advantage!, 5);
      expect(mean(token_kl) * response_length).toBeCloseTo(experience.kl[place], 4);
    });
    expect(learned).toBeGreaterThan(0);
    expect(learned).toBeLessThan(last.length);
    expect(unipoLogOf(JSON.parse(text)).updates).toEqual(
      unipoLogOf(JSON.parse(await unipoLog(record))).updates,
    );
    // Of a policy that is elsewhere, or gone, there is nothing.
    const elsewhere: TokensOf = async (batch, row) => {
      const known = (await tokensOf(batch, row))!;
      return { ...known, policy: { ...known.policy, steps: 1 } };
    };
    const bare = await unipoLog(record);
    expect(await unipoLog(record, undefined, elsewhere)).toBe(bare);
    expect(await unipoLog(record, undefined, () => Promise.resolve(undefined))).toBe(bare);
  });

  it('is read again as the same numbers, in our unit', async () => {
    const { isOurs, updates, about, changes } = unipoLogOf(JSON.parse(await unipoLog(record)));
    expect(changes).toEqual(model.changes);
    expect(changes.map(({ update, after }) => [update, after.learningRate])).toEqual([[3, 1e-4]]);
    expect([isOurs, about]).toEqual([true, 'ppo, pf-ppo-playground/tiny, small programs in JavaScript']);
    expect(updates.map(({ update }) => update)).toEqual([1, 2, 3]);
    for (const { update, metrics } of updates)
      for (const name of [
        'objective/scores',
        'objective/pass_rate',
        'policy/kl_kept',
        'policy/entropy',
      ] as const)
        expect(metrics[name]).toBe(model.history.at(name, update));
  });

  it('tells of what was set before update 1 as its settings, of another teacher in words too, and of no changes where there are none', async () => {
    const copy = new RunRecord(record.config);
    const set = (update: number, knobs: object) =>
      copy.push({ type: 'knobs', update, phase: 'prompts', knobs });
    set(0, { klCoef: 0.03 });
    for (const event of record.events()) if (event.type !== 'knobs') copy.push(event);
    const plain = (await log(copy)).header;
    expect(plain.hparams).toMatchObject({ klCoef: 0.03 });
    expect(plain.hparams).not.toHaveProperty('changes');
    set(4, { teacher: 'weak' });
    set(4, { gamma: 0.99 });
    const { hparams, ...header } = (await log(copy)).header;
    expect(hparams).toMatchObject({ changes: [{ step: 3, teacher: 'weak', gamma: 0.99 }] });
    const teacher = Object.values(header).find((value) => String(value).startsWith('teacher '));
    expect(teacher).toBe(`teacher ${record.config.knobs.teacher}, weak from step 3`);
  });

  it('leaves prompts out where they were not kept', async () => {
    const thinned = RunRecord.decode(record.encode());
    thinned.thin(2, 1);
    expect((await log(thinned)).entries.map(({ prompts }) => prompts !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
