import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passAtK } from '../../src/ppo/pass-at-k.ts';

describe('passAtK', () => {
  it.each([
    [5, 2, 1, 0.4],
    // 1 − C(3,2)/C(5,2) = 1 − 3/10
    [5, 2, 2, 0.7],
    // 1 − C(3,3)/C(5,3) = 1 − 1/10
    [5, 2, 3, 0.9],
    [5, 2, 4, 1],
    [10, 0, 10, 0],
    [10, 10, 1, 1],
    // 1 − C(9,5)/C(10,5) = 1 − 126/252
    [10, 1, 5, 0.5],
  ])('of %i samples, %i passing, k = %i is %f', (n, c, k, expected) => {
    expect(passAtK(n, c, k)).toBeCloseTo(expected, 12);
  });

  it('equals counting all subsets of k', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 9 })
          .chain((n) =>
            fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n })),
          ),
        ([n, c, k]) => {
          let subsets = 0;
          let hits = 0;
          for (let bits = 0; bits < 2 ** n; bits++) {
            const chosen = Array.from({ length: n }, (_, i) => (bits >> i) & 1);
            if (chosen.reduce((total, bit) => total + bit, 0) !== k) continue;
            subsets++;
            if (chosen.slice(0, c).includes(1)) hits++;
          }
          expect(passAtK(n, c, k)).toBeCloseTo(hits / subsets, 10);
        },
      ),
    );
  });

  it('is finite where factorials are not', () => {
    expect(passAtK(1000, 1, 500)).toBeCloseTo(0.5, 9);
  });

  it('refuses what is no count', () => {
    for (const [n, c, k] of [
      [5, 6, 1],
      [5, -1, 1],
      [5, 1, 6],
      [5, 1, 0],
      [5, 1.5, 1],
    ]) {
      expect(() => passAtK(n, c, k)).toThrow(`got n = ${n}, c = ${c}, k = ${k}`);
    }
  });
});
