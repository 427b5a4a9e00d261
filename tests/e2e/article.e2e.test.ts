import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

test.each([
  { width: 1440, colorScheme: 'light' as const },
  { width: 360, colorScheme: 'dark' as const },
])(
  'five minutes of reading, with the recorded run’s batch and our suite’s numbers, $width pixels wide',
  async ({ width, colorScheme }) => {
    visitor = await visit('?engine=cpu#/article', { viewport: { width, height: 900 }, colorScheme });
    const { page } = visitor;
    const article = page.getByRole('main', { name: 'PF-PPO in five minutes' });
    await article.getByText(/^Of the fifth with the highest scores \d+ % pass/).waitFor();
    await expect.poll(() => article.getByRole('listbox').count()).toBe(2);
    // Both are told of the scenario whose numbers the sentence below them has.
    const options = await article.getByRole('option', { name: /^best-worst: / }).allInnerTexts();
    expect(options).toHaveLength(2);
    await article.getByText(/^In our suite, with best-worst: .*: \+0\.06 ±/).waitFor();
    await expectFits(page, width);
    // A word explains itself here, too, and the way on leads to Play.
    await article.getByRole('button', { name: 'best-of-n' }).first().click();
    await page.getByRole('note', { name: 'Best-of-n' }).waitFor();
    await page.keyboard.press('Escape');
    await article.getByRole('link', { name: 'Train one yourself' }).click();
    await page.getByRole('heading', { name: 'Score and truth' }).waitFor({ timeout: MINUTE });
    expect(visitor.errors).toEqual([]);
  },
  3 * MINUTE,
);
