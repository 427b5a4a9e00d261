import { expect, test } from 'vitest';
import { layerNorm, layerNormBackward } from '../../src/kernels/layer-norm.ref.ts';
import { expectGradient, inner } from './central-difference.ts';
import { seeded } from '../../src/kernels/cases/seeded.ts';

test('a row of 1 and 3 has mean 2 and variance 1', () => {
  const y = new Float64Array(2);
  const stats = new Float64Array(2);
  layerNorm(
    {
      x: new Float64Array([1, 3]),
      weight: new Float64Array([2, 10]),
      bias: new Float64Array([0.5, -1]),
      y,
      stats,
    },
    { M: 1, C: 2 },
  );
  expect(stats[0]).toBe(2);
  expect(stats[1]).toBeCloseTo(1 / Math.sqrt(1.00001), 12);
  expect(y[0]).toBeCloseTo(0.5 - 2 * 0.999995, 9);
  expect(y[1]).toBeCloseTo(10 * 0.999995 - 1, 8);
});

test('a constant row becomes the bias', () => {
  const y = new Float64Array(3);
  layerNorm(
    {
      x: new Float64Array(3).fill(7),
      weight: new Float64Array(3).fill(5),
      bias: new Float64Array([1, 2, 3]),
      y,
      stats: new Float64Array(2),
    },
    { M: 1, C: 3 },
  );
  expect([...y]).toEqual([1, 2, 3]);
});

test('the backward is the slope of the forward', () => {
  const random = seeded(2);
  const dims = { M: 3, C: 5 };
  const doubles = (length: number) => Float64Array.from(random.normals(length, 1.5, 0.3));
  const [x, weight, bias, dy] = [doubles(15), doubles(5), doubles(5), doubles(15)];
  const y = new Float64Array(15);
  const stats = new Float64Array(6);
  const loss = () => {
    layerNorm({ x, weight, bias, y, stats }, dims);
    return inner(y, dy);
  };
  loss();
  const fresh = new Float64Array(15).fill(100);
  const added = new Float64Array(15).fill(100);
  const [dWeight, dBias] = [new Float64Array(5), new Float64Array(5)];
  const known = { dy, x, stats, weight, dWeight, dBias };
  layerNormBackward({ ...known, dx: fresh }, { ...dims, accumulate: 0 });
  layerNormBackward({ ...known, dx: added }, { ...dims, accumulate: 1 });
  expectGradient(loss, x, fresh);
  expectGradient(loss, weight, dWeight);
  expectGradient(loss, bias, dBias);
  added.forEach((value, i) => expect(value).toBeCloseTo(100 + fresh[i], 12));
});
