import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanError } from '../../src/ppo/interval.ts';
import { normal, stream } from '../../src/ppo/random.ts';
import { holm, pairedDifference, spearman, spearmanInterval, studentCdf } from '../../src/ppo/statistics.ts';

describe('studentCdf', () => {
  it.each([
    // SciPy 1.17.1, scipy.stats.t.cdf.
    [0, 5, 0.5],
    [1, 1, 0.75],
    [2, 2, 0.908248290463863],
    [-1.5, 7, 0.088649243494985],
    [2.5, 10, 0.9842765778816955],
    [12.7062, 1, 0.9749999907196448],
    [4.3027, 2, 0.9750005087956329],
    [0.3, 30, 0.6168769473578236],
    [1.96, 1000, 0.9748634075221256],
    [8, 3, 0.9979617112061072],
    [40, 4, 0.9999988329918387],
  ])('at %f with %i degrees of freedom is %f', (t, degrees, chance) => {
    expect(studentCdf(t, degrees)).toBeCloseTo(chance, 10);
  });

  it('holds 95 % at the points of the published table', () => {
    // Three decimals, as printed: the density there is at most 0.06.
    for (const [degrees, t] of [
      [1, 12.706],
      [2, 4.303],
      [5, 2.571],
      [9, 2.262],
      [30, 2.042],
      [120, 1.98],
    ])
      expect(studentCdf(t, degrees)).toBeCloseTo(0.975, 4);
  });

  it('is the finite sum that whole degrees have', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (t, degrees) => {
          expect(studentCdf(t, degrees)).toBeCloseTo(cdfBySum(t, degrees), 12);
        },
      ),
    );
  });

  it('ends at 0 and 1, and far out still tells chances apart', () => {
    expect(studentCdf(-Infinity, 4)).toBe(0);
    expect(studentCdf(Infinity, 4)).toBe(1);
    // SciPy: t.cdf(-200, 4).
    expect(studentCdf(-200, 4) / 1.8746875410107035e-9).toBeCloseTo(1, 6);
  });
});

/** A(t | ν) of Abramowitz & Stegun 26.7.3 and 26.7.4, the chance within ±t, in elementary functions. */
function cdfBySum(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  let term = degrees % 2 === 0 ? 1 : cosine;
  let sum = degrees === 1 ? 0 : term;
  for (let k = degrees % 2 === 0 ? 1 : 2; k <= degrees - 3; k += 2) {
    term *= (cosine ** 2 * k) / (k + 1);
    sum += term;
  }
  const within = degrees % 2 === 0 ? Math.sin(angle) * sum : (2 / Math.PI) * (angle + Math.sin(angle) * sum);
  return (1 + within) / 2;
}

describe('pairedDifference', () => {
  it('has SciPy’s interval and p', () => {
    // ttest_rel([5, 7, 9, 6], [4, 5, 8, 6]): t = 2.4495, p = 0.09172; the table of t has four decimals.
    const got = pairedDifference([5, 7, 9, 6], [4, 5, 8, 6]);
    expect([got.mean, got.n]).toEqual([1, 4]);
    expect(got.p).toBeCloseTo(0.0917211, 6);
    expect(got.low).toBeCloseTo(-0.29923, 4);
    expect(got.high).toBeCloseTo(2.29923, 4);
  });

  it('turns round with its sides, and its interval leaves 0 out where p is below 0.05', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, (pairs) => {
        const a = pairs.map(([one]) => one);
        const b = pairs.map(([, other]) => other);
        const { mean, low, high, p } = pairedDifference(a, b);
        const back = pairedDifference(b, a);
        expect(back.mean).toBeCloseTo(-mean, 12);
        expect(back.p).toBeCloseTo(p, 12);
        // The table of t has four decimals: no verdict as near as that.
        if (Math.abs(p - 0.05) > 1e-4) expect(p < 0.05).toBe(low > 0 || high < 0);
      }),
    );
  });

  it('holds the truth 95 times in 100, and is wrong about nothing 5 times', () => {
    const random = stream(7, 'bootstrap');
    let held = 0;
    let rejected = 0;
    for (let repeat = 0; repeat < 2000; repeat++) {
      const b = Array.from({ length: 5 }, () => normal(random));
      const { low, high } = pairedDifference(
        b.map((value) => value + 0.3 + normal(random) / 2),
        b,
      );
      held += Number(low <= 0.3 && high >= 0.3);
      const { p } = pairedDifference(
        b.map((value) => value + normal(random)),
        b,
      );
      rejected += Number(p < 0.05);
    }
    // The deviation of such a share is 0.005.
    expect(Math.abs(held / 2000 - 0.95)).toBeLessThan(0.02);
    expect(Math.abs(rejected / 2000 - 0.05)).toBeLessThan(0.02);
  });

  it('without spread is certain, of one pair knows nothing, leaves out what is not finite', () => {
    expect(pairedDifference([1, 2], [1, 2])).toEqual({ mean: 0, low: 0, high: 0, p: 1, n: 2 });
    expect(pairedDifference([2, 3], [1, 2])).toEqual({ mean: 1, low: 1, high: 1, p: 0, n: 2 });
    expect(pairedDifference([2], [1])).toEqual({ mean: 1, low: NaN, high: NaN, p: NaN, n: 1 });
    expect(pairedDifference([2, NaN, 4], [1, 5, Infinity]).n).toBe(1);
    expect(() => pairedDifference([1, 2], [1])).toThrow('got 2 and 1 values');
  });
});

