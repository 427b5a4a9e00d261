import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

/** The untrained policy's batch is there: models loaded, sampled, scored, judged. */
const ready = () =>
  visitor.page
    .locator('.controls p[role=status]')
    .filter({ hasText: /Ready\..* \d+ pass/ })
    .waitFor({ timeout: 120_000 });

test('the built page works under a sub-path, asks no other host, and nothing goes wrong', async () => {
  visitor = await visit('?engine=cpu');
  const { page, errors, strayRequests } = visitor;
  expect(await page.title()).toContain('PF-PPO');
  await ready();
  expect(strayRequests).toEqual([]);
  expect(errors).toEqual([]);
});

test('where the tests teach with noise, the recipe shows what that would be, and axe finds nothing', async () => {
  visitor = await visit('?engine=cpu&teacher=tests&noise=profile', {
    viewport: { width: 1440, height: 900 },
  });
  const { page, errors } = visitor;
  await ready();
  await page.getByText('So the batch you see was scored.').waitFor();
  expect(await page.getByRole('slider', { name: /^Scores from/ }).count()).toBe(10);
  await page.getByText(/Scored by the unit tests, with noise: how much a score speaks/).waitFor();
  await expectFits(page, 1440);
  expect(errors).toEqual([]);
});

test('every worker is one file: WebKit would run it again for another one that imports it', () => {
  const assets = join(dist, 'assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  const workers = scripts.filter((name) => name.includes('.worker-'));
  expect(workers.length).toBeGreaterThan(2);
  const imported = scripts.flatMap((name) =>
    [
      ...readFileSync(join(assets, name), 'utf8').matchAll(/(?:\bfrom|\bimport\(?)\s*["'`]\.\/([^"'`]+)/g),
    ].map(([, other]) => ({ name, other })),
  );
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter(({ name, other }) => workers.includes(name) || workers.includes(other))).toEqual([]);
});

test('what a link asks for and is not here is said in the view that is open', async () => {
  visitor = await visit('?engine=cpu&filtre=none#/compare', { viewport: { width: 1440, height: 900 } });
  const { page, errors } = visitor;
  const unknown = page.getByText('The address names “filtre”').filter({ visible: true });
  await unknown.waitFor();
  await expectFits(page, 1440);
  await page.evaluate(() => (location.hash = '#/comparre'));
  const stray = page.getByText('“#/comparre”, which is no view of this page: this is Play.');
  await stray.waitFor();
  await unknown.waitFor();
  await page.getByRole('listitem').filter({ has: stray }).getByRole('button', { name: 'Dismiss' }).click();
  await stray.waitFor({ state: 'detached' });
  await unknown.waitFor();
  await page.evaluate(() => (location.hash = '#/comparre2'));
  await page.getByText('“#/comparre2”').waitFor();
  await page.evaluate(() => (location.hash = '#/judge'));
  await page.getByText('“#/comparre2”').waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
});
