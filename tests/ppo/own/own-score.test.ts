/** What a visitor's score is given, what is taken from it, and what is said where it is wrong: run in the judge's own QuickJS. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ProgramEngine } from '../../../src/judge/core/program-engine.ts';
import { OwnCodeError, type Call } from '../../../src/ppo/own/own-code.ts';
import { namesTests, ownScores, tryOwnScore, type ScoreFacts } from '../../../src/ppo/own/own-score.ts';
import { scoreExamples } from '../../../src/ppo/own/score-examples.ts';
import { scoreArguments } from '../../../src/ppo/own/score-facts.ts';
import { quickJsWasm } from '../../judge/core/quickjs-wasm.ts';

let call: Call;
const asked: string[] = [];
beforeAll(async () => {
  const engine = await ProgramEngine.open(quickJsWasm);
  // One at a time, as the judge's worker does it.
  let last: Promise<unknown> = Promise.resolve();
  call = (request) => {
    asked.push(...request.args);
    const outcomes = last.then(() => engine.run(request));
    last = outcomes;
    return outcomes;
  };
});

/** Right, half right, and cut off. */
const facts: ScoreFacts = {
  programs: ['f = (a) => a.reduce(g)', 'f = 2', 'f = ('],
  statements: ['the sum of a', 'two', 'three'],
  ...{ tokens: [10, 20, 40], ended: [1, 1, 0] },
  passes: [
    [true, true],
    [false, true],
    [false, false],
  ],
};
const returning = (expression: string) => `function score(answer) {\n  return ${expression};\n}\n`;
const scoresOf = async (code: string, on = facts) => Array.from(await ownScores(call, code, on));
const problemOf = async (code: string, on?: ScoreFacts): Promise<OwnCodeError> => {
  const problem: unknown = await tryOwnScore(call, code, on).catch((error: unknown) => error);
  if (!(problem instanceof OwnCodeError)) throw new Error(`no problem: ${String(problem)}`);
  return problem;
};

describe('what it is given', () => {
  test('is a response, and of its tests which it passes', () => {
    expect(scoreArguments(facts).map((text) => JSON.parse(text) as unknown)[1]).toEqual([
      {
        ...{ program: 'f = 2', statement: 'two', tokens: 20, ended: true },
        ...{ passed: 1, tests: 2, passes: [false, true] },
      },
    ]);
  });

  test('has of the tests nothing where it names nothing of them', async () => {
    asked.length = 0;
    expect(await scoresOf(returning('Object.keys(answer).length'))).toEqual([4, 4, 4]);
    for (const text of asked) expect(text).not.toMatch(/pass|tests/);
    expect(['a.passed', '{ tests }', '// passes'].map(namesTests)).toEqual([true, true, true]);
    expect(['a.pass', 'test', 'passesBy'].map(namesTests)).toEqual([false, false, false]);
  });
});

describe('what is taken from it', () => {
  test.each<[string, number[]]>([
    ['answer.passed / answer.tests', [1, 0.5, 0]],
    ['answer.passes[1]', [1, 1, 0]],
    ['answer.ended', [1, 1, 0]],
    ['answer.tokens', [5, 5, 5]],
    ['-answer.tokens * 1e300', [-5, -5, -5]],
    ['answer.ended ? 0.1 : -2', [0.1, 0.1, -2].map(Math.fround)],
    ['answer.program.length', [5, 5, 5]],
    ['answer.statement.length - 4', [5, -1, 1]],
  ])('%s', async (expression, scores) => {
    expect(await scoresOf(returning(expression))).toEqual(scores);
  });

  test('is of every response of a batch, however many there are, and it names the one on which it fails', async () => {
    const many = Array.from({ length: 200 }, (_, row) => row);
    const big: ScoreFacts = {
      ...{ programs: many.map(String), statements: many.map(String), tokens: many },
      ended: many.map(() => true),
    };
    expect(await scoresOf(returning('answer.tokens / 100'), big)).toEqual(
      many.map((n) => Math.fround(n / 100)),
    );
    const late = returning('answer.tokens === 130 ? NaN : 1');
    await expect(scoresOf(late, big)).rejects.toThrow('Line 1, response 131: a score is a finite number');
  });

  test('counts what was cut off at ±5', async () => {
    expect(await tryOwnScore(call, returning('answer.tokens / 4 - 4'), facts)).toEqual({
      scores: Float32Array.of(-1.5, 1, 5),
      cutCount: 1,
    });
    expect(await tryOwnScore(call, returning('1'))).toBeUndefined();
  });
});

test.each([
  ['tests passed', [1, 0, -1]],
  ['tests passed minus length', [0.8, -0.4, -1.8]],
  ['contains .reduce', [1, -1, -1]],
  ['the longest program', [-0.5, 0, 1]],
  ['tests passed, if it ended', [1, 0, -2]],
])('the example “%s” may train, and scores as it says', async (title, scores) => {
  const { code } = scoreExamples.find((example) => example.title === title)!;
  expect(scoreExamples).toHaveLength(5);
  const tried = await tryOwnScore(call, code, facts);
  expect(tried).toEqual({ scores: Float32Array.from(scores), cutCount: 0 });
});