it('meanError is the deviation over √n, and NaN for one value', () => {
  expect(meanError([1, 3, NaN, 5, 7])).toEqual({
    mean: 4,
    error: expect.closeTo(Math.sqrt(20 / 3 / 4), 12),
    n: 4,
  });
  expect(meanError([4])).toEqual({ mean: 4, error: NaN, n: 1 });
});

describe('holm', () => {
  it('multiplies by the number of tests left, never falls, and stops at 1', () => {
    // 4·0.01, 3·0.02 and 2·0.03, 0.5: the third is held up by the second.
    expect(holm([0.03, 0.01, 0.5, 0.02])).toEqual([0.06, 0.04, 0.5, 0.06]);
    expect(holm([0.6, 0.7])).toEqual([1, 1]);
    expect(holm([0.02, NaN, 0.5])).toEqual([0.04, NaN, 0.5]);
    expect(holm([])).toEqual([]);
  });

  it('lies between no correction and Bonferroni’s, in the same order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (p) => {
        const adjusted = holm(p);
        p.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, value * p.length));
          p.forEach((other, j) => {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
          });
        });
      }),
    );
  });
});

describe('spearman', () => {
  it.each([
    // 1 − 6Σd²/n(n² − 1) where nothing is tied: Σd² = 4, n = 5.
    [[1, 2, 3, 4, 5], [20, 10, 30, 50, 40], 0.8],
    [[1, 2, 3], [10, 100, 1000], 1],
    [[1, 2, 3], [3, 2, -1], -1],
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5/√(4.5·5).
    [[0, 7, 7, 9], [1, 2, 3, 4], 0.9486832980505138],
    [[1, 2, 3, 4], [1, 2, 2, 1], 0],
  ])('of %j and %j is %f', (x, y, rho) => {
    expect(spearman(x, y)).toBeCloseTo(rho, 12);
  });

  it('has none of fewer than three, nor where a side does not vary; leaves out what is not finite', () => {
    expect(spearman([1, 2], [1, 2])).toBeUndefined();
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeUndefined();
    expect(spearman([1, 2, NaN, 3], [3, 2, 0, 1])).toBe(-1);
    expect(spearman([1, 2, NaN], [3, 2, 0])).toBeUndefined();
    expect(() => spearman([1, 2], [1])).toThrow('got 2 and 1 values');
  });

  it('heeds the order alone', () => {
    const finite = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 3, maxLength: 20 }), (pairs) => {
        const x = pairs.map(([one]) => one);
        const y = pairs.map(([, other]) => other);
        const rho = spearman(x, y);
        const bent = spearman(
          x.map((value) => value ** 3),
          y.map((value) => -Math.exp(value)),
        );
        if (rho === undefined) expect(bent).toBeUndefined();
        else expect(bent).toBeCloseTo(-rho, 12);
      }),
    );
  });
});

describe('spearmanInterval', () => {
  const x = Array.from({ length: 40 }, (_, i) => i);
  const random = () => stream(1, 'bootstrap');

  it('is [1, 1] of what rises together', () => {
    expect(spearmanInterval(x, x, random(), 50)).toEqual([1, 1]);
  });

  it('holds the correlation, repeats itself, and is wide where there is none', () => {
    // Of every four the first is put last: Σd² = 10·12, 1 − 6·120/(40·1599).
    const y = x.map((i) => (i % 4 === 0 ? i + 3 : i - 1));
    const [low, high] = spearmanInterval(x, y, random(), 200)!;
    expect(low).toBeLessThan(0.9887);
    expect(high).toBeGreaterThan(0.9887);
    expect(high - low).toBeLessThan(0.03);
    expect(spearmanInterval(x, y, random(), 200)).toEqual([low, high]);
    const scattered = x.map((i) => (i * 17) % 40);
    const [below, above] = spearmanInterval(x, scattered, random(), 200)!;
    expect(below).toBeLessThan(spearman(x, scattered)! - 0.15);
    expect(above).toBeGreaterThan(spearman(x, scattered)! + 0.15);
  });

  it('has none where there is no correlation, or where most samples have none', () => {
    expect(spearmanInterval([1, 2], [1, 2], random(), 50)).toBeUndefined();
    expect(spearmanInterval([1, 1, 1], [1, 2, 3], random(), 50)).toBeUndefined();
    // Of 27 equally likely samples 15 do not vary on one side or the other.
    expect(spearman([1, 1, 2], [1, 2, 2])).toBeCloseTo(0.5, 12);
    expect(spearmanInterval([1, 1, 2], [1, 2, 2], random(), 2000)).toBeUndefined();
    // Of six pairs a third does: (5/6)⁶.
    expect(spearmanInterval([1, 1, 1, 1, 1, 2], [1, 2, 3, 4, 5, 6], random(), 2000)).toBeDefined();
  });
});
