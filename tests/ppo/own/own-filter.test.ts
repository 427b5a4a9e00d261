/** What a visitor's code is given, what is taken from it, and what is said where it is wrong: run in the judge's own QuickJS. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProgramEngine } from '../../../src/judge/core/program-engine.ts';
import { drawKept, filterWeights, fitFilter, ownExamples, ownName } from '../../../src/ppo/filter.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import { argumentsOf } from '../../../src/ppo/own/filter-facts.ts';
import { OwnCodeError, type Call } from '../../../src/ppo/own/own-code.ts';
import { namesPolicyFacts, ownChances, tryOwnFilter, type Facts } from '../../../src/ppo/own/own-filter.ts';
import { stream } from '../../../src/ppo/random.ts';
import { quickJsWasm } from '../../judge/core/quickjs-wasm.ts';

let engine: ProgramEngine;
let call: Call;
beforeAll(async () => {
  engine = await ProgramEngine.open(quickJsWasm);
  // One at a time, as the judge's worker does it.
  let last: Promise<unknown> = Promise.resolve();
  call = (request) => {
    const outcomes = last.then(() => engine.run(request));
    last = outcomes;
    return outcomes;
  };
});

/** 2 prompts × 3 responses: ranks 1 0 2 and 0 1 2. */
const facts: Facts = {
  ...{ groupSize: 3, scores: Float32Array.of(0.5, 2, -1, /**/ 1, 1, 0) },
  ...{ lengths: [4, 5, 6, 7, 8, 9], ended: [true, true, false, true, true, true] },
  programs: ['a', 'b', 'c', 'd', 'e', 'f'],
};
const returning = (expression: string) => `function filter(group, batch) {\n  return ${expression};\n}\n`;
const chancesOf = (code: string, on = facts) => ownChances(call, code, on);
const problemOf = async (code: string, on?: Facts): Promise<OwnCodeError> => {
  const problem: unknown = await tryOwnFilter(call, code, on).catch((error: unknown) => error);
  if (!(problem instanceof OwnCodeError)) throw new Error(`no problem: ${String(problem)}`);
  return problem;
};

describe('what it is given', () => {
  test('is every response of a prompt in sampling order, what is known of the prompt and of the batch', () => {
    const [first, second] = argumentsOf(facts).map((text) => JSON.parse(text) as unknown);
    const batch = { prompts: 2, responses: 3, mean: 3.5 / 6, deviation: expect.closeTo(0.9317, 4) as number };
    expect(first).toEqual([
      {
        responses: [
          { score: 0.5, rank: 1, length: 4, ended: true, program: 'a' },
          { score: 2, rank: 0, length: 5, ended: true, program: 'b' },
          { score: -1, rank: 2, length: 6, ended: false, program: 'c' },
        ],
        ...{ mean: 0.5, deviation: expect.closeTo(1.2247, 4) as number },
      },
      batch,
    ]);
    // Ties in sampling order.
    expect(second).toMatchObject([{ responses: [{ rank: 0 }, { rank: 1 }, { rank: 2 }] }, batch]);
  });

  test('has what the policy says where it is named, and never the truth', () => {
    const known = { logprob: [-1, -2, -3, -4, -5, -6], kl: [0, 0, 1, 0, 0, 0], entropy: [1, 1, 1, 1, 1, 1] };
    const [first] = argumentsOf({ ...facts, ...known });
    expect(JSON.parse(first)).toMatchObject([
      { responses: [{}, {}, { logprob: -3, kl: 1, entropy: 1 }] },
      {},
    ]);
    expect(first).not.toMatch(/truth|test|pass/);
    expect(['r.logprob', 'x => x.kl > 0', '// entropy'].map(namesPolicyFacts)).toEqual([true, true, true]);
    expect(['r.score', 'skl', 'logprobs'].map(namesPolicyFacts)).toEqual([false, false, false]);
  });
});

