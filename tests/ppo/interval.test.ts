import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval, wilson } from '../../src/ppo/interval.ts';

describe('wilson', () => {
  it.each([
    // Ends from the formula, worked outside this code base.
    [5, 10, 0.5, 0.2366, 0.7634],
    [1, 10, 0.1, 0.0179, 0.4042],
    [90, 100, 0.9, 0.8256, 0.9448],
    // z²/(n + z²) = 3.8415/13.8415
    [0, 10, 0, 0, 0.2775],
    [10, 10, 1, 0.7225, 1],
  ])('of %i in %i is %f, %f to %f', (k, n, rate, low, high) => {
    const got = wilson(k, n);
    expect(got.n).toBe(n);
    expect(got.rate).toBe(rate);
    expect(got.low).toBeCloseTo(low, 4);
    expect(got.high).toBeCloseTo(high, 4);
  });

  it('solves |k/n − p| = z·√(p(1 − p)/n) at both ends', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 300 })
          .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
        ([k, n]) => {
          const { rate, low, high } = wilson(k, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          if (k > 0) expect((rate - low) ** 2).toBeCloseTo((3.8414588 * low * (1 - low)) / n, 6);
          if (k < n) expect((rate - high) ** 2).toBeCloseTo((3.8414588 * high * (1 - high)) / n, 6);
        },
      ),
    );
  });

  it('of nothing knows nothing', () => {
    expect(wilson(0, 0)).toEqual({ rate: NaN, low: 0, high: 1, n: 0 });
  });

  it('refuses more than all', () => {
    expect(() => wilson(3, 2)).toThrow('got k = 3, n = 2');
    expect(() => wilson(NaN, 2)).toThrow('got k = NaN');
  });
});

describe('meanInterval', () => {
  it('uses Student’s t', () => {
    // Deviation 1, standard error 1/√3, t(2) = 4.3027.
    const { mean, low, high, n } = meanInterval([1, 2, 3]);
    expect([mean, n]).toEqual([2, 3]);
    expect(low).toBeCloseTo(-0.48414, 4);
    expect(high).toBeCloseTo(4.48414, 4);
  });

  it.each([
    [30, 2.04227],
    [31, 2.03951],
    [40, 2.02108],
    [60, 2.0003],
    [120, 1.97993],
  ])('has the published t at %i degrees of freedom: %f', (degrees, t) => {
    // n alternating values 0 and 1 …: the half width over the standard error is t.
    const values = Array.from({ length: degrees + 1 }, (_, i) => i % 2);
    const { mean, high, n } = meanInterval(values);
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (n - 1);
    expect((high - mean) / Math.sqrt(variance / n)).toBeCloseTo(t, 4);
  });

  it('has no interval for one value, nor a mean for none; leaves out what is not finite', () => {
    expect(meanInterval([4])).toEqual({ mean: 4, low: NaN, high: NaN, n: 1 });
    expect(meanInterval([])).toEqual({ mean: NaN, low: NaN, high: NaN, n: 0 });
    expect(meanInterval([NaN, 4, Infinity])).toEqual({ mean: 4, low: NaN, high: NaN, n: 1 });
    expect(meanInterval(Float32Array.of(3, 3))).toEqual({ mean: 3, low: 3, high: 3, n: 2 });
  });
});
