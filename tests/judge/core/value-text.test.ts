import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argumentsText, isNearly, shownText, valueText } from '../../../src/judge/core/value-text.ts';
import type { Json } from '../../../src/protocol/task.ts';

const json = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<Json>;

describe('the text of an expected value', () => {
  test.each<[Json, string]>([
    [null, 'null'],
    [0, '0'],
    [-0, '-0'],
    [2 ** 53 - 1, '9007199254740991'],
    [1e21, '#444b1ae4d6e2ef50'],
    [0.1, '#3fb999999999999a'],
    ['a"\n\ud800é', '"a\\"\\n\\ud800é"'],
    [[1, [], 'x'], '[1,[],"x"]'],
    [{ b: 1, a: { d: null, c: [true] } }, '{"a":{"c":[true],"d":null},"b":1}'],
    [JSON.parse('{"__proto__":-0}') as Json, '{"__proto__":-0}'],
  ])('%j', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  test('equal values, and only they, have equal texts', () => {
    fc.assert(
      fc.property(json, json, (one, two) => {
        expect(valueText(JSON.parse(argumentsText([one])) as Json)).toBe(valueText([one]));
        expect(valueText(one) === valueText(two)).toBe(Object.is(one, two) || isDeepStrictEqual(one, two));
      }),
    );
  });

  test('refuses what no program may return', () => {
    let deep: Json = 0;
    for (let level = 0; level < 65; level++) deep = [deep];
    expect(() => valueText(deep)).toThrow('nested deeper than 64');
    expect(() => valueText(new Array<number>(4000).fill(1))).toThrow('more than 4000 parts');
    expect(() => valueText('x'.repeat(65_535))).toThrow('longer than 65536');
  });
});

test('arguments keep the order of their keys, and −0', () => {
  expect(argumentsText([{ b: -0, a: [1, 'x'] }, null])).toBe('[{"b":-0,"a":[1,"x"]},null]');
});

describe('what people see of it', () => {
  test.each([
    ['[#3fb999999999999a,-0,12n,NaN,"#3fb999999999999a\\""]', '[0.1,-0,12n,NaN,"#3fb999999999999a\\""]'],
    ['{"a":#444b1ae4d6e2ef50}', '{"a":1e+21}'],
    ['"#', '"#'],
  ])('%s', (text, shown) => {
    expect(shownText(text, 200)).toBe(shown);
  });

  test('is cut', () => {
    expect(shownText('x'.repeat(200), 200)).toBe('x'.repeat(200));
    expect(shownText('x'.repeat(201), 200)).toBe(`${'x'.repeat(199)}…`);
    expect(shownText(`"${'x'.repeat(60_000)}`, 200)).toHaveLength(200);
    expect(shownText(`[${'#3fb999999999999a,'.repeat(100)}]`, 200)).toMatch(/^\[(0\.1,)+.*…$/);
  });
});

describe('nearly', () => {
  const isNear = (one: Json, two: Json) => isNearly(valueText(one), valueText(two), 1e-9);
  test.each<[Json, Json, boolean]>([
    [0.1 + 0.2, 0.3, true],
    [[1, { a: 1e21 }], [1 + 1e-10, { a: 1e21 + 1e10 }], true],
    [1, 1 + 2e-9, false],
    [0, 1e-12, false],
    [0, -0, true],
    ['0.1', 0.1, false],
    ['1', '2', false],
    [[1, 2], [1, 2, 2], false],
    [{ a: 1 }, { b: 1 }, false],
  ])('%j and %j: %s', (one, two, near) => {
    expect(isNear(one, two)).toBe(near);
    expect(isNear(two, one)).toBe(near);
  });
  test('of BigInts there is nothing near', () => {
    expect(isNearly('1000000000000n', '1000000000001n', 1e-9)).toBe(false);
    expect(isNearly('1000000000000', '1000000000001', 1e-9)).toBe(true);
  });
  test('a text of digits alone is read in no time', () => {
    const digits = '9'.repeat(65_000);
    const begun = performance.now();
    expect(isNearly(`${digits}n`, `${digits}n`, 1e-9)).toBe(true);
    expect(isNearly(`${digits}n`, `${digits}8n`, 1e-9)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
