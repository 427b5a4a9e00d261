import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';
import { giveSuite } from './evidence-suite.ts';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const view = (name: string) =>
  visitor.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });

test('a visitor opens the evidence, compares at equal FLOPs and runs a row live', async () => {
  visitor = await visit('?engine=cpu');
  const { page, errors } = visitor;
  await giveSuite(page);
  await view('Evidence').click();
  await page.getByRole('listbox', { name: /^Difference to none/ }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Evidence');
  await expect.poll(() => page.title()).toMatch(/Evidence · PF-PPO Playground$/);
  await page.getByText('FLOPs', { exact: true }).click();
  await page.getByRole('option', { name: /^cheap: \+0\.100, 95 % interval/ }).waitFor();
  await page.getByRole('link', { name: 'Run this live: cheap' }).click();
  await page
    .getByText(/Ready\./)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: 120_000 });
  expect(await page.getByRole('radio', { name: 'best-of-n', exact: true }).first().isChecked()).toBe(true);
  const { search, hash } = new URL(page.url());
  expect(search).toContain('filter=best-of-n');
  expect(hash).toBe('#/');
  expect(errors).toEqual([]);
});

test('Play does not wait for it, and it is small', () => {
  const assets = join(dist, 'assets');
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  expect(html).not.toContain('EvidenceView');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js') && !name.includes('.worker-'));
  // What only its markup has: its words are in the article too.
  const withView = scripts.filter((name) =>
    readFileSync(join(assets, name), 'utf8').includes('predictors-title'),
  );
  expect(withView.length).toBe(1);
  expect(withView[0]).toMatch(/^EvidenceView-/);
  expect(gzipSync(readFileSync(join(assets, withView[0]))).length).toBeLessThan(30_000);
});
