import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../scripts/export.ts';
import { encodeRunFile } from '../../src/record/run-file.ts';
import { recordedRun } from '../recorded-run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pf-ppo-export-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

it('writes a scenario', async () => {
  const out = join(folder, 'out');
  expect(await main(['--scenario', 'the tests', '--filter', 'best-random', '--out', out])).toBe(0);
  expect((await readdir(out)).sort()).toEqual(
    ['README.md', 'data', 'pf_ppo_filters.py', 'reward.py', 'run.json', 'train.py', 'train.sh'].sort(),
  );
  expect(await readFile(join(out, 'README.md'), 'utf8')).toMatch(/^# the tests, best-random, for verl\n/);
  expect(await readFile(join(out, 'train.sh'), 'utf8')).toContain("'best-random mode=select keep=2 ");
});

it('writes a run of a file, under its name', async () => {
  const { record, state } = await recordedRun(2);
  const file = join(folder, 'mine.pfppo');
  await writeFile(
    file,
    await encodeRunFile({ name: 'my run', record: record.encode(), state, knobs: state.knobs }),
  );
  const out = join(folder, 'out');
  expect(await main(['--run', file, '--out', out])).toBe(0);
  const readme = await readFile(join(out, 'README.md'), 'utf8');
  expect(readme).toMatch(/^# my run, for verl\n/);
  expect(readme).toContain('## Measured in the tab');
});

it.each([
  [[], /give --run FILE\.pfppo, or --scenario/],
  [['--scenario', 'x'], /--scenario x: choose from unsure middle,/],
  [['--run', '/no/such/file'], /no such file/],
  [['--run', 'package.json'], /The file is no run/],
])('says in a line what cannot be: %j', async (args, said) => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await main([...args, '--out', join(folder, 'out')])).toBe(2);
  expect(told.mock.calls[0][0]).toMatch(said);
});
