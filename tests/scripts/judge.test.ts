import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
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
      message: 'test 1: it was still running when its steps were used up',
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

test.each([
  ['no file', []],
  ['two files', [file, file]],
  ['an unknown option', [file, '--quick', 'yes']],
  ['a file that is not there', [join(folder, 'missing.jsonl')]],
  ['a file that would be overwritten', [file, '--out', file]],
  ['a place that cannot be written', [file, '--out', join(folder, 'missing', 'verdicts.jsonl')]],
])('%s: one line, and 2', async (_, args) => {
  write(line('a', 'add = 1'));
  expect(await main(args)).toBe(2);
  expect(words().split('\n')).toHaveLength(1);
});

test.each([
  ['UTF-16', Buffer.from(`\ufeff${JSON.stringify(line('a', 'add = 1'))}`, 'utf16le')],
  ['one JSON list', Buffer.from(JSON.stringify([line('a', 'add = 1')]))],
  ['a file without lines', Buffer.from('\n\n')],
])('%s: one line, and 2', async (_, bytes) => {
  writeFileSync(file, bytes);
  expect(await main([file, '--out', out])).toBe(2);
  expect(words().split('\n')).toHaveLength(1);
});

test('a number that JavaScript cannot hold is refused with its line', async () => {
  const good = line('good', 'add = (a, b) => a + b', 'pass');
  const odd = (number: string) => JSON.stringify(good).replace('"expected":3', `"expected":${number}`);
  write(odd('9007199254740993'), odd('1e999'), odd('9007199254740992'), odd('1e21'), good);
  expect(await main([file, '--out', out])).toBe(1); // the third and the fourth are wrong, not impossible
  expect(words()).toContain('line 1: 9007199254740993 is no number that JavaScript can hold');
  expect(words()).toContain('line 2: 1e999 is no number that JavaScript can hold');
  expect(written()).toHaveLength(3);
});
