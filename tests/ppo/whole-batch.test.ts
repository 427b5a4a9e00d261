import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOfNTruth, peakOfBestOfN, scoreVariance, type Known } from '../../src/ppo/predictors.ts';
import { shuffled, stream } from '../../src/ppo/random.ts';
import { noisy } from './known-batches.ts';

describe('bestOfNTruth', () => {
  const one = (truths: number[]): Known => ({
    scores: truths.map((_, i) => i),
    truths,
    groupSize: truths.length,
  });

  it('is as worked by hand', () => {
    // Of 20 choices of 3 of 6, the fourth is the best in C(3, 2) = 3, the fifth in C(4, 2) = 6.
    const curve = bestOfNTruth(one([0, 0, 0, 1, 1, 0])) ?? [];
    const expected = [2 / 6, 7 / 15, 9 / 20, 5 / 15, 1 / 6, 0];
    expect(curve.length).toBe(6);
    curve.forEach((truth, i) => expect(truth).toBeCloseTo(expected[i], 12));
    expect(peakOfBestOfN(curve)).toBe(2);
  });

  it('is the mean over all choices of n responses, ties broken at random', () => {
    const groups = fc.integer({ min: 1, max: 6 }).chain((groupSize) =>
      fc.array(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(0, 1)), {
          minLength: groupSize,
          maxLength: groupSize,
        }),
        { minLength: 1, maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(groups, (list) => {
        const groupSize = list[0].length;
        const rows = list.flat();
        const curve = bestOfNTruth({
          scores: rows.map(([score]) => score),
          truths: rows.map(([, truth]) => truth),
          groupSize,
        });
        for (let n = 1; n <= groupSize; n++) {
          const picks = list.flatMap((group) => choices(group, n).map(bestOf));
          expect(curve?.[n - 1]).toBeCloseTo(picks.reduce((a, b) => a + b) / picks.length, 10);
        }
      }),
    );
  });

  it('begins at the pass rate and ends at the truth of the best', () => {
    const { batch } = noisy(3, { prompts: 20 });
    const curve = bestOfNTruth(batch) ?? [];
    expect(curve[0]).toBeCloseTo(batch.truths.reduce((a, b) => a + b) / 160, 12);
    const best = Array.from({ length: 20 }, (_, prompt) => {
      const rows = Array.from({ length: 8 }, (__, sample) => prompt * 8 + sample);
      return batch.truths[rows.reduce((a, b) => (batch.scores[b] > batch.scores[a] ? b : a))];
    });
    expect(curve[7]).toBeCloseTo(best.reduce((a, b) => a + b) / 20, 12);
    expect(peakOfBestOfN(curve)).toBeGreaterThan(1);
  });

  it('is right to the last digits for 64 responses', () => {
    const truths = shuffled(64, stream(1, 'split')).map((i) => (i < 20 ? 1 : 0));
    const curve = bestOfNTruth(one(truths)) ?? [];
    for (let n = 1; n <= 64; n++) {
      const passing = truths.reduce((total, s, i) => total + BigInt(s) * choose(i, n - 1), 0n);
      const exact = Number((passing * 10n ** 18n) / choose(64, n)) / 1e18;
      expect(curve[n - 1]).toBeCloseTo(exact, 13);
    }
  });

  it('leaves out prompts that are not wholly known', () => {
    const truths = [0, 1, NaN, 1, 1, 0, 0, 1];
    const scores = [1, 2, 1, 2, 1, 2, NaN, 2];
    expect(bestOfNTruth({ scores, truths, groupSize: 2 })).toEqual([0.5, 0.5]);
    expect(bestOfNTruth({ scores: [1, 2], truths: [NaN, 1], groupSize: 2 })).toBeUndefined();
    expect(bestOfNTruth({ scores: [], truths: [], groupSize: 2 })).toBeUndefined();
  });

  it('peaks where it is first highest, up to rounding', () => {
    expect(peakOfBestOfN(bestOfNTruth(one([1, 1, 1, 1, 1, 1, 1])) ?? [])).toBe(1);
    expect(peakOfBestOfN([0.1 + 0.2, 0.3, 0.2])).toBe(1);
    expect(peakOfBestOfN([0.3, 0.1 + 0.2, 0.2])).toBe(1);
    expect(peakOfBestOfN([0.3, 0.4, 0.4])).toBe(2);
    expect(peakOfBestOfN([0.1, 0.2, 0.3])).toBe(3);
  });
});

describe('scoreVariance', () => {
  it('is within prompts', () => {
    // 2/1 and 8/1.
    const batch = { scores: [1, 3, 2, 6], truths: [0, 1, NaN, NaN], groupSize: 2 };
    expect(scoreVariance(batch)).toBe(5);
    expect(scoreVariance({ ...batch, scores: [1001, 1003, 2, 6] })).toBe(5);
    expect(scoreVariance({ ...batch, scores: [1, NaN, 2, 6] })).toBe(8);
    expect(scoreVariance({ ...batch, groupSize: 1 })).toBeUndefined();
    expect(scoreVariance({ ...batch, scores: [1e300, -1e300, 1, 1] })).toBeUndefined();
  });
});

/** All choices of n of a list. */
function choices<Item>(list: readonly Item[], n: number): Item[][] {
  if (n === 0) return [[]];
  return list.flatMap((first, i) => choices(list.slice(i + 1), n - 1).map((others) => [first, ...others]));
}

/** The mean truth of those with the highest score. */
function bestOf(rows: readonly (readonly [score: number, truth: number])[]): number {
  const highest = Math.max(...rows.map(([score]) => score));
  const best = rows.filter(([score]) => score === highest);
  return best.reduce((total, [, truth]) => total + truth, 0) / best.length;
}

/** n over k, exact. */
function choose(n: number, k: number): bigint {
  let product = 1n;
  for (let i = 0; i < k; i++) product = (product * BigInt(n - i)) / BigInt(i + 1);
  return product;
}
