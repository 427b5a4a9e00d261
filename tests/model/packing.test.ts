import { describe, expect, test } from 'vitest';
import { NONE } from '../../src/kernels/catalogue.ts';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { initialTensors, policyColumns, type NetworkConfig } from '../../src/model/network.ts';
import { Packing } from '../../src/model/packing.ts';
import { Policy } from '../../src/model/policy.ts';
import { rolloutOf, selectRows } from '../../src/model/rollout.ts';
import { allocateForward } from '../../src/model/transformer.ts';

const config: NetworkConfig = {
  layers: 2,
  channels: 16,
  heads: 2,
  vocabulary: 13,
  contextLength: 12,
  columns: policyColumns(13),
};

async function made(positions: number, reads: number) {
  const engine = await createCpuEngine();
  const a = allocateForward(engine, config, positions, reads);
  const packing = new Packing(engine, a);
  packing.clear();
  return { engine, a, packing };
}

test('sequences lie one behind the other, and what is read of them too', async () => {
  const { engine, a, packing } = await made(8, 4);
  expect(packing.add([5, 6, 7], 1, 3)).toBe(0);
  expect(packing.add([8], 0, 0)).toBe(2);
  expect(packing.add([9, 10], 1, 2)).toBe(2);
  packing.write();
  expect([a.M.now, a.R.now]).toEqual([6, 3]);
  const [tokens, positions, reads, places] = await engine.read(a.tokens, a.positions, a.reads, a.places);
  expect([...tokens]).toEqual([5, 6, 7, 8, 9, 10, 0, 0]);
  expect([...positions]).toEqual([0, 1, 2, 0, 0, 1, 0, 0]);
  expect([...reads]).toEqual([1, 2, 5, 0]);
  expect([...places.subarray(0, 6)]).toEqual([NONE, 0, 1, NONE, NONE, 2]);
});

test('what does not fit is refused', async () => {
  const { packing } = await made(4, 1);
  packing.add([1, 2, 3], 0, 1);
  expect(() => packing.add([4, 5], 0, 0)).toThrow('5 positions, 1 of them read, do not fit into 4 and 1');
});

describe('a policy', async () => {
  const rows = rolloutOf(
    [
      { prompt: [1, 2, 3], response: [4, 5, 6, 7] },
      { prompt: [3], response: [] },
      { prompt: [9, 8], response: [7, 6, 5, 4, 3, 2, 1, 12, 11] },
    ],
    config.contextLength,
  );
  const policy = new Policy(await createCpuEngine(), config, initialTensors(config, 1), 3);

  test('gives a row the same numbers whatever lies beside it', async () => {
    const T = config.contextLength;
    const all = await policy.experience(rows, 1);
    for (let r = 0; r < 3; r++) {
      const alone = await policy.experience(selectRows(rows, [r]), 1);
      for (const name of ['logprobs', 'refLogprobs', 'values'] as const)
        expect(alone[name]).toEqual(all[name].subarray(r * T, (r + 1) * T));
    }
  });

  test('leaves what is no response at 0, and its last step too', async () => {
    const known = await policy.experience(rows, 1);
    for (const name of ['logprobs', 'refLogprobs'] as const)
      expect(known[name].map((x) => (x < 0 ? 1 : 0))).toEqual(known.mask);
    const knobs = { learningRate: 0, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 };
    const more = {
      temperature: 1,
      clipRange: 0.2,
      valueClipRange: 0.2,
      criticLearningRate: 1e-3,
      entropyCoef: 0,
    };
    const lesson = { ...known, advantages: known.mask, returns: known.mask };
    const stats = await policy.step(lesson, [2, 0], { ...knobs, ...more });
    expect(stats.tokens).toBe(10 + 5);
    expect(stats.ratio).toBeCloseTo(1, 5);
    const T = config.contextLength;
    const { logprob } = await policy.lastStep();
    const expected = [known.logprobs.subarray(2 * T), known.logprobs.subarray(0, T)].flatMap((row) => [
      ...row,
    ]);
    expect(logprob).toHaveLength(2 * T);
    logprob.forEach((x, m) => expect(x).toBeCloseTo(expected[m], 5));
  });
});
