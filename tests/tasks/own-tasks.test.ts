import { describe, expect, it } from 'vitest';
import type { OwnTask } from '../../src/protocol/task.ts';
import { checkTasks, readTasks, signatureOf } from '../../src/tasks/own-tasks.ts';
import { poolsOf, taskById, tasksOf, trainTasks } from '../../src/tasks/tasks.ts';
import { decode, hashOf } from '../../src/tasks/vocabulary.ts';
import { exampleTasks } from '../../src/ui/tasks/example.ts';

const good = {
  statement: 'the sum of the odd items of a',
  signature: 'function f(a) {',
  tests: [{ args: [[1, 2, 3]], expected: 4 }],
};
const other = {
  ...good,
  statement: 'the sum of the even items of a',
  tests: [{ args: [[1, 2, 3]], expected: 2 }],
};
const read = (...tasks: unknown[]) => readTasks(JSON.stringify(tasks));

describe('a file of tasks', () => {
  it('is a list or has a task a line; the last is held out where none is said to be', () => {
    const tasks: OwnTask[] = [
      { ...good, split: 'train' },
      { ...other, split: 'held-out' },
    ];
    const references = [undefined, 'function f(a) { return 0; }'];
    const [first, second] = [good, { ...other, reference: references[1], id: 'mine' }];
    expect(read(first, second)).toEqual({ tasks, references });
    expect(readTasks(`\n${JSON.stringify(first)}\n\n${JSON.stringify(second)}\n`)).toEqual({
      tasks,
      references,
    });
    expect(checkTasks(tasks)).toBeUndefined();
  });

  it('holds out every fourth, or those that it says', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({ ...good, tests: [{ args: [[i]], expected: i }] }));
    const splits = (tasks: readonly object[]) =>
      read(...tasks)
        .tasks?.map(({ split }) => split[0])
        .join('');
    expect(splits(many)).toBe('ttthttthtt'.slice(0, 9));
    expect(splits(many.map((task, i) => (i < 2 ? { ...task, split: 'held-out' } : task)))).toBe('hhttttttt');
  });

  it('comes as an example that is right', () => {
    expect(readTasks(exampleTasks).tasks?.map(({ split }) => split)).toEqual(['train', 'train', 'held-out']);
  });

  it.each([
    [[{ ...good, statement: '' }], 'Task 1, line 1: statement is missing; give a text.'],
    [
      [{ ...good, statement: 'Sum of a' }],
      'Task 1, line 1: statement has "S"; it can have small letters, digits, spaces and commas.',
    ],
    [
      [good, { ...other, statement: 'reverse the string a' }],
      'Task 2, line 1: statement has "reverse", "string", which the models cannot read; say it in the words they know.',
    ],
    [
      [{ ...good, statement: 'sum '.repeat(60) }],
      'Task 1, line 1: statement has 61 words; the models can read up to 48 and then still answer.',
    ],
    [
      [{ ...good, signature: 'f = (a) =>' }],
      'Task 1, line 1: signature is no line such as "function f(a) {".',
    ],
    [
      [{ ...good, signature: 'function f(list) {' }],
      /^Task 1, line 1: signature has the parameter "list"; the models write a, n, /,
    ],
    [
      [{ ...good, signature: 'function f(a, a) {' }],
      'Task 1, line 1: signature has the parameter "a" twice.',
    ],
    [[{ ...good, tests: [] }], /^Task 1, line 1: tests is missing; give a list such as /],
    [
      [{ ...good, tests: [{ args: 3, expected: 1 }] }],
      'Task 1, line 1: tests, the 1.: args is missing; give a list of arguments.',
    ],
    [
      [{ ...good, tests: [...good.tests, { args: [1, 2], expected: 1 }] }],
      'Task 1, line 1: tests, the 2.: args has 2; the signature has 1.',
    ],
    [
      [{ ...good, tests: [{ args: [1] }] }],
      'Task 1, line 1: tests, the 1.: expected is missing; give the value that must come back.',
    ],
    [
      [{ ...good, tests: [{ args: [1], expected: 1, name: 'x' }] }],
      'Task 1, line 1: tests, the 1.: "name" is no part of a test; args and expected are.',
    ],
    [[{ ...good, split: 'test' }], 'Task 1, line 1: split is "test"; it can be "train" or "held-out".'],
    [
      [{ ...good, reference: ' ' }],
      'Task 1, line 1: reference is no program; give one that is right, or leave it out.',
    ],
    [[{ ...good, test: [] }], /^Task 1, line 1: "test" is no field of a task; there are statement, /],
    [[good, good], 'Task 2, line 1: it is the task of task 1 again.'],
    [[good], 'There must be two tasks at least: one to train on, and one that is held out.'],
    [
      [
        { ...good, split: 'held-out' },
        { ...other, split: 'held-out' },
      ],
      /^All tasks are held out/,
    ],
    [[3, good], 'Task 1, line 1: it is no object with statement, signature and tests.'],
  ])('that cannot be used says where and why: %j', (tasks, message) => {
    const { problems } = read(...tasks);
    expect(problems).toHaveLength(1);
    expect(problems![0]).toMatch(message);
  });

  it('tells every problem, by line where it has lines, and not more than can be read', () => {
    const lines = [JSON.stringify(good), '{"statement": ', JSON.stringify({ ...good, signature: 'f' })].join(
      '\n',
    );
    expect(readTasks(lines).problems).toEqual([
      expect.stringMatching(/^Line 2: it is no JSON: /),
      'Line 3: signature is no line such as "function f(a) {".',
    ]);
    const { problems } = read(...Array.from({ length: 50 }, () => 1));
    expect(problems).toHaveLength(21);
    expect(problems![20]).toBe('… and 30 more.');
  });

  it('that is a list over lines names the line that a problem is in, and no place in a piece of it', () => {
    const list = (...tasks: unknown[]) => JSON.stringify(tasks, null, 2);
    const placed = (text: string) => readTasks(text).problems;
    expect(placed(`\n${list(good, { ...good, signature: 'f' })}`)).toEqual([
      // The first task takes 16 lines, and the text begins with an empty one.
      'Task 2, line 21: signature is no line such as "function f(a) {".',
    ]);
    expect(placed(list(good, { tests: 1 }, { ...other, test: ['a', '}'] }))).toEqual([
      'Task 2, line 18: statement is missing; give a text.',
      expect.stringMatching(/^Task 3, line 36: "test" is no field/),
    ]);
    const lines = list(good, other).split('\n');
    // The comma behind the second statement is lost, or a quotation mark.
    expect(placed(lines.with(18, lines[18].slice(0, -1)).join('\n'))).toEqual([
      expect.stringMatching(/^Task 2, line 20: it is no JSON: (?!.*(position|column))/),
    ]);
    expect(placed('[{"statement": "sum"},\n {"statement": x}]')).toEqual([
      'Task 1, line 1: signature is no line such as "function f(a) {".',
      expect.stringMatching(/^Task 2, line 2: it is no JSON: /),
    ]);
    expect(placed('[1,\n2,\n]')?.[2]).toBe('Task 3, line 3: a comma leads to it, and nothing is there.');
    expect(placed(`${list(good, other)}\n\n,`)).toEqual([
      'The file: the list ends in line 34, and more comes after it.',
    ]);
    expect(placed('[1')).toEqual([expect.stringMatching(/^The file: the list does not end: /)]);
    expect(placed('[\n]')).toEqual([expect.stringMatching(/^There must be two tasks at least/)]);
    expect(readTasks(list(good, other)).tasks).toHaveLength(2);
  });

  it.each([
    { task_id: 'JavaScript/0', prompt: 'const f = (a) => {', canonical_solution: '', test: 'f([])' },
    { task_id: 'JavaScript/0', completion: 'return 1;' },
    { name: 'a', language: 'js', prompt: 'function f(a){', tests: 'f([])', stop_tokens: [] },
    { id: 1, entryPoint: 'f', program: 'function f() {}', tests: [] },
  ])('that is one for the judge is said to be, once: %j', (line) => {
    const text = JSON.stringify(line);
    const { problems, isForJudge } = readTasks(`${text}\n${text}`) as {
      problems: string[];
      isForJudge: true;
    };
    expect(problems).toEqual([expect.stringMatching(/^Line 1: it is of a file for the judge: /)]);
    expect(isForJudge).toBe(true);
  });

  it('that is made to break the reader is refused', () => {
    const deep = `[{"statement":"sum","signature":"function f(a) {","tests":[{"args":[${'['.repeat(9000)}${']'.repeat(9000)}],"expected":1}]}]`;
    expect(readTasks(deep).problems![0]).toContain('nested deeper than 20');
    expect(readTasks('x'.repeat(2_000_001)).problems![0]).toContain('longer than');
    const long = { ...good, tests: [{ args: ['x'.repeat(30_000)], expected: 1 }] };
    expect(read(long, other).problems![0]).toContain('longer than 20000 characters');
    expect(checkTasks([{ ...good, split: 'train' }])).toBe('No task is held-out.');
    expect(checkTasks([{ ...good }])).toBe('Task 1: split is missing.');
    expect(checkTasks({})).toBe('The tasks are no list.');
  });
});

