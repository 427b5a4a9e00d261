import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
/** Small updates on the engine that gives the same bits everywhere. */
const SMALL = '?engine=cpu&prompts=8&n=4&eval-prompts=50';

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: true });
const lab = () => visitor.page.getByRole('main', { name: 'Lab' });
const said = (pattern: RegExp) =>
  visitor.page
    .locator('.controls p[role=status]:visible')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 4 * MINUTE });
/** To the first notch of a dial. */
async function least(name: string) {
  await lab().getByRole('slider', { name }).focus();
  await visitor.page.keyboard.press('Home');
}
async function trainQuickly() {
  for (const name of ['Prompts', 'Steps', 'Garbled negatives']) await least(name);
  await lab().getByRole('slider', { name: 'Labels flipped' }).focus();
  await visitor.page.keyboard.press('End');
  await button('Train it').click();
  await said(/^Done: /);
}
async function train(from: number, to: number) {
  for (let update = from + 1; update <= to; update++) {
    await button('Step update').click();
    // Judged: so the state to go on from is there as well.
    await said(new RegExp(`Paused after update ${update}: \\d+ programs, \\d+ pass.* KL`));
  }
}
const address = () => new URL(visitor.page.url()).search;

test(
  'a visitor trains a reward model on flipped labels, sees what it is worth, learns from it, and finds it after a reload; a link to the run says what it lacks elsewhere, and it is trained again',
  async () => {
    visitor = await visit(SMALL);
    let { page } = visitor;
    await said(/Ready\./);
    await button('Make one of your own…').click();
    await lab().getByRole('heading', { name: 'Lab' }).waitFor();
    await trainQuickly();
    await expectFits(page, 1280);

    // It orders pairs the wrong way round: all labels were turned.
    const row = lab().getByRole('listitem').filter({ hasText: 'own model' });
    const worth = await row.getByText(/orders \d+ % of held-out pairs rightly/).innerText();
    expect(Number(/(\d+)/.exec(worth)![1])).toBeLessThan(50);
    await row.getByRole('img', { name: /True pass rate by score\. score/ }).waitFor();
    const own = await row.locator('b').innerText();
    const download = page.waitForEvent('download');
    await row.getByRole('button', { name: 'Export' }).click();
    const file = await readFile(await (await download).path());
    await row.getByRole('button', { name: 'Learn from it' }).click();

    await said(/Ready\./);
    await page.getByRole('radio', { name: own, checked: true }).waitFor();
    expect(address()).toMatch(/teacher=own_[0-9a-f]{16}_tiny_samples_all_p50_f1_l0_g0_n60_s1/);
    await train(0, 2);
    const link = address();
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('pf-ppo-run') ?? ''), { timeout: MINUTE })
      .toContain('teacher=own_');
    await page.reload();
    await page.getByText('This is the run as you left it, at the end of update 2.').waitFor();
    await page.getByRole('radio', { name: own, checked: true }).waitFor();
    await train(2, 3);
    expect(visitor.errors).toEqual([]);
    await visitor.leave();

    // Elsewhere the model is not there; its recipe is in the link, and makes the very same.
    visitor = await visit(link, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    ({ page } = visitor);
    await page
      .getByRole('alert')
      .locator('p')
      .getByText(/was trained in a browser, and this one does not have it/)
      .waitFor({ timeout: MINUTE });
    await page.getByRole('alert').getByRole('button', { name: 'Train it again from its recipe' }).click();
    await lab()
      .getByText(/The run in Play waits for/)
      .waitFor();
    await button('Train it').click();
    await said(/^Done: /);
    await expectFits(page, 390);
    await lab().getByRole('button', { name: 'Go on with the run' }).click();
    await said(/Ready\./);
    expect(address()).toBe(link);
    const again = page.waitForEvent('download');
    await page.goto(`${page.url().replace(/#.*/, '')}#/lab`);
    await lab().getByRole('button', { name: 'Export' }).click();
    expect(await readFile(await (await again).path())).toEqual(file);
    expect(visitor.errors).toEqual([]);
    expect(visitor.strayRequests).toEqual([]);
  },
  20 * MINUTE,
);

test(
  'a policy of one’s own is trained from nothing, with its programs on the way, and a run begins with it',
  async () => {
    visitor = await visit(SMALL);
    const { page } = visitor;
    await said(/Ready\./);
    await page.getByRole('button', { name: /^Engine: CPU/ }).click();
    await button('Make a policy of your own…').click();
    await lab().getByRole('slider', { name: 'Learning rate' }).waitFor();
    await least('Steps');
    await button('Train it').click();
    await lab()
      .getByText(/After step \d+, one program for each/)
      .waitFor({ timeout: 2 * MINUTE });
    expect(await lab().locator('.programs li').count()).toBe(6);
    await said(/^Done: “own policy/);
    await lab()
      .getByText(/held-out pass@1 0\.\d\d/)
      .waitFor();
    await lab().getByRole('button', { name: 'Begin with it' }).click();
    await said(/Ready\./);
    expect(address()).toMatch(/policy=own_[0-9a-f]{16}_tiny_sft_n100_r0.004_s1/);
    // It is this policy that writes: after so few steps it is hardly ever right, which the site's is nearly every second time.
    await said(/Ready\. The untrained policy wrote 32 programs; [0-3] pass their tests/);
    await train(0, 1);
    expect(visitor.errors).toEqual([]);
  },
  12 * MINUTE,
);
