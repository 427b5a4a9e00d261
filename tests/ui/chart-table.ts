import { expect } from 'vitest';
import { page } from 'vitest/browser';

/** The rows of the table that a chart's corner opens, as texts; few enough to be in sight together. */
export async function tableOf(chart: string): Promise<string[][]> {
  await page.getByRole('button', { name: `${chart}: table, files`, exact: true }).click();
  await page.getByRole('menuitem', { name: 'Show as a table' }).click();
  const dialog = page.getByRole('dialog');
  const table = dialog.getByRole('table');
  await expect.element(table).toBeVisible();
  const rows = () => [...dialog.element().querySelectorAll('tr[aria-rowindex]')];
  // How many are in sight is known once the dialog has a size.
  await expect.poll(() => String(rows().length)).toBe(table.element().getAttribute('aria-rowcount'));
  return rows().map((row) => [...row.children].map(({ textContent }) => textContent));
}
