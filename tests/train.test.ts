import { describe, expect, it } from 'vitest';
import { tokenStat, tokenStatCount } from '../src/kernels/catalogue.ts';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { initialTensors, policyColumns, type NetworkConfig } from '../src/model/network.ts';
import { Policy } from '../src/model/policy.ts';
import type { Rollout } from '../src/model/rollout.ts';
import { stream } from '../src/ppo/random.ts';
import { defaultConfig, type FilterConfig, type Knobs, type RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/messages.ts';
import { contextLength, lexemes } from '../src/tasks/vocabulary.ts';
import { train } from '../src/train.ts';

const network: NetworkConfig = {
  layers: 1,
  channels: 16,
  heads: 2,
  vocabulary: lexemes.length,
  contextLength,
  columns: policyColumns(lexemes.length),
};
const MINIBATCH = 16;

interface Options {
  seed?: number;
  knobs?: Partial<Knobs>;
  live?: () => Partial<Knobs>;
  updates?: number;
  /** Turns the (P·N) truths of a batch into others. */
  truths?: (truths: Float32Array) => Float32Array;
  afterStep?: (stats: Float32Array, rows: readonly number[]) => void;
}

/** A run of an untrained network under scores that like short responses; truths are drawn at random. */
async function run({
  seed = 1,
  knobs = {},
  live = () => ({}),
  updates = 2,
  truths = (x) => x,
  afterStep,
}: Options = {}) {
  const engine = await createCpuEngine();
  const policy = new Policy(engine, network, initialTensors(network, 2), MINIBATCH);
  const base: Knobs = { ...defaultConfig.knobs, promptsPerUpdate: 8, groupSize: 4, ...knobs };
  const config: RunConfig = { ...defaultConfig, seed, knobs: base, minibatchSize: MINIBATCH, evalPrompts: 8 };
  const events: RunEvent[] = [];
  let judged = 0;
  const generator = train({
    config,
    policy,
    knobs: () => ({ ...base, ...live() }),
    score: async (rollout: Rollout) =>
      Float32Array.from(rollout.lengths, (length, r) => -length / 30 + (r % 7) / 50),
    judge: async (tasks) => {
      const random = stream(seed, 'split', judged++);
      return truths(Float32Array.from(tasks, () => Math.round(random.uniform())));
    },
    emit: (event) => events.push(event),
    afterStep: async (_update, _step, rows) => {
      const [stats] = await engine.read(policy.tokenStats);
      afterStep?.(stats as Float32Array, rows);
    },
  });
  for await (const event of generator) {
    events.push(event);
    if (event.type === 'updated' && event.update === updates) break;
  }
  return { events, weights: await policy.parameters.save() };
}

const batches = (events: RunEvent[]) =>
  events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));
const filter = (changes: Partial<FilterConfig>): FilterConfig => ({
  ...defaultConfig.knobs.filter,
  ...changes,
});

describe('an update', () => {
  it('goes through its stages in order, a phase event before each', async () => {
    const { events } = await run({ updates: 1 });
    const stages = events
      .filter((e) => e.type === 'phase' && e.update === 1)
      .map((e) => e.type === 'phase' && e.phase);
    expect(stages).toEqual([
      'prompts',
      'rollouts',
      'score',
      'filter',
      'judge',
      'experience',
      'advantages',
      'update',
      'update',
    ]);
  });

  it('shows the untrained policy first, and never learns from that batch', async () => {
    const { events } = await run({ updates: 1 });
    expect(batches(events).map((batch) => batch.update)).toEqual([0, 1]);
    expect(events.some((e) => e.type === 'experience' && e.update === 0)).toBe(false);
  });

  it.each([0.7, 1, 1.4])('starts with a ratio of 1 to 1e-5 at temperature %d', async (temperature) => {
    const first: number[] = [];
    let steps = 0;
    await run({
      updates: 1,
      knobs: { temperature },
      afterStep: (stats) => {
        if (steps++ > 0) return;
        for (let m = 0; m < stats.length; m += tokenStatCount)
          if (stats[m + tokenStat.ratio] !== 0) first.push(stats[m + tokenStat.ratio]);
      },
    });
    expect(first.length).toBeGreaterThan(100);
    for (const ratio of first) expect(Math.abs(ratio - 1)).toBeLessThan(1e-5);
  });

  it('takes the Adam steps that the kept responses make', async () => {
    const steps = async (changes: Partial<FilterConfig>) => {
      const { events } = await run({ updates: 1, knobs: { filter: filter(changes) } });
      const updated = events.find((event) => event.type === 'updated');
      return updated?.type === 'updated' && updated.metrics['policy/adam_steps'];
    };
    expect(await steps({ name: 'none' })).toBe(4); // 32 kept, minibatches of 16, 2 epochs
    expect(await steps({ name: 'best-worst', keep: 2 })).toBe(2);
    expect(await steps({ name: 'best-of-n' })).toBe(2); // 8 kept: one padded minibatch an epoch
    expect(await steps({ name: 'best-worst', mode: 'resample' })).toBe(4);
  });

  it('of `single` answers P·N prompts once each', async () => {
    const { events } = await run({ updates: 1, knobs: { filter: filter({ name: 'single' }) } });
    expect(batches(events)[1]).toMatchObject({ promptCount: 32, groupSize: 1 });
    expect(batches(events)[1].kept).toHaveLength(32);
  });
});

