import { expect, test } from 'vitest';
import { problemsOf } from '../../../src/judge/files/import.ts';
import { readPrograms } from '../../../src/judge/files/programs.ts';

const plain = {
  name: 'MadeUp_7_last_two',
  language: 'js',
  prompt: '//The last two items of a list.\n// function (of a list)\nfunction last_two(items){\n',
  doctests: 'transform',
  prompt_terminology: 'reworded',
  tests:
    "const assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = last_two;\n" +
    '  assert.deepEqual(candidate([1, 2, 3]),[2, 3]);\n  assert.deepEqual(candidate([]),undefined);\n' +
    '  assert.deepEqual(candidate(["a"]),["a"]);\n}\n\ntest();',
  stop_tokens: ['\nfunction '],
};

test('MultiPL-E: its assertions are tests, its completions are answers', () => {
  expect(problemsOf({ ...plain, completions: ['  return items.slice(-2);\n}'] })).toEqual([
    {
      task: 'MadeUp_7_last_two',
      entryPoint: 'last_two',
      prompt: plain.prompt,
      tests: [
        { args: [[1, 2, 3]], expected: [2, 3] },
        { args: [['a']], expected: ['a'] },
      ],
      tolerance: 0,
      unread: [{ where: 'line 7 of its tests', why: 'undefined is no value of JSON' }],
      references: [],
      completions: ['  return items.slice(-2);\n}'],
    },
  ]);
});

test.each([
  [
    'another language',
    { ...plain, language: 'rb' },
    'MadeUp_7_last_two is a problem in rb; the judge runs JavaScript',
  ],
  ['no language', { ...plain, language: undefined }, /is a problem in no language/],
  ['no function', { ...plain, prompt: '// nothing' }, 'MadeUp_7_last_two: its prompt defines no function'],
  ['no name', { ...plain, name: 7 }, 'name is no text'],
  ['no code', { ...plain, tests: 'function (' }, /1:9/],
  ['no exercise', { exercise: 7, cases: [] }, 'exercise is no text'],
  ['no cases', { exercise: 'e', cases: 7 }, 'the exercise: its cases are no list'],
  ['no case', { exercise: 'e', cases: [{ description: 'g', cases: [null] }] }, 'g, case 1 is no object'],
  ['no property', { exercise: 'e', cases: [{ description: 'c' }] }, 'e, c: its property is no name'],
])('%s is refused', (_, fields, message) => {
  expect(() => problemsOf(fields)).toThrow(message);
});

test('what is of no set is told by its fields', () => {
  expect(problemsOf({ id: 'a', entryPoint: 'f', program: '', tests: [] })).toBeUndefined();
  expect(problemsOf({ task_id: 'a', completion: '' })).toBeUndefined();
});

/** In the form of Exercism's canonical data. */
const exercise = {
  exercise: 'made-up',
  comments: ['Not one of theirs.'],
  cases: [
    {
      uuid: 'a',
      description: 'shares a cake',
      property: 'share',
      input: { pieces: 6, guests: 4 },
      expected: [1.5, 0],
    },
    {
      description: 'odd guests',
      cases: [
        {
          uuid: 'b',
          description: 'none',
          property: 'share',
          input: { pieces: 6, guests: 0 },
          expected: { error: 'no guests' },
        },
        {
          uuid: 'c',
          description: 'other order',
          property: 'share',
          input: { guests: 1, pieces: 2 },
          expected: [2, 0],
        },
        {
          uuid: 'd',
          description: 'replaces',
          reimplements: 'a',
          property: 'share',
          input: { pieces: 8, guests: 4 },
          expected: [2, 0],
        },
        {
          uuid: 'e',
          description: 'more',
          property: 'share',
          input: { pieces: 1, guests: 1, knives: 2 },
          expected: [1, 0],
        },
        {
          uuid: 'f',
          description: 'huge',
          property: 'share',
          input: { pieces: 2 ** 60, guests: 1 },
          expected: [0, 0],
        },
        { uuid: 'g', description: 'nothing', property: 'share', input: { pieces: 1, guests: 1 } },
        { uuid: 'h', description: 'in order', property: 'share', input: [1, 1], expected: [1, 0] },
      ],
    },
    { uuid: 'i', description: 'eats', property: 'eat', input: {}, expected: { error: 'all gone' } },
  ],
};

test('Exercism: a property is a problem; arguments stand in the order of its first case, whatever theirs is', () => {
  expect(problemsOf(exercise)).toMatchObject([
    {
      task: 'made-up/share',
      entryPoint: 'share',
      prompt: '',
      tests: [
        { args: [2, 1], expected: [2, 0] },
        { args: [8, 4], expected: [2, 0] },
      ],
      unread: [
        { where: 'case "shares a cake"', why: 'a later case replaces it' },
        { where: 'case "odd guests, none"', why: 'it expects an error, and no value' },
        {
          where: 'case "odd guests, more"',
          why: 'its input has not the fields of the first case, pieces, guests',
        },
        {
          where: 'case "odd guests, huge"',
          why: 'it has a whole number beyond 2^53, which JavaScript cannot hold exactly',
        },
        { where: 'case "odd guests, nothing"', why: 'it expects nothing' },
        { where: 'case "odd guests, in order"', why: 'its input is no object' },
      ],
    },
    { task: 'made-up/eat', tests: [], unread: [{ where: 'case "eats"' }] },
  ]);
});

test('a file of Exercism is one object over many lines; a property without a value is left out and said', async () => {
  const { programs, problems, unread, ...counts } = await readPrograms(
    [
      { name: 'canonical-data.json', text: JSON.stringify(exercise, null, 2) },
      {
        name: 'answers.jsonl',
        text: '{"task_id": "made-up/share", "program": "share = (p, g) => [p / g, 0]"}',
      },
    ],
    0,
  );
  expect(programs).toMatchObject([{ id: 'made-up/share/sample 1', entryPoint: 'share' }]);
  expect(counts).toEqual({ tasks: 1, unanswered: 0, assertions: 9, tests: 2 });
  expect(problems).toEqual([
    'canonical-data.json: made-up/eat: none of its assertions is a call of eat and a value, so there is nothing to judge by',
  ]);
  expect(unread).toHaveLength(7);
  expect(unread[0]).toBe(
    'canonical-data.json: made-up/share, case "shares a cake": a later case replaces it',
  );
});
