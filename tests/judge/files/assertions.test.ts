import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/protocol/task.ts';
import { readAssertions } from '../../../src/judge/files/assertions.ts';

describe('HumanEval-X', () => {
  test('a call and a value, whatever side they stand on, in a function or not', () => {
    const code = `
      const testTwice = () => {
        console.assert(twice([1.0, -2], 'a') === true)
        console.assert(
          null === twice({ k: [3 + 5 * 2], 'two words': \`t\` }, !true)
        )
      }
      testTwice()
      function more() { console.assert(twice() === 'x' + 'y') }
      console.assert(twice(2 / 3) === 2 ** 10 % 7)`;
    expect(readAssertions(code, 'twice')).toEqual({
      tests: [
        { args: [[1, -2], 'a'], expected: true },
        { args: [{ k: [13], 'two words': 't' }, false], expected: null },
        { args: [], expected: 'xy' },
        { args: [2 / 3], expected: 2 },
      ],
      tolerance: 0,
      unread: [],
    });
  });

  test('texts of both sides are compared as the values are', () => {
    const { tests } = readAssertions(
      'console.assert(JSON.stringify(f([2, 1])) === JSON.stringify([1, 2]))',
      'f',
    );
    expect(tests).toEqual([{ args: [[2, 1]], expected: [1, 2] }]);
  });

  test('a distance is a value and how far it may be off: the most that one of them forgives', () => {
    const code = `
      console.assert(Math.abs(f(1) - 0.33) < 1e-6)
      console.assert(Math.abs(2 / 3 - f(2)) <= 1e-4)`;
    expect(readAssertions(code, 'f')).toEqual({
      tests: [
        { args: [1], expected: 0.33 },
        { args: [2], expected: 2 / 3 },
      ],
      tolerance: 1e-4,
      unread: [],
    });
  });

  test.each([
    ['loose equality', 'console.assert(f(1) == 2)', 'it compares by ==, which is no exact value'],
    ['a truth without a value', 'console.assert(f(1))', 'it compares with no value'],
    ['another order', 'console.assert(f(1) > 2)', 'it compares by >, which is no exact value'],
    [
      'a value that must be run to be known',
      "console.assert(f('a'.repeat(3)) === 1)",
      'a call in it must be run to be known',
    ],
    ['another function', 'console.assert(g(1) === 2)', 'neither side is a call of f'],
    ['a method of that name', 'console.assert(o.f(1) === 2)', 'neither side is a call of f'],
    ['no JSON', 'console.assert(f(1) === undefined)', 'undefined is no value of JSON'],
    ['nor a number', 'console.assert(f(1) === NaN)', 'NaN is no value of JSON'],
    ['nor a finite one', 'console.assert(f(1) === 1 / 0)', 'it has a number that is not finite'],
    ['nor whole', 'console.assert(f(1n) === 2)', '1n is no value of JSON'],
    ['a hole', 'console.assert(f([1, , 2]) === 2)', 'a list in it has a hole'],
    ['a spread', 'console.assert(f(...[1]) === 2)', 'a part of it must be run to be known'],
    ['a distance that forgives all', 'console.assert(Math.abs(f(1) - 2) < 1)', 'it forgives more than 0.001'],
    [
      'a distance of something else',
      'console.assert(Math.abs(f(1 - 2) < 1e-6))',
      'it compares with no value',
    ],
    [
      'a loop',
      'for (let i = 0; i < 3; i++) { console.assert(f(1) === 2) }',
      'it is in a loop, or under a condition',
    ],
    [
      'a loop without braces',
      'while (more()) console.assert(f(1) === 2)',
      'it is in a loop, or under a condition',
    ],
    [
      'a condition',
      'if (Math.random() < 0.5) { console.assert(f(1) === 2) }',
      'it is in a loop, or under a condition',
    ],
    [
      'a name that was changed',
      'let x = 1; x += 1; console.assert(f(x) === 2)',
      'what x is must be run to be known',
    ],
    [
      'a loose comparison of Node',
      'assert.equal(f(1), 2)',
      'assert.equal asks for something else than one exact value',
    ],
    [
      'what throws',
      'assert.throws(() => f(1))',
      'assert.throws asks for something else than one exact value',
    ],
    [
      'a loop by a function',
      '[1, 2].forEach((x) => console.assert(f(x) === x))',
      'it is in a loop, or under a condition',
    ],
    ['a prototype', 'console.assert(f({ "__proto__": null }) === 2)', 'an object in it is no plain one'],
    ['a pattern', 'console.assert(f(/a/) === 2)', '/a/ is no value of JSON'],
    ['a text put together', 'console.assert(f(`${x}`) === 2)', 'a text in it must be put together'],
    ['a name that nobody gave', 'console.assert(f(x) === 2)', 'what x is must be run to be known'],
    [
      'a name that is counted up',
      'let x = 1; x++; console.assert(f(x) === 2)',
      'what x is must be run to be known',
    ],
    [
      'a list that is changed in its place',
      'const a = [1]; a.push(2); console.assert(f(a) === 2)',
      'what a is must be run to be known',
    ],
    [
      'or at a place',
      'const a = [1]; a[0] = 2; console.assert(f(a) === 2)',
      'what a is must be run to be known',
    ],
    [
      'or by what is added',
      'let x = 1; const a = [1]; x += a.pop(); console.assert(f(a) === 2)',
      'what a is must be run to be known',
    ],
    [
      'or while another is named',
      'const a = [1], b = a.pop(); console.assert(f(a) === 2)',
      'what a is must be run to be known',
    ],
    [
      'or in a loop',
      'let x = 1; for (const i of [1, 2]) { x = i } console.assert(f(x) === 2)',
      'what x is must be run to be known',
    ],
    [
      'or perhaps',
      'let x = 1; if (g()) x = 2; else x = 3; console.assert(f(x) === 2)',
      'what x is must be run to be known',
    ],
    [
      'a parameter',
      'const x = 1; const t = (x) => { console.assert(f(x) === 2) }; t(3)',
      'what x is must be run to be known',
    ],
    ['nothing', 'console.assert()', 'it compares with no value'],
    ['a comparison with nothing', 'assert.strictEqual(f(1))', 'it compares with no value'],
    ['no difference', 'console.assert(Math.abs() < 1e-6)', 'it compares by <, which is no exact value'],
  ])('%s is no test, and told', (_, code, why) => {
    expect(readAssertions(code, 'f')).toEqual({ tests: [], tolerance: 0, unread: [{ line: 1, why }] });
  });

  test('other statements say nothing', () => {
    expect(readAssertions('let a; a = g(1); console.log(f(1) === 2); run()', 'f').unread).toEqual([]);
  });
});

