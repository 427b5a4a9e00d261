import { readFile } from 'node:fs/promises';
import type { Download } from 'playwright';
import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const slider = (name: string) => visitor.page.getByRole('slider', { name: new RegExp(`^${name}, by`) });
const menu = (name: string) =>
  visitor.page.getByRole('button', { name: `${name}: axes, zoom, table, files` });

/** The recording, at its end. */
async function open(options: Parameters<typeof visit>[1]) {
  visitor = await visit('', options);
  await visitor.page.getByText(/A recording, update 25 of 25/).waitFor({ timeout: 2 * MINUTE });
  await slider('pass@1').scrollIntoViewIfNeeded();
}

async function save(name: string, form: 'CSV' | 'SVG' | 'PNG'): Promise<{ name: string; bytes: Buffer }> {
  await menu(name).click();
  const [download]: [Download, void] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.page.getByRole('menuitem', { name: `Save as ${form}` }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test(
  'a visitor zooms into a run, looks at its numbers as a table, and takes them away',
  async () => {
    await open({ viewport: { width: 1440, height: 900 } });
    const { page, errors } = visitor;
    const box = (await slider('pass@1').boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 0.2 * box.width, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.4 * box.width, y, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Whole run' }).waitFor();
    await menu('score').click();
    await page.getByRole('menuitem', { name: 'Show as a table' }).click();
    const rows = page.getByRole('table').getByRole('row');
    await rows.first().waitFor();
    const few = await rows.count();
    expect(few).toBeGreaterThan(3);
    expect(few).toBeLessThan(20);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Whole run' }).click();

    const csv = await save('pass@1', 'CSV');
    expect(csv.name).toBe('pass@1-by-updates.csv');
    const lines = csv.bytes.toString().trim().split('\r\n');
    expect(lines[0]).toContain('pass@4');
    expect(lines).toHaveLength(27);
    const svg = (await save('pass@1', 'SVG')).bytes.toString();
    const parsed = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml');
      const lengths = [...document.querySelectorAll('polyline')].map(
        (line) => line.getAttribute('points')!.split(' ').length,
      );
      return { problem: document.querySelector('parsererror')?.textContent, longest: Math.max(...lengths) };
    }, svg);
    expect(parsed).toEqual({ problem: undefined, longest: 26 });
    const { bytes } = await save('KL', 'PNG');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    // Twice 900.
    expect(bytes.readUInt32BE(16)).toBe(1800);
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test.each([
  { width: 360, colorScheme: 'light' as const },
  { width: 1440, colorScheme: 'dark' as const },
])('menu and table fit into $width pixels, $colorScheme, and axe finds nothing', async (how) => {
  const { width, colorScheme } = how;
  await open({ viewport: { width, height: 844 }, colorScheme });
  const { page, errors } = visitor;
  await slider('pass@1').focus();
  await page.keyboard.press('+');
  await menu('KL').click();
  await page.getByRole('menuitemcheckbox', { name: 'Log axis' }).waitFor();
  await expectFits(page, width);
  await page.getByRole('menuitemradio', { name: 'Along responses drawn' }).click();
  await menu('pass@1').click();
  await page.getByRole('menuitem', { name: 'Show as a table' }).click();
  await page.getByRole('table').waitFor();
  await expectFits(page, width);
  expect(errors).toEqual([]);
});
