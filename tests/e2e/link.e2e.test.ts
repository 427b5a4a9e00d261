import { afterEach, expect, test } from 'vitest';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const sentence = () => visitor.page.locator('.controls p[role=status]');
async function said(pattern: RegExp): Promise<string> {
  await sentence()
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
  return sentence().innerText();
}
const bar = () => visitor.page.getByRole('slider', { name: 'Scores from −1.0 to −0.8' });

/** What the page says of two updates, to all digits: the programs, and the numbers of its charts. */
async function trained() {
  const { page } = visitor;
  for (const update of [1, 2]) {
    await page.getByRole('button', { name: 'Step update', exact: true }).click();
    await said(new RegExp(`Paused after update ${update}: \\d+ programs, \\d+ pass.* KL`));
  }
  const table = page.getByRole('dialog').getByRole('table');
  const numbers: string[] = [];
  for (const chart of ['pass@1', 'score', 'KL', 'entropy']) {
    await page.getByRole('button', { name: `${chart}: axes` }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as CSV' }).click();
    const stream = await (await download).createReadStream();
    for await (const chunk of stream) numbers.push(String(chunk));
  }
  expect(await table.count()).toBe(0);
  const cells = page.getByRole('gridcell');
  const programs = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label')));
  return { numbers, programs, sentence: await sentence().innerText() };
}

test(
  'a visitor draws a noise and sends the link: in a fresh browser it makes the same numbers',
  async () => {
    visitor = await visit('?engine=cpu&prompts=4&n=4&eval-prompts=20&teacher=tests&noise=profile&seed=3');
    await said(/Ready\./);
    await bar().focus();
    const before = await bar().getAttribute('aria-valuetext');
    for (let press = 0; press < 3; press++) await visitor.page.keyboard.press('ArrowUp');
    const drawn = await bar().getAttribute('aria-valuetext');
    expect(drawn).not.toBe(before);
    await visitor.page.getByRole('radio', { name: 'best-of-n', exact: true }).check({ force: true });
    const mine = await trained();
    expect(mine.programs.length).toBe(16);
    expect(mine.numbers.join()).toMatch(/\d\.\d{10}/);
    const { search } = new URL(visitor.page.url());
    expect(visitor.errors).toEqual([]);
    await visitor.leave();

    visitor = await visit(search);
    await said(/Ready\./);
    expect(await bar().getAttribute('aria-valuetext')).toBe(drawn);
    expect(await trained()).toEqual(mine);
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);
