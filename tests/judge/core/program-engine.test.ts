import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProgramEngine } from '../../../src/judge/core/program-engine.ts';
import { isEntryPoint } from '../../../src/judge/core/outcome.ts';
import { argumentsText, valueText } from '../../../src/judge/core/value-text.ts';
import type { Json } from '../../../src/protocol/task.ts';

let engine: ProgramEngine;
beforeAll(async () => {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  engine = await ProgramEngine.open(readFileSync(path));
});

/** The outcomes of `f` called with each list of arguments. */
async function outcomesOf(program: string, ...args: Json[][]) {
  return engine.run({ program, entryPoint: 'f', args: args.map(argumentsText) });
}
const kindsOf = async (program: string, ...args: Json[][]) =>
  (await outcomesOf(program, ...args)).map((outcome) => outcome.kind);
/** What is said about `f()` returning the value of an expression. */
async function textOf(expression: string) {
  const [outcome] = await outcomesOf(`function f() { return ${expression}; }`, []);
  return `${outcome.kind}: ${outcome.text}`;
}

describe('the text of a returned value', () => {
  test.each([
    ['undefined', 'undefined'],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['-0', '-0'],
    ['0', '0'],
    ['"0"', '"0"'],
    ['12n', '12n'],
    ['9007199254740991', '9007199254740991'],
    ['1e21', '#444b1ae4d6e2ef50'],
    ['5e-324', '#0000000000000001'],
    ['-0.5', '#bfe0000000000000'],
    ['"\\u0000\\ud800\\u2028é\\ufeff"', '"\\u0000\\ud800\u2028é\ufeff"'],
    ['[1, , 3]', '[1,<hole>,3]'],
    ['[undefined, null]', '[undefined,null]'],
    ['Object.assign([1, 2], { b: 1, a: "x" })', '[1,2;"a":"x","b":1]'],
    ['({ b: 1, a: { d: undefined, c: -0 } })', '{"a":{"c":-0,"d":undefined},"b":1}'],
    ['Object.assign(Object.create(null), { "10": 1, "9": 2 })', '{"10":1,"9":2}'],
    ['Object.defineProperty({ a: 1 }, "hidden", { value: 2 })', '{"a":1}'],
    ['new Map([["a", 1], [{ k: 1 }, [2]]])', 'Map{"a"=>1,{"k":1}=>[2]}'],
    ['new Set([3, "3"])', 'Set{3,"3"}'],
    ['"abc".match(/b/)', '["b";"groups":undefined,"index":1,"input":"abc"]'],
  ])('%s', async (expression, text) => {
    expect(await textOf(expression)).toBe(`value: ${text}`);
  });

  test.each([
    ['() => 1', 'it is a function'],
    ['Symbol("s")', 'it is a symbol'],
    ['[Symbol.iterator]', 'it is a symbol'],
    ['({ get a() { return 1; } })', 'it has a getter or a setter'],
    ['({ [Symbol.iterator]: 1 })', 'it has a symbol for a key'],
    ['(() => { const a = []; a.push(a); return a; })()', 'it is cyclic or nested too deep'],
    [
      '(() => { let a = 0; for (let i = 0; i < 65; i++) a = [a]; return a; })()',
      'it is cyclic or nested too deep',
    ],
    ['new Array(4000).fill(0)', 'it has too many parts'],
    ['"x".repeat(65535)', 'it is too long to be compared'],
    ['2n ** 5000n', 'it is too long to be compared'],
    ['Promise.resolve(1)', 'it is an instance of a class'],
    ['new Number(1)', 'it is an instance of a class'],
    ['new Date(0)', 'it is an instance of a class'],
    ['(function* () {})()', 'it is an instance of a class'],
    ['new (class Point { x = 1; })()', 'it is an instance of a class'],
    ['new Uint8Array(2)', 'it is an instance of a class'],
  ])('refuses %s', async (expression, reason) => {
    expect(await textOf(expression)).toBe(`bad-value: ${reason}`);
  });

  test('as large as a value may be', async () => {
    expect(await textOf('new Array(3999).fill(0)')).toBe(`value: [${'0,'.repeat(3998)}0]`);
    expect(await textOf('"x".repeat(65534)')).toBe(`value: "${'x'.repeat(65534)}"`);
    expect(await textOf('(() => { let a = 0; for (let i = 0; i < 64; i++) a = [a]; return a; })()')).toBe(
      `value: ${'['.repeat(64)}0${']'.repeat(64)}`,
    );
  });

  test('is that of the expected value, whatever the value', async () => {
    const values = fc.sample(fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>, { numRuns: 300, seed: 1 });
    const numbers = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 300, seed: 2 });
    const strings = fc.sample(fc.string({ unit: 'binary' }), { numRuns: 300, seed: 3 });
    const all: Json[] = [...values, ...numbers, ...strings];
    const outcomes = await outcomesOf('f = (x) => x', ...all.map((value) => [value]));
    expect(outcomes.map((outcome) => outcome.text)).toEqual(all.map(valueText));
  });
});

