import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
/** Small updates on the engine that gives the same bits everywhere. */
const SMALL = '?engine=cpu&prompts=8&n=4&eval-prompts=50';

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: true });
const view = (name: string) =>
  visitor.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });
const dialog = () => visitor.page.getByRole('dialog', { name: 'Runs' });
const rows = () => dialog().getByRole('listitem');
const played = (pattern: RegExp) =>
  visitor.page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const compared = (pattern: RegExp) =>
  visitor.page
    .getByRole('region', { name: 'The comparison' })
    .getByRole('status')
    .filter({ hasText: pattern })
    .first()
    .waitFor({ timeout: 3 * MINUTE });
const choose = (group: string, label: string) =>
  visitor.page.getByRole('radiogroup', { name: group }).getByText(label, { exact: true }).click();
const begins = () => visitor.page.getByRole('combobox', { name: 'All begin with' });
const after = () => visitor.page.getByRole('combobox', { name: 'as it was after update' });
/** Every row of the table but for seconds, which are of the machine. */
const table = () =>
  visitor.page
    .getByRole('region', { name: 'Table of settings' })
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.children].flatMap((cell, column) => (column === 10 ? [] : [cell.textContent.trim()])),
      ),
    );

test(
  'two filters go on from an update of a run of Play; left in the midst, and the run deleted, they come to the same numbers, counted from there',
  async () => {
    visitor = await visit(SMALL);
    const { page } = visitor;
    await played(/Ready\./);
    for (let update = 1; update <= 6; update++) {
      await button('Step update').click();
      await played(new RegExp(`Paused after update ${update}:.* KL`));
    }
    await button('New seed').click();
    await played(/Ready\./);
    await button('Runs (1)').click();
    await rows().getByRole('link', { name: 'Compare from it' }).click();
    await expect.poll(() => after().inputValue()).toBe('6');
    expect(new URL(page.url()).hash).toBe('#/compare');
    await after().selectOption('5');
    await page.getByText('counted from update 5 on', { exact: false }).waitFor();
    await choose('Updates of each run', '10');
    await choose('Seeds of each', '2');
    await button('Start').click();
    await compared(/^Training: .* in all beyond update 5/);
    // The run may go.
    await view('Play').click();
    await button('Runs (1)').click();
    await rows().getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No run has learned anything yet').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await view('Compare').click();
    await compared(/^Training: [1-3] of 4 runs done/);
    await page.reload();
    await compared(/^Paused: \d of 4 runs done/);
    await button('Go on').click();
    await compared(/All 4 runs are done/);
    const gone = await table();
    // 10 updates of 32 responses, with none of those before; two epochs of two steps.
    expect(
      gone.map(([setting, seeds, , , , , drawn, trained, , steps]) => [
        setting,
        seeds,
        drawn,
        trained,
        steps,
      ]),
    ).toEqual([
      ['none', '2', '320', '320', '40'],
      ['best-worst', '2', '320', '160', '40'],
    ]);
    await page.getByText('counted from update 5 on, where each run was measured', { exact: false }).waitFor();
    await choose('At equal', 'updates');
    await page.getByRole('img', { name: /^held-out pass@1 against updates beyond 5/ }).focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => page.locator('.told').first().innerText())
      .toMatch(/^at 10 updates beyond 5: none /);
    await expectFits(page, 1280);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, 390);
    await page.setViewportSize({ width: 1280, height: 720 });

    // Its runs say what they are of, though that is gone.
    await button('Keep its runs').click();
    await page.getByText('4 runs are in Runs, which is in Play.').waitFor();
    await view('Play').click();
    await button('Runs (4)').click();
    const one = rows()
      .filter({ hasText: 'seed 2, branched off at update 5' })
      .filter({ hasText: 'best-worst → none at 6' });
    await one.getByText(/15 updates · .* · branched off “unsure middle, .*, seed 1”/).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();

    // Once more, without a break: what they begin with is still here.
    await view('Compare').click();
    await button('Another comparison').click();
    await button('Delete this one').click();
    await begins().waitFor();
    expect(await after().isDisabled()).toBe(true);
    expect(await button('Copy a link to it').getAttribute('aria-disabled')).toBe('true');
    await button('Start').click();
    await compared(/All 4 runs are done/);
    expect(await table()).toEqual(gone);

    // In Play it goes on from there.
    await page.getByRole('button', { name: 'In Play: none' }).click();
    await page.getByText('A new run, which goes on from update 5 of another.').waitFor();
    await played(/Paused after update 5:/);
    await page.getByRole('radio', { name: 'none', exact: true, checked: true }).first().waitFor({ state: 'attached' }); // prettier-ignore
    await button('Step update').click();
    await played(/Paused after update 6: 32 programs, .*all 32 kept; KL/);
    expect(visitor.errors).toEqual([]);
    expect(visitor.strayRequests).toEqual([]);
  },
  10 * MINUTE,
);
