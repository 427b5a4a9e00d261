import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { main } from '../../scripts/experiment.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pf-ppo-experiment-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Row = Record<string, unknown> & { update: number; passAt1HeldOut: number };

async function experiment(out: string) {
  const args = ['--filters', 'best-worst', '--seeds', '1', '--iterations', '2', '--out', out];
  expect(await main(args)).toBe(0);
  const text = await readFile(join(out, 'results.json'), 'utf8');
  const { rows, config, command } = JSON.parse(text) as {
    rows: Row[];
    config: { preset: string; engine: string };
    command: string;
  };
  return { rows, config, command, table: await readFile(join(out, 'results.md'), 'utf8') };
}

it('the same command gives the same numbers, seconds apart, and a table of them', async () => {
  const first = await experiment(join(folder, 'a'));
  const second = await experiment(join(folder, 'b'));
  expect(second.config).toEqual(first.config);
  expect(second.command).toBe(first.command);
  const timeless = (rows: Row[]) => rows.map((row) => ({ ...row, seconds: undefined }));
  expect(timeless(second.rows)).toEqual(timeless(first.rows));
  expect(first.config).toMatchObject({ preset: 'tiny', engine: 'cpu' });
  expect(first.rows.map(({ update }) => update)).toEqual([0, 2]);
  expect(first.rows[1]).toMatchObject({ filter: 'best-worst', seed: 1, kept: 64, adamSteps: 8 });
  const last = first.rows[1].passAt1HeldOut.toFixed(3);
  expect(first.table).toContain(`| best-worst | ${last} |`);
  expect(first.table).toContain('1 seed.');
});

it('a place that cannot be written is found before the work, in one line', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, 'kept');
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await main(['--out', file])).toBe(2);
  expect(said.mock.calls).toHaveLength(1);
  expect(said.mock.calls[0][0]).toMatch(/^--out .*a-file cannot be written: .*Give a folder\.$/);
  said.mockRestore();
  expect(await readFile(file, 'utf8')).toBe('kept');
});
