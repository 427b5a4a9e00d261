import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, expect, test } from 'vitest';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

test('a run leaves as a folder for verl, and what makes it is loaded then', async () => {
  visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=50&filter=best-random');
  const { page } = visitor;
  const loaded = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .join('\n'),
    );
  const said = (pattern: RegExp) =>
    page
      .locator('.controls p[role=status]')
      .filter({ hasText: pattern })
      .waitFor({ timeout: 2 * MINUTE });
  await said(/Ready\./);
  await page.getByRole('button', { name: 'Step update', exact: true }).click();
  await said(/Paused after update 1:.* KL/);
  expect(await loaded()).not.toContain('verl.worker');

  await page.getByRole('button', { name: /^Runs/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Runs' });
  await dialog.getByRole('button', { name: 'Export…' }).click();
  const download = page.waitForEvent('download', { timeout: MINUTE });
  await dialog.getByRole('button', { name: 'For verl (.zip)' }).click();
  const zip = await download;
  expect(zip.suggestedFilename()).toMatch(/^unsure-middle-.*-verl\.zip$/);

  const files = unzipSync(await readFile(await zip.path()));
  const folder = zip.suggestedFilename().replace(/\.zip$/, '');
  const fileOf = (path: string) => files[`${folder}/${path}`];
  expect(Object.keys(files)).toHaveLength(10);
  const python = new URL('../../src/export/python/pf_ppo_filters.py', import.meta.url);
  expect(strFromU8(fileOf('pf_ppo_filters.py'))).toBe(await readFile(python, 'utf8'));
  expect(strFromU8(fileOf('train.sh'))).toContain("'best-random mode=select keep=2 whitening=kept rows=");
  const readme = strFromU8(fileOf('README.md'));
  expect(readme).toMatch(/a run of 1 update\./);
  expect(readme).toMatch(/On the batch of update 1: 32 responses, 16 kept/);
  const { buffer } = fileOf('data/train.parquet').slice();
  expect(await parquetReadObjects({ file: buffer })).toHaveLength(4310);
  expect(visitor.errors).toEqual([]);
});
