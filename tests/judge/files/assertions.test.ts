import { describe, expect, test } from 'vitest';
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
      unread: 0,
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
      unread: 0,
    });
  });

  test.each([
    ['loose equality', 'console.assert(f(1) == 2)'],
    ['a truth without a value', 'console.assert(f(1))'],
    ['another order', 'console.assert(f(1) > 2)'],
    ['a value that must be run to be known', "console.assert(f('a'.repeat(3)) === 1)"],
    ['another function', 'console.assert(g(1) === 2)'],
    ['a method of that name', 'console.assert(o.f(1) === 2)'],
    ['no JSON', 'console.assert(f(1) === undefined)'],
    ['nor a number', 'console.assert(f(1) === NaN)'],
    ['nor a finite one', 'console.assert(f(1) === 1 / 0)'],
    ['nor whole', 'console.assert(f(1n) === 2)'],
    ['a hole', 'console.assert(f([1, , 2]) === 2)'],
    ['a spread', 'console.assert(f(...[1]) === 2)'],
    ['a distance that forgives all', 'console.assert(Math.abs(f(1) - 2) < 1)'],
    ['a distance of something else', 'console.assert(Math.abs(f(1 - 2) < 1e-6))'],
    ['a loop', 'for (let i = 0; i < 3; i++) { console.assert(f(1) === 2) }'],
    ['a loop without braces', 'while (more()) console.assert(f(1) === 2)'],
    ['a condition', 'if (Math.random() < 0.5) { console.assert(f(1) === 2) }'],
    ['a name that was changed', 'let x = 1; x += 1; console.assert(f(x) === 2)'],
    ['a loose comparison of Node', 'assert.deepEqual(f(1), 2)'],
    ['a name that is counted up', 'let x = 1; x++; console.assert(f(x) === 2)'],
    ['a list that is changed in its place', 'const a = [1]; a.push(2); console.assert(f(a) === 2)'],
    ['or at a place', 'const a = [1]; a[0] = 2; console.assert(f(a) === 2)'],
    ['or by what is added', 'let x = 1; const a = [1]; x += a.pop(); console.assert(f(a) === 2)'],
    ['or while another is named', 'const a = [1], b = a.pop(); console.assert(f(a) === 2)'],
    ['or in a loop', 'let x = 1; for (const i of [1, 2]) { x = i } console.assert(f(x) === 2)'],
    ['or perhaps', 'let x = 1; if (g()) x = 2; else x = 3; console.assert(f(x) === 2)'],
    ['a parameter', 'const x = 1; const t = (x) => { console.assert(f(x) === 2) }; t(3)'],
    ['nothing', 'console.assert()'],
    ['a comparison with nothing', 'assert.strictEqual(f(1))'],
    ['no difference', 'console.assert(Math.abs() < 1e-6)'],
  ])('%s is no test, and counted', (_, code) => {
    expect(readAssertions(code, 'f')).toEqual({ tests: [], tolerance: 0, unread: 1 });
  });

  test('other statements say nothing', () => {
    expect(readAssertions('let a; a = g(1); console.log(f(1) === 2); run()', 'f').unread).toBe(0);
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
    unread: 0,
  });
});

test('a thrown error under another condition is no test', () => {
  expect(readAssertions('if (compare(f(1), 2)) throw 1; if (f(1) !== 2) throw 1', 'f')).toEqual({
    tests: [],
    tolerance: 0,
    unread: 2,
  });
});

test("Node's strict assertions", () => {
  const code = 'assert.strictEqual(f(1), 2); assert.deepStrictEqual([3], f(2)); assert(f(3) === 4)';
  expect(readAssertions(code, 'f').tests).toEqual([
    { args: [1], expected: 2 },
    { args: [2], expected: [3] },
    { args: [3], expected: 4 },
  ]);
});

test('a name of the prototype is a key as any', () => {
  const [{ args }] = readAssertions('console.assert(f({ "__proto__": 1 }) === 2)', 'f').tests;
  expect(Object.keys(args[0] as object)).toEqual(['__proto__']);
});

test('what is no JavaScript is an error that says where', () => {
  expect(() => readAssertions('console.assert(', 'f')).toThrow(/1:15/);
});
