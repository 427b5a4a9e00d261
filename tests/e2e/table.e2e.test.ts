import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
const said = (pattern: RegExp) =>
  visitor.page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const cells = (column: number) =>
  visitor.page.locator(`tbody [role=row] td:nth-child(${column})`).allInnerTexts();

test(
  'a visitor looks in the table for what scores high and is wrong, opens it, goes through it token by token, and follows numbers of formulas',
  async () => {
    visitor = await visit('?engine=cpu', { viewport: { width: 1440, height: 900 } });
    const { page, errors } = visitor;
    await said(/Ready\..* \d+ pass/);
    await button('Step update').click();
    await said(/Paused after update 1:.* pass;.*KL/);
    // What held-out pass@1 was measured by, to the tests of a single program.
    const chart = page.getByRole('slider', { name: 'pass@1, by update' });
    const heldOut = /update 1: .*held-out (\d\.\d\d)/.exec((await chart.getAttribute('aria-valuetext'))!)![1];
    await button('see the last ones').click();
    const evaluation = page.getByRole('dialog', { name: 'The evaluation of the untrained policy' });
    const sentence = (await evaluation.getByRole('status').innerText()).replaceAll(/\s+/g, ' ');
    expect(sentence).toContain(`of 200 programs pass every test: pass@1 ${heldOut} (`);
    await evaluation.getByRole('radio', { name: 'fails' }).check({ force: true });
    await evaluation.locator('summary').first().click();
    await evaluation.getByRole('img', { name: 'failed' }).first().waitFor();
    await expectFits(page, 1440);
    await page.keyboard.press('Escape');
    // And what a bin of the figure stands for.
    const bin = page.getByRole('button', { name: /^List the \d+ responses that score/ }).last();
    const members = /List the (\d+)/.exec((await bin.getAttribute('aria-label'))!)![1];
    await bin.press('Enter');
    await page.getByText(new RegExp(`^${members} of 256 responses`)).waitFor();
    await button('Any score').click();
    const grid = page.getByRole('grid', { name: 'Responses of update 1' });
    await grid.waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe('257');
    expect(await page.locator('tbody [role=row]').count()).toBeLessThan(50);
    await grid
      .getByRole('columnheader', { name: /^score/ })
      .getByRole('button')
      .click();
    const scores = (await cells(3)).map((text) => Number(text.replace('−', '-')));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));

    await page.getByRole('radio', { name: 'high score but wrong' }).check({ force: true });
    await page.getByText(/A score of .* or more, which the best-scored quarter/).waitFor();
    expect(new Set(await cells(5))).toEqual(new Set(['fails']));
    const download = page.waitForEvent('download');
    await button('Save as CSV').click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('responses-update-1.csv');
    const lines = (await readFile(await file.path(), 'utf8')).match(/^1,"[\w-]+",\d+,/gm)!;
    expect(lines).toHaveLength(Number(await grid.getAttribute('aria-rowcount')) - 1);

    // Of those that are kept too, so that update 1 learned from it.
    await grid.getByRole('columnheader', { name: /^kept/ }).getByRole('button').click();
    const first = page.locator('[data-place="0-1"]');
    await first.focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('section.response');
    await panel.getByText(/^update 1,/).waitFor();
    await panel.getByRole('button', { name: 'Token by token' }).click();
    await panel.getByText(/Log-probabilities are by the policy after update 1;/).waitFor({ timeout: MINUTE });
    const tokens = panel.getByRole('option');
    await tokens.first().focus();
    await page.keyboard.press('ArrowRight');
    await panel.getByText(/^2 of \d+/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-index'))).toBe('1');
    // A formula a line.
    expect(await panel.locator('dd.formula math').count()).toBe(6);
    expect(await panel.locator('dd.formula math').last().textContent()).toMatch(/^min.*ρ.*clip.*ε/s);
    await panel.getByText(/^min\(.*\) = [−\d]/).waitFor();
    await page.getByRole('radio', { name: 'ratio', exact: true }).check({ force: true });
    await expectFits(page, 1440);

    // From the formula of a stage each number leads to where it came from.
    const card = page.locator('.flow .card:popover-open');
    const focused = (attribute: string) =>
      page.evaluate((name) => document.activeElement?.getAttribute(name), attribute);
    await button('advantages').click();
    await card.getByText(/^In update 1, of the response that is open below/).waitFor();
    await card.getByRole('button', { name: /^2 of \d+/ }).waitFor();
    await card.getByRole('button', { name: 'next' }).click();
    await card
      .getByRole('button', { name: /, token 3$/ })
      .first()
      .click();
    await card.waitFor({ state: 'hidden' });
    await panel.getByText(/^3 of \d+/).waitFor();
    await expect.poll(() => focused('data-index')).toBe('2');
    await button('advantages').click();
    await card.getByRole('button', { name: /, the setting GAE λ$/ }).click();
    await expect.poll(() => focused('aria-label')).toBe('GAE λ');
    await button('kept by best-worst').click();
    await card.getByRole('button', { name: /^\d, the prompt/ }).click();
    await expect.poll(() => focused('aria-label')).toMatch(/^rank \d, score .*, fails, kept$/);

    // The run goes on as if nobody had asked, and the table with it.
    await button('Train').click();
    await page.getByRole('grid', { name: /Responses of update [3-9]/ }).waitFor({ timeout: 2 * MINUTE });
    expect(await grid.count()).toBe(0);
    await panel.getByText(/^update 1,/).waitFor();
    await panel.getByRole('button', { name: 'Ask again' }).click();
    await panel
      .getByText(/by the policy after (update|\d Adam steps? of update) [2-9]/)
      .waitFor({ timeout: MINUTE });
    await button('Pause').click();
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test.each([
  { width: 360, colorScheme: 'light' as const },
  { width: 1440, colorScheme: 'dark' as const },
])(
  'table, tokens and formulas fit into $width pixels, $colorScheme, and axe finds nothing',
  async ({ width, colorScheme }) => {
    visitor = await visit('?engine=cpu', { viewport: { width, height: 844 }, colorScheme });
    const { page, errors } = visitor;
    await said(/Ready\..* \d+ pass/);
    await page.getByRole('radio', { name: 'table' }).check({ force: true });
    await page.locator('[data-place="1-1"]').click();
    const panel = page.locator('section.response');
    await panel.getByRole('button', { name: 'Token by token' }).click();
    await panel.getByText(/All by the untrained policy, which wrote it\./).waitFor({ timeout: MINUTE });
    await panel.getByRole('radio', { name: 'log-prob' }).check({ force: true });
    await expectFits(page, width);
    await button('epochs of PPO').click();
    const card = page.locator('.flow .card:popover-open');
    await card.getByText(/^exp\(.* = 1\.000, clipped to/).waitFor({ timeout: MINUTE });
    await expectFits(page, width);
    const { x, width: wide } = (await card.boundingBox())!;
    expect([x >= 0, x + wide <= width]).toEqual([true, true]);
    expect(errors).toEqual([]);
  },
);