describe('what is taken from it', () => {
  test.each<[string, number[]]>([
    ['group.responses.map((r) => r.rank === 0)', [0, 1, 0, 1, 0, 0]],
    ['group.responses.map((r) => 2 - r.rank)', [1, 1, 0, 1, 1, 0]],
    ['group.responses.map((r) => r.rank / 8)', [1 / 8, 0, 2 / 8, 0, 1 / 8, 2 / 8]],
    ['group.responses.map((r) => r.score > batch.mean ? 0.1 : -0)', [0, 0.1, 0, 0.1, 0.1, 0]],
    ['[2 ** 60, 1e300, Number.MIN_VALUE]', [1, 1, Number.MIN_VALUE, 1, 1, Number.MIN_VALUE]],
  ])('%s', async (expression, chances) => {
    expect((await chancesOf(returning(expression))).map((chance) => chance + 0)).toEqual(chances);
  });

  test('is of every prompt of a batch, however many there are', async () => {
    const many = 100;
    const big: Facts = {
      ...{ groupSize: 2, scores: Float32Array.from({ length: 2 * many }, (_, row) => Math.sin(row)) },
      ...{ lengths: new Uint32Array(2 * many), ended: new Uint8Array(2 * many).fill(1) },
      programs: new Array<string>(2 * many).fill(''),
    };
    const chances = await chancesOf(returning('group.responses.map((r) => r.rank === 0)'), big);
    expect(chances).toHaveLength(2 * many);
    expect(chances.every((_, row) => row % 2 === 0 || chances[row - 1] + chances[row] === 1)).toBe(true);
    // Of a prompt beyond the first request.
    const score = big.scores[2 * 40];
    const late = `function filter(group) {\n  if (group.responses[0].score === ${score}) throw 1;\n  return [1, 1];\n}`;
    await expect(chancesOf(late, big)).rejects.toMatchObject({ line: 1, on: 'prompt 41' });
  });

  test.each([
    ['an arrow function', 'const filter = (group) => group.responses.map(() => true)'],
    [
      'any line ends',
      "'use strict';\r\nconst one = () => 1;\r\nvar filter = (group) => group.responses.map(one); // done",
    ],
    ['a byte order mark', '\ufefffunction filter(group) {\n  return group.responses.map(() => true);\n}'],
  ])('of code with %s', async (_, code) => {
    expect(await chancesOf(code)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('an example', () => {
  const anyBatch = fc.record({
    groupSize: fc.integer({ min: 1, max: 12 }),
    prompts: fc.integer({ min: 1, max: 6 }),
    // One level: all scores are equal; few: ties.
    levels: fc.constantFrom(1, 2, 4, 2 ** 20),
    seed: fc.nat(),
  });

  test.each(ownExamples)('$title keeps what the filter of this page keeps, ties and all', async (example) => {
    await fc.assert(
      fc.asyncProperty(anyBatch, async ({ groupSize, prompts, levels, seed }) => {
        const random = stream(seed, 'evaluation');
        const size = groupSize * prompts;
        const scores = Float32Array.from({ length: size }, () => random.integer(levels) / levels - 0.3);
        const programs = Array.from(scores, String);
        const ended = programs.map(() => true);
        const told = { scores, groupSize, programs, ended, lengths: programs.map(({ length }) => length) };
        const chances = await chancesOf(example.code, told);
        const like = fitFilter({ ...defaultKnobs.filter, ...example.like }, groupSize);
        const own = { ...like, name: ownName, code: example.code };
        const draw = () => stream(seed, 'filter');
        const kept = drawKept(scores, groupSize, like, draw());
        expect(drawKept(scores, groupSize, own, draw(), undefined, chances)).toEqual(kept);
        const weights = filterWeights(scores, groupSize, like);
        filterWeights(scores, groupSize, own, undefined, chances).forEach((weight, row) =>
          expect(weight).toBeCloseTo(weights[row], 6),
        );
      }),
      { numRuns: 60 },
    );
  });

  test.each(ownExamples)('$title may train', async ({ code }) => {
    expect(await tryOwnFilter(call, code, facts)).toHaveLength(6);
  });
});

describe('what is refused, with the line', () => {
  test.each<[string, string, number, RegExp]>([
    [
      'a slip of the pen',
      'function filter(group) {\n  return group.responses.map((r => 1);\n}',
      2,
      /SyntaxError/,
    ],
    [
      'a property that is not there',
      'function filter(group) {\n\n  return group.rows.map(() => 1);\n}',
      3,
      /cannot read property 'map' of undefined/,
    ],
    [
      'a name that is not there',
      returning('group.responses.map(() => weight)'),
      2,
      /'weight' is not defined/,
    ],
    ['a name that was not declared', 'function filter(group) {\n  n = 3;\n}', 2, /'n' is not defined/],
    ['no function', 'const weight = 1;', 1, /there is no function named filter/],
    ['a filter that is none', '\nconst filter = 3;', 2, /there is no function named filter/],
    ['chance', returning('group.responses.map(() => Math.random())'), 2, /there is no Math\.random/],
    ['the clock', 'function filter(group) {\n  const t = new Date();\n}', 2, /there is no Date/],
    ['an import', "import x from 'y';\nfunction filter() {}", 1, /SyntaxError/],
    [
      'nothing returned',
      'function filter(group) {\n  group.responses.map(() => 1);\n}',
      1,
      /an array of 4 weights: it returned undefined/,
    ],
    ['one number', returning('1'), 1, /it returned 1/],
    ['too few', returning('[1, 1]'), 1, /4 weights, one a response: it returned 2/],
    ['none', returning('[]'), 1, /it returned 0/],
    ['NaN', returning('group.responses.map(() => 0 / 0)'), 1, /finite number from 0: weight 1 is NaN/],
    [
      'infinity',
      returning('group.responses.map((r, i) => i === 2 ? Infinity : 0)'),
      1,
      /weight 3 is Infinity/,
    ],
    ['less than 0', returning('group.responses.map((r) => -0.25)'), 1, /weight 1 is -0.25/],
    [
      'texts',
      returning("group.responses.map(() => '1')"),
      1,
      /a number from 0, or true or false: weight 1 is "1"/,
    ],
    ['a text with commas', returning("['1,1,1,1']"), 1, /weight 1 is "1/],
    ['nothing in places', returning('[1, , 1, 1]'), 1, /weight 2 is <hole>/],
    ['null', returning('[1, null, 1, 1]'), 1, /weight 2 is null/],
    ['arrays', returning('[[1], [1], [1], [1]]'), 1, /weight 1 is \[1\]/],
    ['BigInts', returning('[1n, 1n, 1n, 1n]'), 1, /weight 1 is 1n/],
    [
      'an array with more to it',
      returning('Object.assign([1, 1, 1, 1], { a: 1 })'),
      1,
      /must return an array/,
    ],
    ['a set', returning('new Set([1])'), 1, /must return an array/],
    ['a typed array', returning('new Float32Array(4)'), 1, /an instance of a class/],
    [
      'a promise',
      'async function filter(group) {\n  return group.responses.map(() => 1);\n}',
      1,
      /an instance of a class/,
    ],
    [
      'a getter',
      returning('Object.defineProperty([1, 1, 1], 3, { get: () => 1, enumerable: true })'),
      1,
      /a getter or a setter/,
    ],
    [
      'a circle',
      'function filter() {\n  const all = [1];\n  all.push(all);\n  return all;\n}',
      1,
      /cyclic or nested too deep/,
    ],
    ['a huge array', returning('new Array(1e6).fill(1)'), 1, /too many parts/],
    ['a huge length', returning('new Array(2 ** 32 - 1)'), 1, /too many parts/],
    [
      'a proxy that throws',
      returning("new Proxy([1, 1, 1, 1], { ownKeys() { throw new Error('trapped'); } })"),
      2,
      /trapped/,
    ],
    [
      'a proxy without end',
      returning('new Proxy([1], { getOwnPropertyDescriptor(t, k) { for (;;); } })'),
      2,
      /steps were used up/,
    ],
    [
      'a loop',
      'function filter(group) {\n  let n = 0;\n  while (n < 1e9) n++;\n}',
      3,
      /in a loop in this line.*steps were used up/,
    ],
    [
      'a loop without a condition',
      '\nfunction filter() {\n  for (;;);\n}',
      2,
      /or in the function that begins here.*steps were used up/,
    ],
    ['a loop at first', '\nfor (;;);\nfunction filter() {}', 3, /to an end, in a loop: .*steps were used up/],
    [
      'a loop of a built-in',
      'function filter() {\n  return [].includes.call({ length: 2 ** 53 - 1 }, 6);\n}',
      1,
      /to an end, in a loop: .*built-in functions/,
    ],
    ['recursion', 'function filter(group) {\n  return filter(group);\n}', 2, /did not end as it should/],
    [
      'memory',
      'function filter() {\n  const all = [];\n  for (;;) all.push(new Uint8Array(1e6));\n}',
      1,
      /memory|steps were used up/,
    ],
    ['a thrown text', "function filter() {\n  throw 'up';\n}", 1, /it threw the text "up"/],
    ['a thrown null', 'function filter() {\n  throw null;\n}', 1, /null/],
    [
      'a thrown trap',
      'function filter() {\n  throw new Proxy({}, { getPrototypeOf() { throw 1; } });\n}',
      1,
      /hides what it is|threw an object/,
    ],
    [
      'what is not the same again',
      'let calls = 0;\nfunction filter(group) {\n  return group.responses.map(() => ++calls);\n}',
      2,
      /called again, it did not/,
    ],
    [
      'what always refuses',
      '// filter\nfunction filter(group) {\n  return group.responses.map(() => false);\n}',
      2,
      /keeps none of all the responses/,
    ],
  ])('%s', async (_, code, line, words) => {
    const problem = await problemOf(code);
    expect([problem.line, problem.message]).toEqual([line, expect.stringMatching(words)]);
  });

  test('says on what it went wrong', async () => {
    const picky =
      'function filter(group) {\n  return group.responses.map((r) => r.ended || r.nothing.at(0));\n}';
    expect((await problemOf(picky)).message).toBe(
      "Line 2, on a made-up batch in which a response was cut off, prompt 1: TypeError: cannot read property 'at' of undefined.",
    );
    const tied = returning('group.responses.map((r) => group.deviation === 0 ? null : 1)');
    expect((await problemOf(tied)).message).toMatch(
      /^Line 1, on a made-up batch with ties, prompt 2|equal scores/,
    );
    // The batch at hand is the last to be looked at, and needs no name.
    const three = returning('group.responses.map(() => group.responses.length === 3 ? -1 : 1)');
    expect((await problemOf(three, facts)).message).toBe(
      'Line 1, prompt 1: a weight is a finite number from 0: weight 1 is -1.',
    );
    expect(await tryOwnFilter(call, three)).toBeUndefined();
  });

  test('keeps something of the batch at hand, whatever it keeps of others', async () => {
    const none = returning('group.responses.map(() => group.responses.length !== 3)');
    expect((await problemOf(none, facts)).message).toMatch(/^Line 1: it keeps none/);
    expect(await tryOwnFilter(call, returning('group.responses.map((r) => r.score === 2)'), facts)).toEqual([
      0, 1, 0, 0, 0, 0,
    ]);
    expect(await tryOwnFilter(call, none)).toBeUndefined();
  });

  test('keeps nothing of equal scores, and may', async () => {
    const equal = { ...facts, scores: new Float32Array(6) };
    const top = ownExamples.find(({ like }) => like.name === 'top')!;
    expect(await tryOwnFilter(call, top.code, equal)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

test('whatever one filter does to its realm, the next knows nothing of it', async () => {
  const poison = `
Array.prototype.map = () => [1, 1, 1];
Object.prototype.rank = 0;
JSON.stringify = JSON.parse = () => [];
Object.defineProperty(Array.prototype, 0, { get: () => 7, set() {} });
Reflect.ownKeys = () => [];
${returning('group.responses.map(() => 1)')}`;
  await chancesOf(poison).catch(() => undefined);
  expect(await chancesOf(ownExamples[0].code)).toEqual([0, 1, 1, 1, 0, 1]);
});

test('the sandbox’s own failure is not the code’s', async () => {
  const broken: Call = () => Promise.reject(new Error('the judge could not run it'));
  await expect(tryOwnFilter(broken, ownExamples[0].code, facts)).rejects.toThrow('could not run it');
  await expect(tryOwnFilter(broken, ownExamples[0].code, facts)).rejects.not.toBeInstanceOf(OwnCodeError);
});
