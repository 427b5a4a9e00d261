import { afterEach, expect, test } from 'vitest';
import { longTasks } from './long-tasks.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
const watched = (work: () => Promise<void>) =>
  longTasks(visitor.page.context().browser()!, visitor.page, work);

test(
  'in two minutes of training in Play the page never has to be waited for',
  async () => {
    visitor = await visit('?engine=cpu');
    const { page } = visitor;
    const status = page.locator('.controls p[role=status]');
    await status.filter({ hasText: 'Ready.' }).waitFor({ timeout: 2 * MINUTE });
    await button('Train').click();
    await status.filter({ hasText: /^Update \d/ }).waitFor({ timeout: MINUTE });
    expect(await watched(() => page.waitForTimeout(2 * MINUTE))).toEqual([]);
    expect(Number(/Update (\d+)/.exec(await status.innerText())?.[1])).toBeGreaterThan(10);
  },
  6 * MINUTE,
);

test(
  'nor in two minutes of four runs in Compare',
  async () => {
    visitor = await visit('?engine=cpu#/compare');
    const { page } = visitor;
    await button('Add another').click();
    await button('Add another').click();
    // More than any machine trains in that time.
    const choices = page.getByRole('radiogroup', { name: 'Updates of each run' });
    await choices.getByText('60', { exact: true }).click();
    const seeds = page.getByRole('radiogroup', { name: 'Seeds of each' });
    await seeds.getByText('8', { exact: true }).click();
    await button('Start').click();
    const progress = page.getByRole('region', { name: 'The comparison' }).getByRole('status');
    await progress.filter({ hasText: /^Training/ }).waitFor({ timeout: 2 * MINUTE });
    await page
      .getByRole('img', { name: /^held-out pass@1 against responses drawn/ })
      .waitFor({ timeout: 2 * MINUTE });
    expect(await watched(() => page.waitForTimeout(2 * MINUTE))).toEqual([]);
    expect(await progress.innerText()).toMatch(/^Training/);
  },
  8 * MINUTE,
);
