import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankWithin } from '../../src/ppo/ranks.ts';

describe('rankWithin', () => {
  it('puts the rows of each prompt best first', () => {
    const scores = Float32Array.of(0.1, 0.9, 0.5, -2, /* second prompt */ -1, 5, 3, 4);
    expect([...rankWithin(scores, 4)]).toEqual([1, 2, 0, 3, 5, 7, 6, 4]);
  });

  it('keeps sampling order on ties', () => {
    expect([...rankWithin(Float32Array.of(1, 2, 1, 2, 2, 1), 6)]).toEqual([1, 3, 4, 0, 2, 5]);
    expect([...rankWithin(Float32Array.of(0, -0, 0), 3)]).toEqual([0, 1, 2]);
    const infinite = Float32Array.of(-Infinity, Infinity, -Infinity, Infinity);
    expect([...rankWithin(infinite, 4)]).toEqual([1, 3, 0, 2]);
  });

  it('is a permutation within each prompt, never rising', () => {
    const batch = fc.integer({ min: 1, max: 9 }).chain((groupSize) =>
      fc.tuple(
        fc.constant(groupSize),
        fc.integer({ min: 0, max: 5 }).chain((prompts) =>
          fc.array(fc.integer({ min: -3, max: 3 }), {
            minLength: prompts * groupSize,
            maxLength: prompts * groupSize,
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(batch, ([groupSize, values]) => {
        const ranked = rankWithin(Float32Array.from(values), groupSize);
        for (let start = 0; start < values.length; start += groupSize) {
          const rows = [...ranked.subarray(start, start + groupSize)];
          expect(rows.toSorted((a, b) => a - b)).toEqual(rows.map((_, i) => start + i));
          for (let i = 1; i < groupSize; i++) {
            const difference = values[rows[i - 1]] - values[rows[i]];
            expect(difference > 0 || (difference === 0 && rows[i - 1] < rows[i])).toBe(true);
          }
        }
      }),
    );
  });

  it('refuses what has no rank', () => {
    expect(() => rankWithin(Float32Array.of(1, NaN), 2)).toThrow('Score 1 is NaN');
    expect(() => rankWithin(new Float32Array(5), 2)).toThrow('5 scores do not make whole groups of 2');
    expect(() => rankWithin(new Float32Array(4), 0)).toThrow('whole groups of 0');
  });
});