test('MBXP: names stand for what they were when they were bound', () => {
  const code = `
    const _ = require("lodash")
    function compare(object1, object2) { return _.isEqual(object1, object2) }
    var arg00 = [[1, 2], [3]];
    var arg01 = 2;
    var x0 = f(arg00, arg01);
    var v0 = 8;
    arg01 = 9;
    if (!compare(x0, v0)) { throw 'Error at 1th assert statement.' }
    var x1 = f(arg01), v1 = "b";
    if (!compare(x1, v1)) throw 'Error';
    if (!_.isEqual(f([]), {})) throw 1;`;
  expect(readAssertions(code, 'f')).toEqual({
    tests: [
      { args: [[[1, 2], [3]], 2], expected: 8 },
      { args: [9], expected: 'b' },
      { args: [[]], expected: {} },
    ],
    tolerance: 0,
    unread: [],
  });
});

test('a thrown error under another condition is no test', () => {
  const why = 'it throws under another condition than that two values differ';
  expect(readAssertions('if (compare(f(1), 2)) throw 1;\nif (f(1) !== 2) throw 1', 'f')).toEqual({
    tests: [],
    tolerance: 0,
    unread: [1, 2].map((line) => ({ line, why })),
  });
});

test('MultiPL-E: another name of the function is that function, and Node’s deepEqual is read as exact', () => {
  const code = `
    const assert = require('node:assert');
    function test() {
      let candidate = f;
      assert.deepEqual(candidate([1, -0.5], "a"),{a: [2], "b": -0});
      const before = g(candidate);
      assert.deepEqual(candidate(undefined),1);
      assert.deepEqual(candidate(1),[]);
    }
    function check(candidate) { assert.deepEqual(candidate(2),3); }
    test();`;
  expect(readAssertions(code, 'f')).toEqual({
    tests: [
      { args: [[1, -0.5], 'a'], expected: { a: [2], b: -0 } },
      { args: [1], expected: [] },
    ],
    tolerance: 0,
    unread: [
      { line: 7, why: 'undefined is no value of JSON' },
      { line: 10, why: 'neither side is a call of f' },
    ],
  });
});

/** A value as somebody might write it in a test. */
function sourceOf(value: Json, style: number): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') {
    const inner = JSON.stringify(value).slice(1, -1);
    if (style === 1) return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
    return style === 2 ? `\`${inner.replaceAll('`', '\\`').replaceAll('$', '\\$')}\`` : `"${inner}"`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => sourceOf(item, style)).join(', ')}]`;
  const fields = Object.entries(value).map(([key, item]) => {
    const name = style === 1 && /^[a-z]+$/.test(key) ? key : JSON.stringify(key);
    return `${name}: ${sourceOf(item, style)}`;
  });
  return `{ ${fields.join(', ')} }`;
}

const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, -0, 1e21, -5e-324),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    // In a literal that name sets the prototype.
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

test('whatever value a test is written with is read as that value', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 3 }), anyValue, fc.nat(2), (args, expected, style) => {
      const call = `f(${args.map((value) => sourceOf(value, style)).join(', ')})`;
      const value = sourceOf(expected, style);
      const { tests, unread } = readAssertions(
        `console.assert(${call} === ${value})\nassert.deepEqual(${value}, ${call})`,
        'f',
      );
      expect(unread).toEqual([]);
      expect(tests).toStrictEqual([
        { args, expected },
        { args, expected },
      ]);
    }),
  );
});

test("Node's strict assertions", () => {
  const code = 'assert.strictEqual(f(1), 2); assert.deepStrictEqual([3], f(2)); assert(f(3) === 4)';
  expect(readAssertions(code, 'f').tests).toEqual([
    { args: [1], expected: 2 },
    { args: [2], expected: [3] },
    { args: [3], expected: 4 },
  ]);
});

test('what is no JavaScript is an error that says where', () => {
  expect(() => readAssertions('console.assert(', 'f')).toThrow(/1:15/);
});
