import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';
import { compacted } from '../../src/evidence/compact.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { suite } from '../evidence/suite-results.ts';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

/** What the site would have, had a suite been run: one in which every arm says how it was set. */
async function giveSuite() {
  const results = suite();
  for (const arm of results.arms)
    arm.knobs = {
      ...defaultKnobs,
      filter: { ...defaultKnobs.filter, name: 'best-of-n' },
      klCoef: arm.klCoef,
    };
  const files = {
    'index.json': [
      { file: 'paper.json', title: 'The paper', says: 'What it asked.' },
      { file: 'gone.json', title: 'Another', says: 'Never run.' },
    ],
    'paper.json': compacted(results),
  };
  for (const [name, json] of Object.entries(files))
    await visitor.page.route(`**/evidence/${name}`, (route) => route.fulfill({ json }));
}

const view = (name: string) =>
  visitor.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });

test('a visitor opens the evidence, compares at equal FLOPs and runs a row live', async () => {
  visitor = await visit('?engine=cpu');
  const { page, errors } = visitor;
  await giveSuite();
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

test.each([
  { width: 1920, height: 1080, colorScheme: 'light' as const },
  { width: 1440, height: 900, colorScheme: 'dark' as const },
  { width: 390, height: 844, colorScheme: 'light' as const },
  { width: 390, height: 844, colorScheme: 'dark' as const },
])('$width pixels wide and $colorScheme: fits, and axe finds nothing', async (how) => {
  const { width, height, colorScheme } = how;
  visitor = await visit('?engine=cpu', { viewport: { width, height }, colorScheme });
  const { page } = visitor;
  await giveSuite();
  await view('Evidence').click();
  await page.getByText(/It names the better of a filter/).waitFor();
  await page.getByRole('listbox').first().focus();
  await page.keyboard.press('ArrowDown');
  await expectFits(page, width);
  await page.getByText('Another', { exact: true }).first().click();
  await page.getByText('evidence/gone.json is not on this site.').waitFor();
  await expectFits(page, width);
});

test('Play does not wait for it, and it is small', () => {
  const assets = join(dist, 'assets');
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  expect(html).not.toContain('EvidenceView');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js') && !name.includes('.worker-'));
  const withTexts = scripts.filter((name) =>
    readFileSync(join(assets, name), 'utf8').includes('Could one have known?'),
  );
  expect(withTexts.length).toBe(1);
  expect(withTexts[0]).toMatch(/^EvidenceView-/);
  expect(gzipSync(readFileSync(join(assets, withTexts[0]))).length).toBeLessThan(30_000);
});
