import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../scripts/trace.ts';
import type { RunConfig } from '../../src/protocol/config.ts';

interface Tensor {
  shape: number[];
  values: number[];
}
interface Traced {
  config: RunConfig;
  updates: {
    tensors: Record<string, Tensor>;
    minibatches: Record<string, Tensor>[];
  }[];
}

let folder: string;
let traced: Traced;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pf-ppo-trace-'));
  const out = join(folder, 'trace.json');
  expect(await main(['--seed', '1', '--iterations', '1', '--filter', 'best-worst', '--out', out])).toBe(0);
  traced = JSON.parse(await readFile(out, 'utf8')) as Traced;
});
afterAll(() => rm(folder, { recursive: true }));

/** Recomputes an update from its trace with loops that know nothing of `src/`. */
describe('a traced update can be recomputed by anyone', () => {
  const tensor = (name: string) => traced.updates[0].tensors[name];
  const values = (name: string) => tensor(name).values;

  it('has every tensor with its shape', () => {
    for (const [name, { shape, values: numbers }] of Object.entries(traced.updates[0].tensors)) {
      expect(numbers.length, name).toBe(shape.reduce((a, b) => a * b));
      expect(numbers.every(Number.isFinite), name).toBe(true);
    }
    expect(tensor('scores').shape).toEqual([32, 8]);
    expect(tensor('testScores').shape).toEqual([32, 8]);
    expect(tensor('tokens').shape).toEqual([256, 64]);
    expect(tensor('logprobs').shape).toEqual([64, 64]);
  });

  it('keeps the best and the worst of each prompt, half of the draw each', () => {
    const kept: number[] = [];
    for (let p = 0; p < 32; p++) {
      const group = values('scores').slice(p * 8, p * 8 + 8);
      const best = group.indexOf(Math.max(...group));
      const worst = group.lastIndexOf(Math.min(...group));
      kept.push(...[p * 8 + best, p * 8 + worst].sort((a, b) => a - b));
      const weights = values('weights').slice(p * 8, p * 8 + 8);
      expect(weights).toEqual(weights.map((_, i) => (i === best || i === worst ? 0.5 : 0)));
    }
    expect(values('kept')).toEqual(kept);
  });

  it('masks the response, and shapes the score with β times the KL', () => {
    const [R, T] = tensor('mask').shape;
    const beta = traced.config.knobs.klCoef;
    for (let r = 0; r < R; r++) {
      const row = values('rows')[r];
      const first = values('promptLengths')[row] - 1;
      const last = values('lengths')[row] - 2;
      for (let t = 0; t < T; t++) {
        const m = r * T + t;
        const inside = t >= first && t <= last;
        expect(values('mask')[m]).toBe(inside ? 1 : 0);
        const kl = values('logprobs')[m] - values('refLogprobs')[m];
        const expected = inside ? -beta * kl + (t === last ? values('scores')[row] : 0) : 0;
        expect(values('rewards')[m]).toBeCloseTo(expected, 5);
      }
    }
  });

  it('sums discounted differences into advantages, adds values for returns, and whitens over kept tokens', () => {
    const [R, T] = tensor('mask').shape;
    const { gamma, gaeLambda } = traced.config.knobs;
    const mask = values('mask');
    const value = (m: number, end: number) => (m < end && mask[m] ? values('values')[m] : 0);
    const all: number[] = [];
    for (let m = 0; m < R * T; m++) {
      if (!mask[m]) continue;
      const end = (Math.floor(m / T) + 1) * T;
      let advantage = 0;
      for (let k = m; k < end && mask[k]; k++)
        advantage +=
          (gamma * gaeLambda) ** (k - m) * (values('rewards')[k] + gamma * value(k + 1, end) - value(k, end));
      expect(values('advantages')[m]).toBeCloseTo(advantage, 4);
      expect(values('returns')[m]).toBeCloseTo(advantage + values('values')[m], 4);
      all.push(values('advantages')[m]);
    }
    const mean = all.reduce((a, b) => a + b) / all.length;
    const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length;
    const whitened = values('whitenedAdvantages').filter((_, m) => mask[m]);
    whitened.forEach((x, i) => expect(x).toBeCloseTo((all[i] - mean) / Math.sqrt(variance + 1e-8), 3));
  });

  it('starts from a ratio of 1, and its losses are the clipped ones', () => {
    const { minibatches } = traced.updates[0];
    expect(minibatches).toHaveLength(4);
    const T = 64;
    minibatches.forEach((tensors, step) => {
      expect(tensors.gradNorm.values[0]).toBeGreaterThan(0);
      tensors.rows.values.forEach((r, i) => {
        for (let t = 0; t < T; t++) {
          const from = r * T + t;
          const at = i * T + t;
          if (!values('mask')[from]) continue;
          const ratio = tensors.ratio.values[at];
          const old = values('logprobs')[from];
          expect(ratio).toBeCloseTo(Math.exp(tensors.logprob.values[at] - old), 4);
          if (step === 0) expect(Math.abs(ratio - 1)).toBeLessThan(1e-5);
          const A = values('whitenedAdvantages')[from];
          const clipped = Math.min(1.2, Math.max(0.8, ratio));
          expect(tensors.policyLoss.values[at]).toBeCloseTo(Math.max(-A * ratio, -A * clipped), 4);
        }
      });
    });
  });
});