describe('the true score is a sink', () => {
  it('permuting it leaves the weights bit-identical, and changes what is reported', async () => {
    const honest = await run();
    const permuted = await run({ truths: (truths) => truths.toReversed() });
    expect(permuted.weights).toEqual(honest.weights);
    const reported = ({ events }: typeof honest) => events.filter((event) => event.type === 'judged');
    expect(reported(permuted)).not.toEqual(reported(honest));
  });

  it('with the tests as the source of scores it does teach', async () => {
    const knobs = { rewardSource: 'tests' as const };
    const honest = await run({ knobs });
    const permuted = await run({ knobs, truths: (truths) => truths.toReversed() });
    expect(permuted.weights).not.toEqual(honest.weights);
  });
});

describe('seeds and knobs', () => {
  it('the same seed gives the same run bit for bit, another seed another', async () => {
    const [a, b, c] = [await run({ seed: 5 }), await run({ seed: 5 }), await run({ seed: 6 })];
    expect(b.weights).toEqual(a.weights);
    expect(b.events).toEqual(a.events);
    expect(c.weights).not.toEqual(a.weights);
  });

  it('a learning rate set between minibatches counts from the next one', async () => {
    let steps = 0;
    const counting = () => void steps++;
    const still = { learningRate: 0 };
    const frozen = await run({ updates: 1, live: () => still, afterStep: counting });
    const started = await run({
      updates: 1,
      knobs: still,
      afterStep: counting,
      live: () => (steps > 2 ? { learningRate: 1e-3 } : still),
    });
    expect(started.weights).not.toEqual(frozen.weights);
  });

  it('a filter for another group size waits for the update that samples such groups', async () => {
    let sampled = false;
    const { events } = await run({
      updates: 2,
      live: () => {
        const now = sampled ? { groupSize: 8, filter: filter({ name: 'random-k', keep: 7 }) } : {};
        sampled = true;
        return now;
      },
    });
    const [first, second] = batches(events);
    expect(first).toMatchObject({ groupSize: 4, filter: { name: 'best-worst' } });
    expect(second).toMatchObject({ groupSize: 8, filter: { name: 'random-k', keep: 7 } });
  });

  it('an impossible number stops the run and names the stage', async () => {
    await expect(run({ knobs: { learningRate: Infinity } })).rejects.toThrow(
      /update \d+, Adam step \d+: \w+ is NaN.*reset/,
    );
  });

  it('whitening over all responses learns from the kept ones only', async () => {
    const learned = new Set<number>();
    const { events } = await run({
      updates: 1,
      knobs: { whitening: 'all' },
      afterStep: (_stats, rows) => rows.forEach((row) => learned.add(row)),
    });
    const experience = events.find((event) => event.type === 'experience');
    expect(experience?.type === 'experience' && experience.advantages).toHaveLength(16);
    expect([...learned].sort((a, b) => a - b)).toEqual(batches(events)[1].kept);
  });

  it('a truth that is not known cannot teach', async () => {
    const unknown = run({ knobs: { rewardSource: 'tests' }, truths: (truths) => truths.fill(NaN, 3, 4) });
    await expect(unknown).rejects.toThrow('the tests cannot teach');
  });
});
