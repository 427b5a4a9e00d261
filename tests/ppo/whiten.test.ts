import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whiten } from '../../src/ppo/whiten.ts';
import { whitenings } from '../../src/protocol/config.ts';

const close = (got: Iterable<number>, expected: number[]) => {
  expect([...got].length).toBe(expected.length);
  [...got].forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
};
const advantages = [1, 2, 99, 3];
const mask = [1, 1, 0, 1];

describe('whiten', () => {
  it('is as worked by hand', () => {
    // Mean 2, population variance 2/3.
    close(whiten(advantages, mask, 'kept'), [-1.2247449, 0, 0, 1.2247449]);
    close(whiten(advantages, mask, 'scale'), [1.2247449, 2.4494897, 0, 3.6742346]);
    close(whiten(advantages, mask, 'off'), [1, 2, 0, 3]);
    // `all` is given every response and does the same. 1, 3, 5, 7: mean 4, variance 5.
    close(
      whiten([1, 3, NaN, 5, 7], [1, 1, 0, 1, 1], 'all'),
      [-1.3416408, -0.4472136, 0, 0.4472136, 1.3416408],
    );
  });

  it('has 1e-8 added to the variance', () => {
    // Mean 0, variance 1e-8: divided by √2e-8.
    close(whiten([1e-4, -1e-4], [1, 1], 'kept'), [Math.SQRT1_2, -Math.SQRT1_2]);
    close(whiten([5, 5, 5], [1, 1, 1], 'kept'), [0, 0, 0]);
  });

  it('leaves mean 0 and variance 1 over the kept tokens, and is blind to scale and offset', () => {
    const values = fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 40 })
      .filter((list) => Math.max(...list) - Math.min(...list) > 1);
    fc.assert(
      fc.property(values, fc.double({ min: 0.5, max: 4, noNaN: true }), (list, scale) => {
        const ones = list.map(() => 1);
        const white = [...whiten(list, ones, 'kept')];
        const mean = white.reduce((total, x) => total + x, 0) / white.length;
        expect(mean).toBeCloseTo(0, 5);
        expect(white.reduce((total, x) => total + (x - mean) ** 2, 0) / white.length).toBeCloseTo(1, 3);
        close(
          whiten(
            list.map((x) => x * scale + 3),
            ones,
            'kept',
          ),
          white,
        );
        close(whiten(list, ones, 'all'), white);
      }),
    );
  });

  it('keeps every sign when it only scales', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 2 }), (list) => {
        const scaled = whiten(
          list,
          list.map(() => 1),
          'scale',
        );
        expect(scaled.every((value) => value > 0)).toBe(true);
      }),
    );
  });

  it.each(whitenings)('%s gives 0 where masked, and a new array', (how) => {
    const input = Float32Array.of(NaN, 2, 4);
    const white = whiten(input, [0, 1, 1], how);
    expect(white[0]).toBe(0);
    expect(white).not.toBe(input);
    expect([...white].every(Number.isFinite)).toBe(true);
    expect([...whiten([1, 2], [0, 0], how)]).toEqual([0, 0]);
  });

  it('refuses what it cannot do', () => {
    expect(() => whiten([1, 2], [1], 'off')).toThrow('2 advantages and 1 of mask');
  });
});
