import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const tour = () => visitor.page.getByRole('region', { name: 'Tour' });
const button = (name: string) => tour().getByRole('button', { name, exact: true });
const stop = (at: number) => tour().getByText(`${at} of 6`).waitFor();
/** What is marked lies in the window, at least its head, and neither under the bar at the top nor under the card. */
const isSeen = () =>
  visitor.page.evaluate(() => {
    const { top } = document.querySelector('[data-toured]')!.getBoundingClientRect();
    const bar = document.querySelector('.controls')!.getBoundingClientRect();
    const card = document.querySelector('.tour')!.getBoundingClientRect();
    // What is above the bar's place has no bar over it.
    return top >= Math.max(0, bar.bottom) && top < card.top;
  });

test.each([
  { width: 1440, height: 900, colorScheme: 'light' as const },
  { width: 360, height: 780, colorScheme: 'dark' as const },
])(
  'a newcomer goes through the tour, which trains, waits and points, $width pixels wide',
  async ({ width, height, colorScheme }) => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=20&tour', {
      viewport: { width, height },
      colorScheme,
    });
    const { page } = visitor;
    await stop(1);
    expect(new URL(page.url()).searchParams.has('tour')).toBe(false);
    await page.getByText(/Ready\..* \d+ pass/).first().waitFor({ timeout: 2 * MINUTE }); // prettier-ignore
    for (const at of [1, 2, 3]) {
      await stop(at);
      await expect.poll(isSeen).toBe(true);
      if (at === 1) await expectFits(page, width);
      if (at < 3) await button('Next').click();
    }
    const filters = page.locator('section:has(#filter-title)');
    await filters.getByRole('radio', { name: 'none', exact: true }).check({ force: true });
    await tour().getByText('Done.').waitFor();
    await button('Next').click();
    await expect.poll(isSeen).toBe(true);
    await button('Do one update').click();
    await tour().getByText('Done.').waitFor({ timeout: MINUTE });
    await button('Next').click();
    await expect.poll(isSeen).toBe(true);

    // It can be left, and goes on where it was.
    await page.keyboard.press('Escape');
    await tour().waitFor({ state: 'detached' });
    expect(await page.locator('[data-toured]').count()).toBe(0);
    await page.getByRole('button', { name: 'Tour', exact: true }).click();
    await stop(5);
    await button('Train for 5 updates').click();
    await tour()
      .getByText('Done.')
      .waitFor({ timeout: 2 * MINUTE });
    await page.getByText(/Paused after update 6\b/).first().waitFor(); // prettier-ignore
    await button('Next').click();
    await expect.poll(isSeen).toBe(true);
    await tour().getByRole('link', { name: 'Evidence' }).click();
    await tour().waitFor({ state: 'detached' });
    await page.goBack();
    await stop(6);
    await button('That was it').click();
    await tour().waitFor({ state: 'detached' });
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'a link leads to a stop of it, and one to a stop that there is not to the first',
  async () => {
    visitor = await visit('?engine=cpu&tour=4');
    await stop(4);
    await visitor.page.goto(visitor.page.url().replace('?', '?tour=40&'));
    await stop(1);
    expect(await visitor.page.getByText('The address names').count()).toBe(0);
  },
  2 * MINUTE,
);
