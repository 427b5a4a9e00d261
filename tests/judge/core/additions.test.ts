import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProgramEngine } from '../../../src/judge/core/program-engine.ts';
import { argumentsText, valueText } from '../../../src/judge/core/value-text.ts';
import type { Json } from '../../../src/protocol/task.ts';
import { quickJsWasm } from './quickjs-wasm.ts';

let engine: ProgramEngine;
beforeAll(async () => {
  engine = await ProgramEngine.open(quickJsWasm);
});

/** What `f` returns, or says, for each list of arguments. */
async function textsOf(program: string, ...args: Json[][]): Promise<string[]> {
  const outcomes = await engine.run({ program, entryPoint: 'f', args: args.map(argumentsText) });
  return outcomes.map(({ kind, text }) => (kind === 'value' ? text : `${kind}: ${text}`));
}
/** What an expression stands for in a program. */
const textOf = async (expression: string) => (await textsOf(`const f = () => ${expression}`, []))[0];

describe('a console', () => {
  test('has every usual method, which does nothing and says nothing', async () => {
    const names = Object.keys(console).filter(
      (name) => /^[a-z]+$/i.test(name) && !/Stdout|Stderr|Console|context|profile|Stamp|memory/.test(name),
    );
    expect(
      await textOf(`${JSON.stringify(names)}.filter((name) => console[name]('a', {}) !== undefined)`),
    ).toBe('[]');
    expect(names.length).toBeGreaterThan(15);
  });
  test('belongs to the program', async () => {
    expect(await textsOf('console.log = () => 6; const f = () => console.log(1)', [])).toEqual(['6']);
    expect(await textsOf('const console = { log: (x) => x }; const f = () => console.log(6)', [])).toEqual([
      '6',
    ]);
    expect(await textOf('typeof console.log()')).toBe('"undefined"');
  });
});

describe('the entry point', () => {
  test.each([
    'const g = (x) => x * 2; module.exports = { f: g };',
    'exports.f = (x) => x * 2;',
    'module.exports = function (x) { return x * 2; };',
    'const f = (x) => x * 2; module.exports = { f: () => 0 };',
    '(function (root, make) { if (typeof exports === "object") module.exports = make(); else root.f = make(); })(this, () => (x) => x * 2);',
    'let module = 1, exports = 2; const f = (x) => x * 2;',
  ])('may be exported: %s', async (program) => {
    expect(await textsOf(program, [3])).toEqual(['6']);
  });
  test.each([
    'module.exports = { g: (x) => x };',
    'module.exports = 6;',
    'module = null;',
    'const module = { get exports() { for (;;); } };',
  ])('and need not be there: %s', async (program) => {
    expect(await textsOf(program, [3])).toEqual(['no-entry: there is no function f']);
  });
});

describe('structuredClone', () => {
  test.each([
    '[1, , "x", undefined, null, 2n, { a: { b: [] } }]',
    '[new Map([["a", new Set([[1]])]]), new Date(7).getTime()]',
    'Object.assign([1], { extra: 2 })',
  ])('copies %s', async (expression) => {
    expect(await textOf(`structuredClone(${expression})`)).toBe(await textOf(expression));
  });
  test.each([
    [
      '(() => { const a = { n: [1] }; const b = structuredClone(a); b.n.push(2); return [a, b]; })()',
      '[{"n":[1]},{"n":[1,2]}]',
    ],
    [
      '(() => { const a = []; a.push(a); const b = structuredClone(a); return b[0] === b && b !== a; })()',
      'true',
    ],
    ['[...structuredClone(new Uint8Array([1, 2, 3]).subarray(1))]', '[2,3]'],
    [
      'structuredClone(new RegExp("a+", "gi")).flags + structuredClone(new TypeError("no")).message',
      '"gino"',
    ],
    ['structuredClone(new Date(5)).getTime() + structuredClone(new Number(1))', '6'],
    ['structuredClone(new (class Point { x = 1; })())', '{"x":1}'],
    ['structuredClone(JSON.parse(`{"__proto__":1}`))', '{"__proto__":1}'],
  ])('%s', async (expression, text) => {
    expect(await textOf(expression)).toBe(text);
  });
  test.each(['() => 1', 'Symbol("s")', 'Promise.resolve(1)', '[{ a() {} }]'])(
    'refuses %s',
    async (expression) => {
      expect(await textOf(`structuredClone(${expression})`)).toMatch(
        /^threw: DataCloneError: a \w+ could not be cloned/,
      );
    },
  );
});