describe('what becomes of a program', () => {
  test.each<[string, string, string[]]>([
    ['syntax', 'function f( {', ['syntax', 'syntax']],
    ['an export', 'export function f() {}', ['syntax', 'syntax']],
    ['prose', 'Here is the solution:', ['syntax', 'syntax']],
    ['a SyntaxError thrown while loading', 'throw new SyntaxError("x")', ['load-error', 'load-error']],
    ['require', 'const fs = require("fs"); function f() {}', ['load-error', 'load-error']],
    ['nothing', '', ['no-entry', 'no-entry']],
    ['not a function', 'const f = 3', ['no-entry', 'no-entry']],
    ['throws on one test', 'function f(a) { if (a) throw 1; return 2; }', ['value', 'threw']],
    ['loops while loading', 'for (;;);', ['fuel', 'fuel']],
    ['loops on one test', 'function f(a) { while (a); return 2; }', ['value', 'fuel']],
    ['runs out of memory', 'function f(a) { const b = []; while (a) b.push({}); }', ['value', 'memory']],
    ['recurses', 'function f(a) { return a ? f(a) + 1 : 0; }', ['value', 'stack']],
    ['is nested too deep', `${'('.repeat(1e5)}1${')'.repeat(1e5)}`, ['stack', 'stack']],
    ['returns a function', 'const f = () => f', ['bad-value', 'bad-value']],
  ])('%s', async (_, program, kinds) => {
    expect(await kindsOf(program, [0], [1])).toEqual(kinds);
    expect(await kindsOf('const x = 1; const f = () => x', [0])).toEqual(['value']);
  });

  test('its fuel is its own, and short of endless', async () => {
    const loops = 'function f(a) { for (let i = 0; i < a; i++); return 1; }';
    expect(await kindsOf(loops, [2e6], [3e6], [2e6])).toEqual(['value', 'fuel', 'value']);
    expect(await kindsOf(loops, ...new Array<Json[]>(7).fill([2.4e6]))).toEqual([
      ...new Array<string>(5).fill('value'),
      'fuel',
      'fuel',
    ]);
  });

  test('it keeps state between calls but nothing from another program', async () => {
    const counts =
      'let n = 0; globalThis.seen = (globalThis.seen || 0) + 1; function f() { return [++n, seen]; }';
    for (let run = 0; run < 2; run++)
      expect((await outcomesOf(counts, [], [])).map((outcome) => outcome.text)).toEqual(['[1,1]', '[2,1]']);
  });

  test('it gets arguments of its own on every call', async () => {
    const outcomes = await outcomesOf('function f(a) { a.push(9); return a; }', [[1]], [[1]]);
    expect(outcomes.map((outcome) => outcome.text)).toEqual(['[1,9]', '[1,9]']);
  });

  test('time stands still, in UTC, and chance is seeded', async () => {
    const program =
      'const f = () => [Date.now(), new Date(2020, 6, 1, 12).getTime(), new Date().getTimezoneOffset(), Math.random(), Math.random()]';
    const [first] = await outcomesOf(program, []);
    const [again] = await outcomesOf(program, []);
    const [now, noon, offset, one, two] = first.text.slice(1, -1).split(',');
    expect([now, noon, offset].map(Number)).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2020, 6, 1, 12), 0]);
    expect(one).not.toBe(two);
    expect(again.text).toBe(first.text);
  });

  test('an engine stopped in the midst of native work is replaced before the next program', async () => {
    const deep = 'f = () => Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 6)';
    for (let round = 0; round < 3; round++) {
      expect(await kindsOf(deep, [])).toEqual(['fuel']);
      expect(await kindsOf('f = () => 1', [])).toEqual(['value']);
    }
  });

  test('a program larger than all memory is not written over what lies there', async () => {
    const program = `f = () => 1; //${'x'.repeat(70 << 20)}`;
    expect(await kindsOf(program, [], [])).toEqual(['memory', 'memory']);
    expect(await kindsOf('f = () => 1', [])).toEqual(['value']);
  });

  test('what it threw is told in words, and no code of its own runs for it', async () => {
    const messageOf = async (thrown: string) =>
      (await outcomesOf(`function f() { throw ${thrown}; }`, []))[0].text;
    expect(await messageOf('new TypeError("no")')).toBe('TypeError: no');
    expect(await messageOf('"x".repeat(1000)')).toHaveLength(300);
    expect(await messageOf('{ get message() { for (;;); } }')).toBe('it threw an object');
    expect(await messageOf('null')).toBe('it threw null, or memory ran out');
    expect(await messageOf('new Proxy({}, { getOwnPropertyDescriptor() { throw 1; } })')).toBe(
      'it threw an object that hides what it is',
    );
  });
});

