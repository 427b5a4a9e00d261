import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const MINUTE = 60_000;

const sentence = () => visitor.page.locator('.controls p[role=status]').first();
const panel = () => visitor.page.locator('section', { has: visitor.page.locator('#own-filter-title') });
const use = () => panel().getByRole('button', { name: 'Use this filter' });
const said = (pattern: RegExp, timeout = MINUTE) =>
  panel().getByRole('status').filter({ hasText: pattern }).waitFor({ timeout });

/** Replaces what stands in the editor, as somebody who pastes does. */
async function write(code: string): Promise<void> {
  await panel().locator('.monaco-editor .view-line').first().click({ timeout: MINUTE });
  await visitor.page.keyboard.press('ControlOrMeta+A');
  await visitor.page.keyboard.insertText(code);
}

test(
  'a visitor writes a filter, is told the line where it is wrong, and trains with it once it is right',
  async () => {
    visitor = await visit('?engine=cpu');
    const { page } = visitor;
    await sentence()
      .filter({ hasText: /Ready\..*\d+ pass/ })
      .waitFor({ timeout: 2 * MINUTE });
    await page.getByRole('radio', { name: 'own', exact: true }).check({ force: true });
    await said(/Of the 256 responses that were sampled last it would keep 64\./);
    await page.getByText(/64\s+would be kept by own/).waitFor();

    await write('const filter = (group) => group.responses.map((r) => r.scores.best);');
    await said(/^Line 1, on a made-up batch with ties, prompt 1: TypeError: cannot read property 'best'/);
    await panel().locator('.squiggly-error').first().waitFor({ state: 'attached' });
    await page.getByText(/64\s+would be kept by best-worst/).waitFor();
    expect(await use().isDisabled()).toBe(true);

    await write(
      'const filter = (group) => group.responses.map((r) => r.rank < 3 && Boolean(r.logprob < 0));',
    );
    await said(/it would keep 96\..*the run’s filter is best-worst\./);
    await page.getByText(/96\s+would be kept by own/).waitFor();
    await use().click();
    await said(/^This is the run’s filter, from the next batch on\./);
    await expect.poll(() => new URL(page.url()).searchParams.get('code')).toContain('r.rank < 3');
    await page.getByRole('button', { name: 'Step update', exact: true }).click();
    await page.getByText(/Paused after update 1.*keeps 96/).waitFor({ timeout: 2 * MINUTE });
    await page.getByRole('button', { name: 'Step update', exact: true }).click();
    await page.getByText(/Paused after update 2.*keeps 96/).waitFor({ timeout: 2 * MINUTE });
    await page.getByText(/96\s+kept for/).waitFor();

    // The run, its filter and its code are there again.
    await page.waitForTimeout(4000);
    await page.reload();
    await page
      .getByText(/This is the run as you left it, at the end of update 2/)
      .waitFor({ timeout: MINUTE });
    await said(/^This is the run’s filter/);
    expect(visitor.errors).toEqual([]);
    expect(visitor.strayRequests).toEqual([]);
  },
  10 * MINUTE,
);

test(
  'code that a link carries is shown, and none of it runs before the visitor says so',
  async () => {
    const code = 'const filter = (group) => group.responses.map((r) => r.rank < 1);';
    const link = new URLSearchParams({ engine: 'cpu', filter: 'own', code });
    visitor = await visit(`?${link.toString()}`, { viewport: { width: 390, height: 800 } });
    const { page } = visitor;
    await sentence()
      .filter({ hasText: /Ready\..*\d+ pass/ })
      .waitFor({ timeout: 2 * MINUTE });
    await said(/^This code came with the address\. None of it has run/);
    await panel().locator('.monaco-editor').waitFor({ timeout: MINUTE });
    await page.waitForTimeout(1000);
    await page.getByText(/64\s+would be kept by best-worst/).waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toBe(code);
    await expectFits(page, 390);
    await use().click();
    await said(/^This is the run’s filter.*would keep 32\./s);
    await page.getByText(/32\s+would be kept by own/).waitFor();
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'a hostile link is the default run and a sentence',
  async () => {
    visitor = await visit(`?engine=cpu&filter=own&code=${'a%20'.repeat(2500)}`);
    const { page } = visitor;
    await page
      .getByText(/The address asks for code=a a a.*it can be the code of a filter, up to 4000/)
      .waitFor();
    expect(await page.getByRole('radio', { name: 'best-worst', exact: true }).isChecked()).toBe(true);
    expect(await panel().count()).toBe(0);
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);