describe('what is refused, with the line', () => {
  test.each<[string, string, number, RegExp]>([
    ['a slip of the pen', 'function score(answer) {\n  return (1;\n}', 2, /SyntaxError/],
    ['a property that is not there', returning('answer.prompt.length'), 2, /of undefined/],
    ['no function', 'const scores = 1;', 1, /there is no function named score/],
    ['chance', returning('Math.random()'), 2, /there is no Math\.random/],
    ['the clock', returning('Date.now()'), 2, /there is no Date/],
    ['nothing returned', 'function score() {}', 1, /it returned undefined/],
    ['NaN', returning('0 / 0'), 1, /finite number: it returned NaN/],
    ['infinity', returning('-1 / 0'), 1, /it returned -Infinity/],
    ['a text', returning("'1'"), 1, /it returned "1"/],
    ['a huge text', returning("'x'.repeat(1e6)"), 1, /too long/],
    ['null', returning('null'), 1, /it returned null/],
    ['an array', returning('[1]'), 1, /it returned \[1\]/],
    ['a BigInt', returning('1n'), 1, /it returned 1n/],
    ['an object with valueOf', returning('({ valueOf: () => 5 })'), 1, /it is a function/],
    ['a number with a prototype', returning('new Number(5)'), 1, /an instance of a class/],
    ['a getter', returning('({ get score() { return 5; } })'), 1, /a getter or a setter/],
    ['a promise', 'async function score() {\n  return 1;\n}', 1, /an instance of a class/],
    ['a proxy', returning('new Proxy([], {})'), 1, /it returned \[\]/],
    [
      'a loop',
      'function score(answer) {\n  let n = 0;\n  while (n < 1e9) n++;\n}',
      3,
      /in a loop in this line/,
    ],
    ['memory', 'function score() {\n  const all = [];\n  for (;;) all.push({});\n}', 1, /memory|loop/],
    [
      'what it remembers',
      'let calls = 0;\nfunction score(answer) {\n  return calls++;\n}',
      2,
      /called again/,
    ],
    [
      'what it has seen',
      'const seen = new Set();\nconst score = ({ program }) => {\n  const isNew = !seen.has(program);\n  seen.add(program);\n  return isNew;\n};',
      2,
      /called again/,
    ],
    [
      'what is not there in every response',
      returning('answer.passes.find(Boolean).length ?? 1 / answer.tokens'),
      1,
      /Infinity|undefined/,
    ],
  ])('%s', async (_, code, line, words) => {
    const problem = await problemOf(code);
    expect([problem.line, problem.message]).toEqual([line, expect.stringMatching(words)]);
  });

  test('says on what it went wrong', async () => {
    expect((await problemOf(returning('answer.ended ? 1 : NaN'))).message).toBe(
      'Line 1, on a made-up response that was cut off: a score is a finite number: it returned NaN.',
    );
    expect((await problemOf(returning('1 / answer.tokens'))).message).toMatch(
      /^Line 1, on a made-up response of no token/,
    );
    expect((await problemOf(returning("answer.statement === 'two' ? [] : 1"), facts)).message).toBe(
      'Line 1, response 2: a score is a number, or true or false: it returned [].',
    );
  });
});

describe('what it cannot reach', () => {
  test.each<[string, string]>([
    ['what its arguments came from', 'Object.keys(arguments[0]).length + (arguments.length > 1 ? 1e3 : 0)'],
    ['the caller', '(() => { try { return score.caller === null ? 1 : 4; } catch { return 1; } })()'],
    [
      'the host',
      "typeof process + typeof require + typeof fetch + typeof postMessage + typeof self + typeof importScripts === 'undefined'.repeat(6)",
    ],
    [
      'a constructor of another realm',
      "answer.constructor.constructor('return typeof postMessage')() === 'undefined'",
    ],
    [
      'a task or a test',
      'Object.getOwnPropertyNames(globalThis).some((name) => /expected|task|verdict|suite/i.test(name)) ? 1e3 : 1',
    ],
  ])('%s', async (_, expression) => {
    for (const score of await scoresOf(returning(expression))) expect(score === 1 || score === 4).toBe(true);
  });

  test('whatever it does to its realm, the number is what it returned, and the next knows nothing of it', async () => {
    const poison = `
Number.prototype.toString = () => '5';
Object.prototype.valueOf = () => 5;
Object.defineProperty(Object.prototype, 'passed', { get: () => 99, set() {} });
JSON.stringify = JSON.parse = () => [{ tests: 1 }];
Array.prototype.join = String.prototype.slice = () => '=5';
Reflect.apply = Function.prototype.call = Function.prototype.apply = () => 5;
Reflect.getPrototypeOf = () => null;
${returning('0.25')}`;
    expect(await scoresOf(poison)).toEqual([0.25, 0.25, 0.25]);
    expect(await scoresOf(returning('answer.passed'))).toEqual([2, 1, 0]);
  });

  test('what one response leaves behind is gone with the request', async () => {
    const many = Array.from({ length: 130 }, (_, row) => row);
    const big: ScoreFacts = {
      ...{ programs: many.map(String), statements: many.map(String), tokens: many, ended: many },
    };
    const first = await scoresOf(`let n = 0;\n${returning('n++ / 100')}`, big);
    expect(await scoresOf(`let n = 0;\n${returning('n++ / 100')}`, big)).toEqual(first);
  });
});

test('the sandbox’s own failure is not the code’s', async () => {
  const broken: Call = () => Promise.reject(new Error('the judge could not run it'));
  const tried = tryOwnScore(broken, scoreExamples[0].code, facts);
  await expect(tried).rejects.toThrow('could not run it');
  await expect(tried).rejects.not.toBeInstanceOf(OwnCodeError);
});
