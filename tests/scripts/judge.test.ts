import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../scripts/judge.ts';

const folder = mkdtempSync(join(tmpdir(), 'judge-'));
const file = join(folder, 'programs.jsonl');
const out = join(folder, 'verdicts.jsonl');
const said = vi.spyOn(console, 'error');

beforeEach(() => {
  said.mockReset().mockImplementation(() => undefined);
});
afterEach(() => rmSync(out, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const tests = [
  { args: [1, 2], expected: 3 },
  { args: [0, -0.5], expected: -0.5 },
];
const line = (id: string, program: string, label?: string) => ({
  id,
  entryPoint: 'add',
  program,
  tests,
  label,
});
function write(...lines: unknown[]) {
  writeFileSync(
    file,
    lines.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n'),
  );
}
const written = () =>
  readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as unknown);
const words = () => said.mock.calls.flat().join('\n');

test('a verdict a line, and labels confirmed', async () => {
  write(
    line('right', 'const add = (a, b) => a + b', 'pass'),
    line('wrong', 'const add = (a, b) => a + Math.round(b)', 'fail'),
    line('loops', 'function add() { for (;;); }', 'fail'),
    line('unlabelled', 'add ='),
  );
  expect(await main([file, '--out', out])).toBe(0);
  expect(written()).toEqual([
    { id: 'right', verdict: 'passed', testScore: 1, passed: 2, tests: 2 },
    {
      id: 'wrong',
      verdict: 'failed',
      testScore: 0.5,
      passed: 1,
      tests: 2,
      message: 'test 2: it returned 0, expected -0.5',
    },
    {
      id: 'loops',
      verdict: 'fuel',
      testScore: 0,
      passed: 0,
      tests: 2,
      message: expect.stringMatching(
        /^test 1: it was still running when its steps were used up; a plain loop/,
      ),
    },
    expect.objectContaining({ id: 'unlabelled', verdict: 'syntax' }),
  ]);
  expect(words()).toContain('4 programs: 1 passed, 1 failed, 1 fuel, 1 syntax.');
  expect(words()).toContain('3 labels: 3 confirmed, 0 contradicted.');
});

test('a contradicted label is named and ends with 1', async () => {
  write(line('a', 'add = () => 3', 'pass'), line('b', 'add = (a, b) => a + b', 'fail'));
  expect(await main([file, '--out', out])).toBe(1);
  expect(words()).toContain('2 labels: 0 confirmed, 2 contradicted:');
  expect(words()).toContain('a: labelled pass, judged failed (test 2: it returned 3, expected -0.5)');
  expect(words()).toContain('b: labelled fail, judged passed');
});

test('a broken line is told with its number and what is wrong; the others still run', async () => {
  const good = line('good', 'add = (a, b) => a + b', 'pass');
  write(
    'not JSON',
    '',
    [1],
    { ...good, id: undefined },
    { ...good, program: 1 },
    { ...good, entryPoint: 'add()' },
    { ...good, tests: [] },
    { ...good, tests: [{ args: 1, expected: 1 }] },
    { ...good, tests: [{ args: [] }] },
    { ...good, label: 'maybe' },
    good,
  );
  expect(await main([file, '--out', out])).toBe(0);
  expect(written()).toHaveLength(1);
  const numbers = [...words().matchAll(/line (\d+): (.+)/g)].map(([, number, what]) => `${number} ${what}`);
  expect(numbers).toEqual([
    expect.stringMatching(/^1 .*JSON/),
    '3 it is no object; expected {id, entryPoint, program, tests}',
    '4 id is missing; expected a text',
    '5 program is missing; expected the text of a program',
    '6 entryPoint is "add()"; expected the name of a function',
    '7 There are no tests: a program needs at least one to be judged by.',
    '8 tests[0].args is no list; expected the arguments of the call',
    '9 tests[0].expected is missing; expected any JSON value',
    '10 label is "maybe"; expected "pass", "fail" or none',
  ]);
  expect(words()).toContain('1 program: 1 passed; 9 broken lines.');
});

test('a number that would be read as another is refused, with the line', async () => {
  const text = (args: string, expected: string) =>
    `{"id":"a","entryPoint":"f","program":"f = (x) => x // 1e999","tests":[{"args":[${args}],"expected":${expected}}]}`;
  write(
    text('1', '12345678901234567890'),
    text('9007199254740993', '1'),
    text('[3, 1e999]', '3'),
    text('9007199254740992, "1e999 \\" 9007199254740993"', '9007199254740992'),
    text('1.5e300', '1.5e300'),
  );
  expect(await main([file, '--out', out])).toBe(0);
  expect(written()).toHaveLength(2);
  expect(words().split('\n').slice(0, 3)).toEqual([
    `${file}, line 1: 12345678901234567890 would be read as 12345678901234567168; give an integer up to 2^53, or a text`,
    `${file}, line 2: 9007199254740993 would be read as 9007199254740992; give an integer up to 2^53, or a text`,
    `${file}, line 3: 1e999 is larger than any number; give a finite one`,
  ]);
});

test('a tolerance forgives the last digits of numbers, and only where it is asked for', async () => {
  const near = { ...line('near', 'add = (a, b) => (a + b) * (1 + 1e-12)', 'pass') };
  write(near, line('far', 'add = (a, b) => (a + b) * (1 + 1e-6)', 'fail'));
  expect(await main([file, '--out', out])).toBe(1);
  expect(await main([file, '--out', out, '--tolerance', '1e-9'])).toBe(0);
  expect(written()).toMatchObject([{ verdict: 'passed' }, { verdict: 'failed' }]);
});

test('the file to be read is not written over, by whatever name', async () => {
  write(line('a', 'add = 1'));
  const before = readFileSync(file, 'utf8');
  const other = join(folder, 'other.jsonl');
  symlinkSync(file, other);
  for (const name of [file, other, join(folder, '.', 'programs.jsonl')])
    expect(await main([file, '--out', name])).toBe(2);
  expect(words().split('\n')).toHaveLength(3);
  expect(words()).toContain('is the file to be read');
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test.each<[string, string | Buffer, RegExp]>([
  ['UTF-16', Buffer.from(`\ufeff${JSON.stringify(line('a', 'add = 1'))}`, 'utf16le'), /may be UTF-16/],
  ['a list with a number too long', `[{"id": 9007199254740993}]`, /would be read as 9007199254740992/],
  ['no line that can be judged', 'x', /line 1: .*\n.* has no line that can be judged\.$/],
])('%s: 2, and what was written before is kept', async (_, text, said) => {
  writeFileSync(file, text);
  writeFileSync(out, 'before');
  expect(await main([file, '--out', out])).toBe(2);
  expect(words()).toMatch(said);
  expect(readFileSync(out, 'utf8')).toBe('before');
});

test.each([
  ['no file', []],
  ['an empty place to write', [file, '--out', '']],
  ['two files', [file, file]],
  ['an unknown option', [file, '--quick', 'yes']],
  ['an empty file', [join(folder, 'empty.jsonl')]],
  ['a file that is not there', [join(folder, 'missing.jsonl')]],
  ['tasks that are not there', ['--tasks', join(folder, 'missing.jsonl')]],
  ['both from stdin', ['-', '--tasks', '-']],
  ['no jobs', [file, '--jobs', '0']],
  ['no tolerance', [file, '--tolerance', 'some']],
  ['too large a tolerance', [file, '--tolerance', '0.5']],
  ['a folder to write', [file, '--out', folder]],
  ['a place that cannot be written', [file, '--out', join(folder, 'missing', 'verdicts.jsonl')]],
])('%s: one line, and 2', async (_, args) => {
  write(line('a', 'add = 1'));
  writeFileSync(join(folder, 'empty.jsonl'), '\n\n');
  expect(await main(args)).toBe(2);
  expect(words().split('\n')).toHaveLength(1);
});

describe('problems of a set', () => {
  const tasks = join(folder, 'tasks.jsonl');
  /** In the forms of HumanEvalPack, MultiPL-E and Exercism. */
  const pack = {
    task_id: 'JavaScript/900',
    prompt: 'const addUp = (a, b) => {\n',
    canonical_solution: '  return a + b;\n}\n',
    buggy_solution: '  return a - b;\n}\n',
    test: 'console.assert(addUp(1, 2) === 3)\nfor (const a of [1]) console.assert(addUp(a, a) === 2 * a)',
  };
  const multi = {
    name: 'MadeUp_1_half',
    language: 'js',
    prompt: 'function half(n){\n',
    tests: 'function test() {\n  let candidate = half;\n  assert.deepEqual(candidate(3),1.5);\n}\ntest();',
  };
  const exercise = {
    exercise: 'made-up',
    cases: [
      { description: 'a', property: 'next', input: { n: 1 }, expected: 2 },
      { description: 'b', property: 'next', input: { n: -1 }, expected: { error: 'below zero' } },
    ],
  };

  test('the solutions that come with them are judged, and what became no test is told with line and why', async () => {
    writeFileSync(tasks, [pack, multi].map((one) => JSON.stringify(one)).join('\n'));
    expect(await main(['--tasks', tasks, '--out', out])).toBe(0);
    expect(written()).toMatchObject([
      { id: 'JavaScript/900/canonical', verdict: 'passed' },
      { id: 'JavaScript/900/buggy', verdict: 'failed' },
    ]);
    expect(words().split('\n')).toEqual([
      `${tasks}, line 1: JavaScript/900, line 2 of its test: it is in a loop, or under a condition.`,
      '2 of 3 assertions became tests, of 2 problems; by the other 1 nothing is judged.',
      '2 programs: 1 passed, 1 failed.',
      '2 labels: 2 confirmed, 0 contradicted.',
    ]);
  });

  test('answers of another file are judged by them, and not their own solutions', async () => {
    writeFileSync(tasks, [pack, multi].map((one) => JSON.stringify(one)).join('\n'));
    write(
      { task_id: 'MadeUp_1_half', completion: '  return n / 2;\n}' },
      { task_id: 'MadeUp_1_half', completion: '  return n >> 1;\n}' },
      { task_id: 'JavaScript/900', program: 'function addUp(a, b) { return a - -b }' },
    );
    expect(await main([file, '--tasks', tasks, '--out', out, '--jobs', '2'])).toBe(0);
    expect(written()).toMatchObject([
      { id: 'MadeUp_1_half/sample 1', verdict: 'passed' },
      { id: 'MadeUp_1_half/sample 2', verdict: 'failed' },
      { id: 'JavaScript/900/sample 1', verdict: 'passed' },
    ]);
  });

  test('from one object over many lines to a verdict', async () => {
    writeFileSync(tasks, JSON.stringify(exercise, null, 2));
    write({ task_id: 'made-up/next', program: 'const next = (n) => n + 1' });
    expect(await main([file, '--tasks', tasks, '--out', out])).toBe(0);
    expect(written()).toMatchObject([{ id: 'made-up/next/sample 1', verdict: 'passed', tests: 1 }]);
    expect(words()).toContain(`${tasks}: made-up/next, case "b": it expects an error, and no value.`);
  });

  test('problems without a solution say what is missing', async () => {
    writeFileSync(tasks, JSON.stringify(multi));
    expect(await main(['--tasks', tasks])).toBe(2);
    expect(words()).toContain('Its problems bring no solutions: add answers to them, {task_id, completion}.');
  });
});

test('verdicts come while the rest is still being written to stdin, in its order', async () => {
  const stdin = new PassThrough();
  const given = Object.getOwnPropertyDescriptor(process, 'stdin')!;
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  try {
    const judged = main(['-', '--out', out]);
    // Two-byte letters, cut in two.
    const text = Buffer.from(
      Array.from({ length: 600 }, (_, i) =>
        JSON.stringify(line(`é${i}`, `add = (a, b) => a + b // ${i}`)),
      ).join('\n'),
    );
    stdin.write(text.subarray(0, 8));
    stdin.write(text.subarray(8));
    // The last line may go on.
    await vi.waitFor(() => expect(written()).toHaveLength(599), 30_000);
    stdin.end('\n' + JSON.stringify(line('last', 'add = 1')));
    expect(await judged).toBe(0);
    expect(written()).toHaveLength(601);
    expect(written()).toMatchObject([
      ...Array.from({ length: 600 }, (_, i) => ({ id: `é${i}`, verdict: 'passed' })),
      { id: 'last', verdict: 'no-entry' },
    ]);
  } finally {
    Object.defineProperty(process, 'stdin', given);
  }
});

test('of many contradicted labels the summary names a hundred', async () => {
  write(...Array.from({ length: 103 }, (_, i) => line(`p${i}`, 'add = () => 0', 'pass')));
  expect(await main([file, '--out', out])).toBe(1);
  expect(words()).toContain('103 labels: 0 confirmed, 103 contradicted:');
  expect(words()).toMatch(/ {2}p99: .*\n {2}and 3 more\.$/);
});
