import { beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { nowOf, type Op, type Plan } from '../../src/kernels/engine.ts';
import {
  Arena,
  initialTensors,
  policyColumns,
  type NetworkConfig,
  type Tensors,
} from '../../src/model/network.ts';
import { packEnds, Packing } from '../../src/model/packing.ts';
import { Policy } from '../../src/model/policy.ts';
import { predictions, responseIds, rolloutOf, selectRows, type Rollout } from '../../src/model/rollout.ts';
import { allocateForward, forward } from '../../src/model/transformer.ts';
import { normal, samplerKey, stream } from '../../src/ppo/random.ts';

const V = 13;
const T = 12;
const config: NetworkConfig = {
  layers: 2,
  channels: 16,
  heads: 2,
  vocabulary: V,
  contextLength: T,
  columns: policyColumns(V),
};
const random = stream(4, 'init');
const tensors: Tensors = initialTensors(config, 4);
for (const values of tensors.values())
  for (let i = 0; i < values.length; i++) values[i] += 0.3 * normal(random);
const prompts = Array.from({ length: 70 }, (_, i) =>
  Array.from({ length: 2 + (i % 4) }, () => 1 + random.integer(V - 1)),
);
const source = { key: samplerKey(9, 'sampling'), number: 3 };

let policy: Policy;
beforeAll(async () => {
  policy = new Policy(await createCpuEngine(), config, tensors, 8);
});

describe('sampling', () => {
  it('keeps prompts, closes rows with the end token and says how long each is', async () => {
    const { tokens, promptLengths, lengths, ended } = await policy.sample(prompts, source, 1);
    prompts.forEach((prompt, r) => {
      const row = Array.from(tokens.subarray(r * T, (r + 1) * T));
      expect(row.slice(0, prompt.length)).toEqual(prompt);
      expect(promptLengths[r]).toBe(prompt.length);
      const end = row.indexOf(0, prompt.length);
      expect(ended[r]).toBe(end < 0 ? 0 : 1);
      expect(lengths[r]).toBe(end < 0 ? T : end + 1);
      expect(row.slice(lengths[r]).every((id) => id === 0)).toBe(true);
    });
    expect(ended.some((e) => e === 1) && ended.some((e) => e === 0)).toBe(true);
  });

  it('is the same again, whatever else is in the batch, and another for another number', async () => {
    const all = await policy.sample(prompts, source, 1);
    const few = await policy.sample(prompts.slice(0, 3), source, 1);
    expect(few.tokens).toEqual(all.tokens.subarray(0, 3 * T));
    const other = await policy.sample(prompts, { ...source, number: 4 }, 1);
    expect(other.tokens).not.toEqual(all.tokens);
  });

  it('with a cache agrees with the training forward: nearly greedy samples are nearly certain there', async () => {
    const cold = 1e-4;
    const rollout = await policy.sample(prompts, source, cold);
    const { mask, logprobs } = await policy.experience(rollout, cold);
    for (let m = 0; m < mask.length; m++) if (mask[m] > 0) expect(logprobs[m]).toBeGreaterThan(-0.7);
  });

  it('draws each token with the probability that the training forward gives it', async () => {
    const many = Array<number[]>(2000).fill([5, 7]);
    const rollout = await policy.sample(many, source, 1.3);
    const counts = new Float64Array(V);
    const example: (Rollout | undefined)[] = Array(V).fill(undefined);
    for (let r = 0; r < rollout.rows; r++) {
      const id = rollout.tokens[r * T + 2];
      counts[id]++;
      example[id] ??= selectRows(rollout, [r]);
    }
    let chiSquare = 0;
    let covered = 0;
    for (let id = 0; id < V; id++) {
      const seen = example[id];
      if (!seen) continue;
      const { logprobs } = await policy.experience(seen, 1.3);
      const p = Math.exp(logprobs[1]);
      covered += p;
      chiSquare += (counts[id] - 2000 * p) ** 2 / (2000 * p);
    }
    expect(covered).toBeGreaterThan(0.99);
    expect(chiSquare).toBeLessThan(32.9); // χ² with 12 degrees of freedom, p = 0.001
  });
});

it('runs a prompt once for all rows that begin with it, and decodes only rows that have not ended', async () => {
  const engine = await createCpuEngine();
  const [plan, run] = [engine.plan.bind(engine), engine.run.bind(engine)];
  const opsOf = new Map<Plan, readonly Op[]>();
  /** Positions, or sequences, that a plan goes over when it runs. */
  const rows: number[] = [];
  engine.plan = (name, ops) => {
    const made = plan(name, ops);
    opsOf.set(made, ops);
    return made;
  };
  engine.run = (...replayed) => {
    rows.push(...replayed.map((known) => nowOf(opsOf.get(known)![0].dims).M));
    run(...replayed);
  };
  const sampler = new Policy(engine, config, tensors, 8);
  const prompt = [5, 7, 3];
  const { lengths } = await sampler.sample(Array<number[]>(64).fill(prompt), source, 1);
  const full = lengths.filter((length) => length === T).length;
  expect(full).toBeGreaterThan(0);
  expect(full).toBeLessThan(64);
  expect(rows).toEqual([prompt.length - 1, 64, full]);
});

it('blocks that share their memory, where nothing goes backward, give what blocks of their own give', async () => {
  const deep = { ...config, layers: 4 };
  const start = initialTensors(deep, 5);
  const trained = new Policy(await createCpuEngine(), deep, start, 8);
  const cold = 1e-4;
  const rollout = await trained.sample(prompts, source, cold);
  const { mask, logprobs } = await trained.experience(rollout, cold);
  for (let m = 0; m < mask.length; m++) if (mask[m] > 0) expect(logprobs[m]).toBeGreaterThan(-0.7);

  const raw = async (goesBackward: boolean) => {
    const engine = await createCpuEngine();
    const parameters = new Arena(engine, deep, 'any');
    parameters.load(start);
    const a = allocateForward(engine, deep, prompts.length * T, prompts.length, goesBackward);
    packEnds(new Packing(engine, a), rollout, 0, prompts.length);
    const [logits] = await engine.runAndRead(
      [engine.plan('forward', forward(deep, parameters, a))],
      a.logits,
    );
    return { logits, buffers: engine.counters.buffers };
  };
  const [own, shared] = [await raw(true), await raw(false)];
  expect(shared.logits).toEqual(own.logits);
  expect(shared.buffers).toBe(own.buffers - 22); // two blocks of eleven slots
});

describe('rollouts', () => {
  const rollout = rolloutOf(
    [
      { prompt: [3, 4], response: [5, 6, 7] },
      { prompt: [3], response: [] },
    ],
    8,
  );

  it('lay out prompt, response and end token', () => {
    expect(Array.from(rollout.tokens)).toEqual([3, 4, 5, 6, 7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
    expect(Array.from(rollout.lengths)).toEqual([6, 2]);
    expect(responseIds(rollout, 0)).toEqual([5, 6, 7]);
    expect(responseIds(rollout, 1)).toEqual([]);
  });

  it('mask exactly the positions that predict the response and its end', () => {
    const { targets, mask } = predictions(rollout);
    expect(Array.from(mask)).toEqual([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(Array.from(targets.subarray(0, 8))).toEqual([4, 5, 6, 7, 0, 0, 0, 0]);
  });

  it('repeat rows that are named twice', () => {
    const twice = selectRows(rollout, [1, 0, 1]);
    expect(twice.rows).toBe(3);
    expect(Array.from(twice.lengths)).toEqual([2, 6, 2]);
  });

  it('refuse a sequence that does not fit', () => {
    expect(() => rolloutOf([{ prompt: [1, 2], response: [3, 4] }], 4)).toThrow('a sequence of 5 ids');
  });
});
