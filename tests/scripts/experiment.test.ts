import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  const { rows, config } = JSON.parse(text) as { rows: Row[]; config: { preset: string } };
  return { rows, config, table: await readFile(join(out, 'results.md'), 'utf8') };
}

it('the same command gives the same numbers, seconds apart, and a table of them', async () => {
  const first = await experiment(join(folder, 'a'));
  const second = await experiment(join(folder, 'b'));
  const timeless = (rows: Row[]) => rows.map((row) => ({ ...row, seconds: undefined }));
  expect(timeless(second.rows)).toEqual(timeless(first.rows));
  expect(first.config.preset).toBe('tiny');
  expect(first.rows.map(({ update }) => update)).toEqual([0, 2]);
  expect(first.rows[1]).toMatchObject({ filter: 'best-worst', seed: 1, kept: 64, adamSteps: 4 });
  const last = first.rows[1].passAt1HeldOut.toFixed(3);
  expect(first.table).toContain(`| best-worst | ${last} |`);
  expect(first.table).toContain('1 seed.');
});
