import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanPassAtK, passAtK } from '../../src/ppo/pass-at-k.ts';

describe('pass@k of one prompt', () => {
  it.each([
    // 1 − C(5, 4) / C(8, 4) = 1 − 5 / 70
    [8, 3, 4, 65 / 70],
    // 1 − C(7, 4) / C(8, 4) = 1 − 35 / 70
    [8, 1, 4, 0.5],
    [8, 5, 4, 1],
    [8, 0, 4, 0],
    [5, 2, 1, 0.4],
    [5, 1, 5, 1],
  ])('of %i responses of which %i pass, at k = %i', (n, c, k, value) => {
    expect(passAtK(n, c, k)).toBeCloseTo(value, 12);
  });

  it('is what all choices of k say on average', () => {
    const group = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(group, fc.integer({ min: 1, max: 7 }), (passed, wanted) => {
        const k = Math.min(wanted, passed.length);
        const choices = Array.from({ length: 2 ** passed.length }, (_, bits) =>
          passed.filter((_, i) => bits & (1 << i)),
        ).filter((chosen) => chosen.length === k);
        const any = choices.filter((chosen) => chosen.includes(true)).length / choices.length;
        expect(passAtK(passed.length, passed.filter(Boolean).length, k)).toBeCloseTo(any, 10);
      }),
    );
  });

  it('does not overflow, and refuses what it cannot be of', () => {
    expect(passAtK(10_000, 100, 5000)).toBeCloseTo(1, 12);
    for (const [n, c, k] of [
      [4, 2, 5],
      [4, 5, 2],
      [4, 2, 0],
      [4, 1.5, 2],
    ])
      // prettier-ignore
      expect(() => passAtK(n, c, k)).toThrow(/passAtK needs 0 ≤ c ≤ n and 1 ≤ k ≤ n/);
  });
});

describe('pass@k of a batch', () => {
  it('is the mean over its prompts, a pass being every test', () => {
    expect(meanPassAtK([1, 0, 0.9, 0, 0, 0, 1, 1], 4, 2)).toBeCloseTo((0.5 + 5 / 6) / 2, 12);
    expect(meanPassAtK([1, 0, 1, 0], 2, 1)).toBe(0.5);
  });

  it('looks at what was judged, and leaves out a prompt of which too little was', () => {
    // Of three responses one passes; of the other prompt one alone was judged.
    expect(meanPassAtK([1, 0, NaN, 0, 1, NaN, NaN, NaN], 4, 2)).toBeCloseTo(2 / 3, 12);
    expect(meanPassAtK([NaN, NaN, NaN], 3, 2)).toBeNaN();
  });

  it('is not known of groups of k or fewer', () => {
    expect(meanPassAtK([1, 0, 1, 0], 2, 2)).toBeNaN();
    expect(meanPassAtK([1, 0], 1, 4)).toBeNaN();
  });
});