test('BigInt.asUintN is that of the language', async () => {
  const bits = [0, 1, 8, 31, 32, 33, 63, 64, 65, 128, 129];
  const values = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 127n, 3n ** 100n];
  const all = values.flatMap((value) => [value, -value, value + 1n, -value - 1n]);
  const program = `const f = (text) => ${JSON.stringify(bits)}.map((n) => String(BigInt.asUintN(n, BigInt(text))))`;
  const texts = await textsOf(program, ...all.map((value) => [String(value)]));
  expect(texts).toEqual(
    all.map((value) => JSON.stringify(bits.map((n) => String(BigInt.asUintN(n, value))))),
  );
  expect(await textOf('BigInt.asUintN({ valueOf: () => 3.7 }, -1n)')).toBe('7n');
  expect(await textOf('BigInt.asUintN(-1, 1n)')).toMatch(/^threw: RangeError/);
  expect(await textOf('BigInt.asUintN(8, 1)')).toMatch(/^threw: TypeError/);
});

describe('of Intl', () => {
  test('numbers are written in American English', async () => {
    const numbers = fc.sample(
      fc.oneof(
        fc.double({ noNaN: true }),
        fc.integer(),
        fc.integer().map((n) => n / 1000),
        fc.integer({ min: -99_999, max: 99_999 }).map((n) => n / 10_000),
      ),
      { numRuns: 500, seed: 4 },
    );
    const all = [...numbers, 0, -0, 0.0005, 1.0005, 999.9995, 1e21, 123456789012345680000, 1e-7].filter(
      Number.isFinite,
    );
    const texts = await textsOf(
      'const f = (x) => [x.toLocaleString(), x.toLocaleString("en-US")]',
      ...all.map((x) => [x]),
    );
    const expected = all.map((x) => JSON.stringify([x.toLocaleString('en-US'), x.toLocaleString('en-US')]));
    expect(texts).toEqual(expected);
    expect(await textOf('[NaN, -Infinity, -1234567n].map((x) => x.toLocaleString())')).toBe(
      '["NaN","-∞","-1,234,567"]',
    );
  });

  test('texts of ASCII are compared as English compares them', async () => {
    const text = fc.string({
      unit: fc.constantFrom(
        ...Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code)),
        'a',
        'A',
        'b',
      ),
      maxLength: 4,
    });
    const pairs = fc.sample(fc.tuple(text, text), { numRuns: 1_000, seed: 5 });
    const texts = await textsOf('const f = (a, b) => a.localeCompare(b)', ...pairs);
    expect(texts).toEqual(pairs.map(([one, two]) => String(one.localeCompare(two, 'en'))));
    expect(await textOf('["bob", "Zed", "alice"].sort((a, b) => a.localeCompare(b))')).toBe(
      '["alice","bob","Zed"]',
    );
  });

  test.each([
    '(1).toLocaleString("de")',
    '(1).toLocaleString("en-US", { style: "percent" })',
    '"é".localeCompare("f")',
    '"\\u212a".localeCompare("k")',
    '"a".localeCompare("b", undefined, { numeric: true })',
    'new Date(0).toLocaleDateString()',
    'new Date(0).toLocaleString()',
  ])('there is no more: %s', async (expression) => {
    expect(await textOf(expression)).toMatch(
      /^threw: TypeError: .* needs Intl, which the judge does not have$/,
    );
  });
});

test('numbers are the same whatever an engine prints of them', async () => {
  const powers = Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074)).filter(Number.isFinite);
  const texts = await textsOf('const f = (x) => x', ...powers.map((power) => [power]));
  expect(texts).toEqual(powers.map(valueText));
  const computed = await textsOf('const f = (k) => 2 ** k', [-24], [-1074], [0.5]);
  expect(computed).toEqual([2 ** -24, 2 ** -1074, 2 ** 0.5].map(valueText));
});
