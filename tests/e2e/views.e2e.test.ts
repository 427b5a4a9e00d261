import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright';
import { giveSuite } from './evidence-suite.ts';
import { expectFits, expectNoOverflow, unfold } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
/** Axe sees both themes, and both at their own width; what is too wide is so in either. */
const sights: { width: number; colorScheme?: 'light' | 'dark' }[] = [
  { width: 1440, colorScheme: 'light' },
  { width: 1920 },
  { width: 768 },
  { width: 360, colorScheme: 'dark' },
];

let visitor: Visitor;
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: true }).filter({ visible: true });
const played = (page: Page, pattern: RegExp) =>
  page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });

/** Each view with something in it: what a visitor does to have it there. */
const views: { name: string; hash: string; fill: (page: Page) => Promise<unknown> }[] = [
  {
    name: 'Play',
    hash: '#/',
    fill: async (page) => {
      for (const update of [1, 2, 3, 4, 5, 6]) {
        await button(page, 'Step update').click();
        await played(page, new RegExp(`Paused after update ${update}:.* KL`));
      }
    },
  },
  {
    name: 'Play, all unfolded, something set, a response chosen',
    hash: '#/',
    fill: async (page) => {
      await page.getByRole('radio', { name: 'none', exact: true }).check({ force: true });
      await button(page, 'Again with these settings').waitFor();
      await unfold(page);
      await page.getByRole('slider', { name: 'Updates between evaluations' }).waitFor();
      await page.getByRole('gridcell').first().click();
      await page.getByRole('textbox', { name: 'Program' }).waitFor();
    },
  },
  {
    name: 'Play, at an earlier update',
    hash: '#/',
    fill: async (page) => {
      await page.getByRole('slider', { name: 'update', exact: true }).press('ArrowLeft');
      await page.getByRole('link', { name: 'Compare from 5' }).waitFor();
    },
  },
  {
    name: 'the list of runs',
    hash: '#/',
    fill: async (page) => {
      await button(page, 'Runs (1)').click();
      await button(page, 'Export…').click();
    },
  },
  {
    name: 'an evaluation, with a program that is edited',
    hash: '#/',
    fill: async (page) => {
      await page.keyboard.press('Escape');
      await button(page, 'see the last ones').click();
      await page.locator('dialog summary').first().click();
      await button(page, 'Edit it').click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Program' }).waitFor();
    },
  },
  {
    name: 'Compare with results',
    hash: '#/compare',
    fill: async (page) => {
      const choose = (group: string, label: string) =>
        page.getByRole('radiogroup', { name: group }).getByText(label, { exact: true }).click();
      await choose('Updates of each run', '10');
      await choose('Seeds of each', '1');
      await button(page, 'Start').click();
      await page
        .getByRole('region', { name: 'The comparison' })
        .getByText(/All 2 runs are done/)
        .waitFor({ timeout: 3 * MINUTE });
      await page.getByRole('img', { name: /^held-out pass@1 against responses drawn/ }).press('End');
    },
  },
  {
    name: 'Evidence',
    hash: '#/evidence',
    fill: async (page) => {
      await page.getByText(/It names the better of a filter/).waitFor();
      await page.getByRole('listbox').first().press('ArrowDown');
    },
  },
  {
    name: 'Evidence that is missing',
    hash: '#/evidence',
    fill: async (page) => {
      await page.getByText('Another', { exact: true }).first().click();
      await page.getByText('evidence/gone.json is not on this site.').waitFor();
    },
  },
  {
    name: 'Engine, a kernel checked',
    hash: '#/engine',
    fill: async (page) => {
      await button(page, 'Step update').click();
      await page.getByText(/ms a run, the mean of \d+ timed run/).waitFor({ timeout: MINUTE });
      await page.locator('summary').filter({ hasText: /^gather/ }).click(); // prettier-ignore
      await page.getByText('Reference, in double precision: embedding.ref.ts').click();
      await button(page, 'Check this kernel').click();
      await page.getByText(/CPU: passed/).waitFor({ timeout: 2 * MINUTE });
    },
  },
  {
    name: 'Judge, with a verdict',
    hash: '#/judge',
    fill: async (page) => {
      await page.getByRole('textbox', { name: 'Programs, a JSON object a line' }).waitFor();
      await button(page, 'An example').click();
      await button(page, 'Judge').click();
      const said = page.getByRole('main').getByRole('status');
      await said.filter({ hasText: /\d+ passed/ }).waitFor({ timeout: MINUTE });
    },
  },
  {
    name: 'Lab',
    hash: '#/lab',
    fill: (page) => page.getByRole('heading', { name: 'Lab', exact: true }).waitFor(),
  },
];

beforeAll(async () => {
  visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=50');
  await giveSuite(visitor.page);
  await played(visitor.page, /Ready\./);
});
afterAll(() => visitor.leave());

test.each(views)(
  '$name: fits from 360 to 1920 pixels, and axe finds nothing in either theme',
  async ({ hash, fill }) => {
    const { page, errors } = visitor;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate((to) => (location.hash = to), hash);
    await fill(page);
    for (const { width, colorScheme } of sights) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await (colorScheme ? expectFits(page, width) : expectNoOverflow(page, width));
    }
    expect(errors.filter((error) => !error.includes('evidence/gone.json'))).toEqual([]);
  },
  5 * MINUTE,
);