it('a signature is read', () => {
  expect(signatureOf('function sum(a, n) {')).toEqual({ entryPoint: 'sum', parameters: ['a', 'n'] });
  expect(signatureOf('function f() {')).toEqual({ entryPoint: 'f', parameters: [] });
  expect(signatureOf('function f(a) { return')).toBeUndefined();
});

it('tasks of one’s own are found by their ids, and are evaluated as often as the corpus would be', () => {
  const { tasks } = read(good, other);
  const { train, evaluated } = poolsOf(tasks);
  expect(train.map(({ statement }) => statement)).toEqual([good.statement]);
  expect(decode(train[0].promptIds).join(' ')).toBe('sum of odd items of a ⇒');
  expect(train[0].entryPoint).toBe('f');
  expect(taskById(train[0].id)).toBe(train[0]);
  // The same objects again: verdicts are remembered by a task's list of tests.
  expect(poolsOf(structuredClone(tasks)).train[0]).toBe(train[0]);
  expect(evaluated('held-out', 3).map(({ statement }) => statement)).toEqual(Array(3).fill(other.statement));
  expect(poolsOf(undefined).train).toBe(trainTasks);
});

it('two tasks whose ids would be one are refused, so that neither is judged by the tests of the other', () => {
  const task = (expected: number): OwnTask => ({
    ...good,
    split: 'train',
    tests: [{ args: [[1]], expected }],
  });
  const idOf = ({ statement, signature, tests }: OwnTask) =>
    hashOf(JSON.stringify([statement, signature, tests]));
  const seen = new Map<number, number>();
  let pair: [number, number] | undefined;
  for (let expected = 0; !pair; expected++) {
    const id = idOf(task(expected));
    const other = seen.get(id);
    if (other !== undefined) pair = [other, expected];
    seen.set(id, expected);
  }
  expect(() => tasksOf(pair.map(task))).toThrow(/cannot be told apart: change one of them\.$/);
});
