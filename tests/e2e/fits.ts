import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Opens all that can be unfolded. */
export const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));

/** The page is no wider than its window, once what draws itself to its own width (a chart) has followed the window. */
export async function expectNoOverflow(page: Page, width: number): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 10_000 })
    .toBeLessThanOrEqual(width);
}

/** That, and axe finds nothing. */
export async function expectFits(page: Page, width: number): Promise<void> {
  await expectNoOverflow(page, width);
  const { violations, passes } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    where: nodes.map(({ html }) => html.slice(0, 120)),
  }));
  expect(found).toEqual([]);
  expect(passes.length).toBeGreaterThan(10);
}
