import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argumentsText, valueText } from '../../../src/judge/core/value-text.ts';
import type { Json } from '../../../src/protocol/task.ts';

const json = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<Json>;

describe('the text of an expected value', () => {
  test.each<[Json, string]>([
    [null, 'null'],
    [0, '0'],
    [-0, '-0'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
    ['a"\n\ud800é', '"a\\"\\n\\ud800é"'],
    [[1, [], 'x'], '[1,[],"x"]'],
    [{ b: 1, a: { d: null, c: [true] } }, '{"a":{"c":[true],"d":null},"b":1}'],
    [JSON.parse('{"__proto__":-0}') as Json, '{"__proto__":-0}'],
  ])('%j', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  test('reads back as the value it stands for', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(valueText(value))).toEqual(value);
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
