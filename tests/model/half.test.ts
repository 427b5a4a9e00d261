import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/model/half.ts';

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [1 / 3, 0x3555],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -14 - 2 ** -24, 0x03ff],
  [2 ** -24, 0x0001],
])('%f is %i', (x, bits) => {
  expect(toHalf(x)).toBe(bits);
});

test('the nearest is taken, of two the even one', () => {
  expect(toHalf(1 + 2 ** -11)).toBe(0x3c00);
  expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(toHalf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
  expect(toHalf(2 ** -25)).toBe(0);
  expect(toHalf(3 * 2 ** -25)).toBe(2);
  expect(toHalf(2 - 2 ** -12)).toBe(0x4000); // over into the next power of two
  expect(toHalf(2 ** -14 - 2 ** -26)).toBe(0x0400);
});

test('what is too large, or no number, is refused', () => {
  for (const x of [65520, -1e9, Infinity, NaN]) expect(() => toHalf(x)).toThrow('16 bits');
});

test('every pattern but those of infinity and NaN comes back', () => {
  for (let bits = 0; bits < 0x10000; bits++)
    if (((bits >>> 10) & 31) !== 31) expect(toHalf(fromHalf(bits))).toBe(bits);
  expect([fromHalf(0x7c00), fromHalf(0xfc00), fromHalf(0x7e00)]).toEqual([Infinity, -Infinity, NaN]);
});

test('no number of 16 bits is nearer', () => {
  fc.assert(
    fc.property(fc.float({ min: -60000, max: 60000, noNaN: true }), (x) => {
      const bits = toHalf(x);
      const off = Math.abs(fromHalf(bits) - x);
      for (const other of [bits - 1, bits + 1])
        if ((other & 0x7c00) !== 0x7c00 && other >= 0)
          expect(Math.abs(fromHalf(other) - x)).toBeGreaterThanOrEqual(off);
    }),
  );
});