describe('an entry point', () => {
  test.each(['f', '$f', 'été', 'Solver.solve', 'a.b.c'])('%s is one', (name) => {
    expect(isEntryPoint(name)).toBe(true);
  });
  test.each(['', 'f()', '1f', 'a b', 'a..b', '.a', 'f;g', 'a["b"]'])('%j is none', async (name) => {
    expect(isEntryPoint(name)).toBe(false);
    await expect(engine.run({ program: '', entryPoint: name, args: [] })).rejects.toThrow('expected a name');
  });
  test('may be a method, called on its object', async () => {
    const program = 'class Solver { static base = 40; static solve(a) { return this.base + a; } }';
    const [outcome] = await engine.run({ program, entryPoint: 'Solver.solve', args: ['[2]'] });
    expect(outcome).toEqual({ kind: 'value', text: '42' });
  });
});

describe('the line of a failure', () => {
  test.each<[string, number | undefined]>([
    ['function f(a) {\n\n  return a.b.c;\n}', 3],
    ['function f(a) {\n  return [a].map((x) =>\n    x.b.c);\n}', 3],
    ['function f() {\n  return JSON.parse("{");\n}', 2],
    ['\nf.g();\nfunction f() {}', 2],
    ['function f() {\n  return (;\n}', 2],
    ['function f() {\n  throw 1;\n}', undefined],
    ['function f() {\n  throw { stack: "at f (program.js:7:1)" };\n}', 7],
    ['function f() {\n  throw { stack: "program.js:99999999" };\n}', undefined],
    ['function f() {\n  throw { get stack() { for (;;); } };\n}', undefined],
    [
      'String.prototype.indexOf = () => 0;\nString.prototype[12] = "9";\nfunction f() {\n  throw Error();\n}',
      4,
    ],
  ])('of %j is %s', async (program, line) => {
    const [outcome] = await outcomesOf(program, [{}]);
    expect(outcome.kind).not.toBe('value');
    expect(outcome.line).toBe(line);
  });
});
