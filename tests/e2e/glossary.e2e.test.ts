import AxeBuilder from '@axe-core/playwright';
import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const findings = async () => {
  const { violations } = await new AxeBuilder({ page: visitor.page }).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
};

test.each([
  { width: 1440, height: 900, colorScheme: 'light' as const },
  { width: 390, height: 844, colorScheme: 'dark' as const },
])(
  'from a chart to what it looks like where all is well, to the glossary, and back to Play, $width pixels wide',
  async ({ width, height, colorScheme }) => {
    visitor = await visit('', { viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    const { page, errors, strayRequests } = visitor;
    await page.getByText(/A recording, update 25 of 25/).waitFor({ timeout: 2 * MINUTE });
    await page.getByRole('button', { name: 'KL: axes, zoom, table, files' }).click();
    await page.getByRole('menuitem', { name: 'Healthy looks like …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Healthy looks like: KL' });
    await dialog.getByText('Levels off near 2 nats.').waitFor();
    expect(await dialog.getByRole('img').count()).toBe(3);
    expect(await findings()).toEqual([]);
    await dialog.getByRole('link', { name: 'KL in the glossary' }).click();
    await page.locator('#term-kl:focus').waitFor();
    expect(await dialog.count()).toBe(0);
    await expectFits(page, width);
    expect(await findings()).toEqual([]);
    await page.getByRole('searchbox', { name: 'Search' }).fill('undecided');
    await page.getByText(/^1 of \d+ terms$/).waitFor();
    await page.getByRole('button', { name: 'Show Entropy in Play' }).click();
    await page.locator('[data-term=entropy]:focus').waitFor();
    expect(errors).toEqual([]);
    expect(strayRequests).toEqual([]);
  },
  3 * MINUTE,
);
