import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { choice, choices, integer, optional, text, withArguments } from '../../scripts/arguments.ts';

const options = {
  preset: choice(['tiny', 'small'], 'tiny'),
  filters: choices(['none', 'best-worst', 'best-of-n'], ['none']),
  seed: integer(0, 10),
  out: text('a path', 'here'),
  note: optional,
};
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => said.push(line));
});
afterEach(() => vi.restoreAllMocks());

async function run(line: string, positional?: string) {
  const seen: unknown[] = [];
  const code = await withArguments(
    line.split(' ').filter(Boolean),
    options,
    (values, ...files) => Promise.resolve(seen.push(values, ...files) + 5),
    positional,
  );
  return { code, seen };
}

test('values arrive typed, the rest by default, and the exit code is that of the command', async () => {
  const { code, seen } = await run('--filters best-worst,none --seed=7 data.jsonl', 'FILE');
  const values = { preset: 'tiny', filters: ['best-worst', 'none'], seed: 7, out: 'here', note: undefined };
  expect(seen).toEqual([values, 'data.jsonl']);
  expect(code).toBe(7);
  expect(said).toEqual([]);
});

test('several arguments come where their name says so', async () => {
  const { code, seen } = await run('a b --seed 7 c', 'DIR …');
  expect([code, ...seen.slice(1)]).toEqual([9, 'a', 'b', 'c']);
  expect(said).toEqual([]);
});

test.each([
  ['', '--seed is missing; it takes a whole number from 0 to 10.'],
  ['--seed 11', '--seed 11: give a whole number from 0 to 10.'],
  ['--seed 1.5', '--seed 1.5: give a whole number from 0 to 10.'],
  ['--seed 1 --preset huge', '--preset huge: choose from tiny, small.'],
  [
    '--seed 1 --filters none,worst',
    '--filters none,worst: give distinct names, with commas, from none, best-worst, best-of-n.',
  ],
  [
    '--seed 1 --filters none,none',
    '--filters none,none: give distinct names, with commas, from none, best-worst, best-of-n.',
  ],
  ['--seed 1 --out=', '--out is empty; it takes a path.'],
  ['--sed 1', "Unknown option '--sed'. Options: --preset, --filters, --seed, --out, --note."],
  ['--seed 1 more', 'Unexpected more. Options: --preset, --filters, --seed, --out, --note.'],
])('%s: one line and exit code 2', async (line, message) => {
  expect(await run(line)).toEqual({ code: 2, seen: [] });
  expect(said).toEqual([message]);
});

test('a missing positional argument is named', async () => {
  expect(await run('--seed 1', 'FILE')).toEqual({ code: 2, seen: [] });
  expect(said).toEqual(['FILE is missing. Options: --preset, --filters, --seed, --out, --note.']);
});

test('an option without its value', async () => {
  expect(await run('--seed')).toEqual({ code: 2, seen: [] });
  expect(said).toEqual([
    "Option '--seed <value>' argument missing. Options: --preset, --filters, --seed, --out, --note.",
  ]);
});

test('an error of the command itself passes through', async () => {
  const failing = withArguments([], {}, () => Promise.reject(new Error('disk full')));
  await expect(failing).rejects.toThrow('disk full');
});
