import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeRewards } from '../../src/ppo/shaping.ts';

describe('shapeRewards', () => {
  // Two rows of 4: prompt positions masked before, padding masked after; junk where masked.
  const logprobs = [NaN, -1, -2, -0.5, /* row 1 */ 9, -3, NaN, Infinity];
  const refLogprobs = [NaN, -1.5, -1, -0.5, /* row 1 */ 9, -1, 9, NaN];
  const mask = [0, 1, 1, 1, /* row 1 */ 0, 1, 0, 0];

  it('is −β·kl per response token, plus the score on the last', () => {
    // d = 0.5, −1, 0 and −2
    expect([...shapeRewards(logprobs, refLogprobs, mask, [3, -2], 0.5, 4)]).toEqual([
      0, -0.25, 0.5, 3, /* row 1 */ 0, -1, 0, 0,
    ]);
  });

  it('is the score alone without a KL term', () => {
    expect([...shapeRewards(logprobs, refLogprobs, mask, [3, -2], 0, 4)].map((value) => value + 0)).toEqual([
      0, 0, 0, 3, 0, -2, 0, 0,
    ]);
  });

  it('sums per row to score − β·ΣKL', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((length) =>
          fc.record({
            length: fc.constant(length),
            from: fc.integer({ min: 0, max: length - 1 }),
            score: fc.double({ min: -5, max: 5, noNaN: true }),
            d: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
              minLength: length,
              maxLength: length,
            }),
          }),
        ),
        ({ length, from, score, d }) => {
          const ones = d.map((_, t) => (t >= from ? 1 : 0));
          const rewards = shapeRewards(d, new Float32Array(length), ones, [score], 0.1, length);
          const divergence = d.slice(from).reduce((total, value) => total + value, 0);
          expect(rewards.reduce((total, value) => total + value, 0)).toBeCloseTo(score - 0.1 * divergence, 4);
        },
      ),
    );
  });

  it('lets a row of padding pass, and refuses a score that no token carries', () => {
    expect([...shapeRewards([1, 2], [0, 0], [0, 0], [0], 1, 2)]).toEqual([0, 0]);
    expect(() => shapeRewards([1, 2], [0, 0], [0, 0], [1.5], 1, 2)).toThrow('Row 0 has no response token');
  });

  it('refuses sizes that do not fit', () => {
    expect(() => shapeRewards([1, 2], [0, 0], [1], [1], 1, 2)).toThrow('expects 1 × 2 values each');
  });
});
