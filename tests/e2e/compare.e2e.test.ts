import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { parseResults } from '../../src/evidence/results.ts';
import { expectFits, unfold } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
/** Small updates on the engine that gives the same bits everywhere. */
const SMALL = '?engine=cpu&prompts=8&n=4&eval-prompts=50#/compare';

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
const progress = () => visitor.page.getByRole('region', { name: 'The comparison' }).getByRole('status');
async function said(pattern: RegExp): Promise<void> {
  await progress()
    .filter({ hasText: pattern })
    .waitFor({ timeout: 3 * MINUTE });
}
const choose = (group: string, label: string) =>
  visitor.page.getByRole('radiogroup', { name: group }).getByText(label, { exact: true }).click();

const names = () => visitor.page.locator('#race-setup-title + ol .name').allInnerTexts();

async function open(): Promise<void> {
  visitor = await visit(SMALL);
  await visitor.page.getByRole('heading', { name: 'Compare', exact: true }).waitFor();
  await choose('Updates of each run', '10');
}

/** Every row of the table but for seconds, which are of the machine. */
const table = () =>
  visitor.page
    .getByRole('region', { name: 'Table of settings' })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.children].flatMap((cell, column) => (column === 10 ? [] : [cell.textContent.trim()])),
      ),
    );

test(
  'two filters race over three seeds; left in the midst and gone on with, they come to the same numbers',
  async () => {
    await open();
    await button('Start').click();
    await said(/All 6 runs are done/);
    const whole = await table();
    expect(whole.map(([setting, seeds]) => [setting, seeds])).toEqual([
      ['none', '3'],
      ['best-worst', '3'],
    ]);
    await expect
      .poll(() => visitor.page.getByRole('option', { name: /^best-worst: .* n = 3 pairs of seeds/ }).count())
      .toBe(1);
    // All charts are read at one place.
    await visitor.page.getByRole('img', { name: /^held-out pass@1 against responses drawn/ }).focus();
    await visitor.page.keyboard.press('End');
    const told = visitor.page.locator('.told');
    await expect.poll(() => told.allInnerTexts()).toHaveLength(3);
    for (const text of await told.allInnerTexts())
      expect(text).toMatch(/^at .* responses drawn: none .*; best-worst /);
    // Zoomed, and on an axis of logarithms: nothing was learned at update 0, where KL is 0.
    await visitor.page.keyboard.press('+');
    await button('Whole run').waitFor();
    await visitor.page.getByRole('button', { name: /^KL to the reference, nats: axes/ }).click();
    await visitor.page.getByRole('menuitemcheckbox', { name: 'Log axis' }).click();
    await visitor.page.getByText('log axis; 2 values ≤ 0 left out').waitFor();
    await expectFits(visitor.page, 1280);
    await visitor.page.setViewportSize({ width: 390, height: 844 });
    await expectFits(visitor.page, 390);
    // The link sets up the same in a fresh browser.
    await visitor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button('Copy a link to it').click();
    await visitor.page.getByText('Copied.').waitFor();
    const link = new URL(await visitor.page.evaluate(() => navigator.clipboard.readText()));
    expect(link.hash).toMatch(/^#\/compare\?arms=2&seeds=1,2,3&updates=10&.*engine=cpu/);
    expect(visitor.errors).toEqual([]);
    await visitor.leave();

    visitor = await visit(link.hash);
    await visitor.page.getByText('These settings came with the link.').waitFor();
    expect(new URL(visitor.page.url()).hash).toBe('#/compare');
    // What has not begun is not lost either.
    await visitor.page.reload();
    await visitor.page.getByText('These settings are as you left them.').waitFor();
    expect(await names()).toEqual(['none', 'best-worst']);
    await button('Start').click();
    // It goes on whichever view is open.
    await visitor.page.getByRole('link', { name: 'Play', exact: true }).click();
    await visitor.page.getByRole('heading', { name: /the untrained policy wrote/ }).waitFor();
    await visitor.page.goBack();
    await said(/^Training: [1-4] of 6 runs done/);
    await visitor.page.reload();
    await said(/^Paused: \d of 6 runs done/);
    await button('Go on').click();
    await said(/All 6 runs are done/);
    expect(await table()).toEqual(whole);
    await button('Add a seed').click();
    await said(/All 8 runs are done/);
    expect((await table()).map(([, seeds]) => seeds)).toEqual(['4', '4']);
    expect(visitor.errors).toEqual([]);
    expect(visitor.strayRequests).toEqual([]);
  },
  10 * MINUTE,
);

test(
  'settings are added, changed and taken away; what differs is what they are called',
  async () => {
    await open();
    expect(await names()).toEqual(['none', 'best-worst']);
    await button('Add those of Play').click();
    expect(await names()).toHaveLength(3);
    await button('Remove best-worst').last().click();
    await button('Add another').click();
    expect(await names()).toHaveLength(3);
    const panel = visitor.page.locator('.edit');
    await unfold(visitor.page);
    await visitor.page.setViewportSize({ width: 360, height: 800 });
    await expectFits(visitor.page, 360);
    await visitor.page.setViewportSize({ width: 1280, height: 720 });
    await panel.getByRole('radio', { name: 'best-of-n', exact: true }).check({ force: true });
    await expect.poll(names).toEqual(['none', 'best-worst', 'best-of-n']);
    await button('Remove best-worst').click();
    await expect.poll(names).toEqual(['none', 'best-of-n']);
    await choose('Scenario of all', 'the tests');
    await choose('Seeds of each', '1');
    await button('Start').click();
    await said(/All 2 runs are done/);
    await expect
      .poll(() => visitor.page.getByText('one pair is no evidence', { exact: false }).count())
      .toBe(1);
    // As a suite's results: `npm run report` tells of them.
    const [saved] = await Promise.all([
      visitor.page.waitForEvent('download'),
      button('Save its results').click(),
    ]);
    const { runs } = parseResults(await readFile(await saved.path(), 'utf8'));
    expect(runs.map(({ seed, evaluations }) => [seed, evaluations.at(-1)?.update])).toEqual([
      [1, 10],
      [1, 10],
    ]);
    // Its runs are like those of Play, to be looked at down to a token.
    await button('Keep its runs').click();
    await visitor.page.getByText('2 runs are in Runs, which is in Play.').waitFor();
    await visitor.page.getByRole('link', { name: 'Play', exact: true }).click();
    await button('Runs (2)').click();
    const kept = visitor.page.getByRole('dialog', { name: 'Runs' }).getByRole('listitem');
    await kept.filter({ hasText: 'best-of-n' }).getByRole('button', { name: 'Look at it' }).click();
    await visitor.page
      .locator('.controls p[role=status]')
      .filter({ hasText: /Paused after update 10:.*best-of-n keeps 8; KL/ })
      .waitFor();
    const { search } = new URL(visitor.page.url());
    expect(search).toContain('filter=best-of-n');
    await visitor.page.goBack();
    await said(/All 2 runs are done/);
    // The address goes on telling of the run that is open.
    expect(new URL(visitor.page.url()).search).toBe(search);
    // What took a while goes when that was pressed twice.
    await button('Another comparison').click();
    await button('Delete this one').click();
    await button('Start').waitFor();
    expect(await button('Start').evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await visitor.page.getByRole('region', { name: 'Table of settings' }).count()).toBe(0);
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'what is done in a view that is not open is said there and in the title; a run of one’s own tasks goes to Play with them',
  async () => {
    visitor = await visit('?engine=cpu&prompts=4&n=4&eval-prompts=20');
    const { page } = visitor;
    const view = (name: string) =>
      page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });
    const title = () => expect.poll(() => page.title(), { timeout: 3 * MINUTE });
    await button('Your own tasks …').click();
    await button('An example').click();
    await button('A new run on these').click();
    await page.getByText('Tasks: 3 tasks of one’s own').waitFor();
    await button('until …').click();
    await page.getByLabel('after update').fill('40');
    await page.keyboard.press('Escape');
    await button('Train').click();
    await view('Compare').click();
    await title().toBe('Paused after update 40 · Compare · PF-PPO Playground');
    await page.getByText('Paused as was set, after update 40.').filter({ visible: true }).waitFor();
    await expectFits(page, 1280);
    await page.getByRole('link', { name: 'Go to Play' }).click();
    await title().toBe('Paused after update 40 · PF-PPO Playground');
    expect(await page.getByRole('link', { name: 'Go to Play' }).count()).toBe(0);
    await page.getByText('Paused as was set, after update 40.').filter({ visible: true }).waitFor();

    await view('Compare').click();
    await choose('Updates of each run', '10');
    await choose('Seeds of each', '1');
    await button('Start').click();
    await view('Play').click();
    await button('Your own tasks …').click();
    await button('A new run on the page’s').click();
    await page.getByText('Tasks: 3 tasks of one’s own').waitFor({ state: 'detached' });
    await title().toMatch(/^Comparison done · /);
    await page.getByText('All runs are done.').waitFor();
    await page.getByRole('link', { name: 'Go to Compare' }).click();
    await said(/All 2 runs are done/);
    await title().not.toMatch(/Comparison done/);
    await page.getByRole('button', { name: 'In Play: none' }).click();
    await page.getByText('Tasks: 3 tasks of one’s own').waitFor();
    expect(new URL(page.url()).hash).toBe('#/');
    await page.getByRole('radio', { name: 'none', exact: true, checked: true }).first().waitFor({ state: 'attached' }); // prettier-ignore
    // The comparison is still there.
    await view('Compare').click();
    await said(/All 2 runs are done/);
    expect(visitor.errors).toEqual([]);
  },
  8 * MINUTE,
);

test(
  'a link asks for an order first, and says in the end how well it agrees',
  async () => {
    const asked = 'arms=2&seeds=1&updates=10&engine=cpu&prompts=8&n=4&eval-prompts=50&1.filter=none&predict';
    visitor = await visit(`#/compare?${asked}`);
    const prediction = visitor.page.getByRole('group', { name: 'Your prediction' });
    await prediction.getByRole('button', { name: 'best-worst: one place up' }).click();
    expect(await prediction.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^best-worst/),
      expect.stringMatching(/^none/),
    ]);
    await button('Start').click();
    await visitor.page.getByText('You predicted: “best-worst”, then “none”.').waitFor();
    await said(/All 2 runs are done/);
    await visitor.page
      .getByText(/^Your order agrees with what came out by .*\d\.00 at equal responses drawn/)
      .waitFor();
    await visitor.page.reload();
    await visitor.page.getByText('You predicted: “best-worst”, then “none”.').waitFor();
    await visitor.page.getByText(/^Your order agrees/).waitFor();
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);
