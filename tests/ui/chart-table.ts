import { expect } from 'vitest';
import { page } from 'vitest/browser';

/** The rows of the table that a chart's corner opens, as texts. */
export async function tableOf(chart: string): Promise<string[][]> {
  await page.getByRole('button', { name: `${chart}: table, files`, exact: true }).click();
  await page.getByRole('menuitem', { name: 'Show as a table' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByRole('table')).toBeVisible();
  return [...dialog.element().querySelectorAll('tr[aria-rowindex]')].map((row) =>
    [...row.children].map(({ textContent }) => textContent),
  );
}
