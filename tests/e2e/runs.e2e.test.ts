import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeRunFile } from '../../src/record/run-file.ts';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
/** Small updates on the engine that gives the same bits everywhere. */
const SMALL = '?engine=cpu&prompts=8&n=4&eval-prompts=50';

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: true });
const dialog = () => visitor.page.getByRole('dialog', { name: 'Runs' });
const row = (name: string) => dialog().getByRole('listitem', { name, exact: true });
const slider = () => visitor.page.getByRole('slider', { name: 'update', exact: true });
const sentence = () => visitor.page.locator('.controls p[role=status]');
async function said(pattern: RegExp): Promise<string> {
  await sentence()
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
  return sentence().innerText();
}
async function train(from: number, to: number): Promise<void> {
  for (let update = from + 1; update <= to; update++) {
    await button('Step update').click();
    await said(new RegExp(`Paused after update ${update}:.* KL`));
  }
}
const figures = () =>
  visitor.page
    .getByRole('slider', { name: /by update/ })
    .evaluateAll((all) => all.map((chart) => chart.getAttribute('aria-valuetext')));
const programs = () =>
  visitor.page
    .getByRole('gridcell')
    .evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label')).join('\n'));
/** What the page says, once all truths are told. */
async function shown() {
  await said(/Paused after update \d+: \d+ programs, \d+ pass.* KL/);
  await expect.poll(async () => (await figures())[0], { timeout: MINUTE }).toMatch(/batch [\d.]+,.*held-out/);
  return { sentence: await sentence().innerText(), figures: await figures(), programs: await programs() };
}
async function exported(name: string) {
  await button(/^Runs/).click();
  await row(name).getByRole('button', { name: 'Export…' }).click();
  const download = visitor.page.waitForEvent('download');
  await row(name).getByRole('button', { name: 'Whole run (.pfppo)' }).click();
  const bytes = await readFile(await (await download).path());
  await dialog().getByRole('button', { name: 'Close' }).click();
  return { bytes, run: await decodeRunFile(bytes) };
}

describe('runs', () => {
  test(
    'are kept, named, deleted, opened, scrubbed, taken away and brought back, and go on with the same numbers',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await said(/Ready\./);
      await train(0, 1);
      const early = await shown();
      await train(1, 3);
      const late = await shown();
      await button('New seed').click();
      await said(/Ready\./);
      await train(0, 1);

      // Two runs: one is named, deleted, put back, and opened.
      await button(/^Runs/).click();
      const label =
        'unsure middle, prompts per update 8, responses per prompt 4, prompts per evaluation 50, seed 1';
      await row(label).getByRole('button', { name: 'Rename' }).click();
      await page.keyboard.type('The first');
      await page.keyboard.press('Enter');
      await row('The first').getByRole('button', { name: 'Delete' }).click();
      await row('The first').waitFor({ state: 'detached' });
      await dialog().getByRole('button', { name: 'Undo' }).click();
      await row('The first').getByRole('button', { name: 'Look at it' }).click();
      await said(/Paused after update 3:.* KL/);
      expect(await shown()).toEqual(late);
      // It is this tab's run now, also after a reload.
      await page.reload();
      await page.getByText('This is the run as you left it, at the end of update 3.').waitFor();
      expect(await shown()).toEqual(late);
      // What is looked at is as it was.
      await slider().focus();
      for (const update of [2, 1]) {
        await page.keyboard.press('ArrowLeft');
        await said(new RegExp(`Looking at update ${update} of 3:`));
      }
      await expect.poll(programs).toBe(early.programs);
      await expect.poll(figures).toEqual(early.figures);
      expect(
        (await sentence().innerText()).replace('Looking at update 1 of 3', 'Paused after update 1'),
      ).toBe(`${early.sentence} Train goes on from the end.`);
      await page.keyboard.press('Escape');
      await said(/Paused after update 3:/);
      await expect.poll(programs).toBe(late.programs);

      // Taken away, and gone on with here and elsewhere.
      const { bytes } = await exported('The first');
      await train(3, 5);
      const here = await exported('The first');
      expect(visitor.errors).toEqual([]);
      await visitor.leave();

      visitor = await visit(SMALL.replace('8', '16'));
      await said(/Ready\./);
      await button('Runs').click();
      await visitor.page
        .locator('input[type=file]')
        .setInputFiles({ name: 'first.pfppo', mimeType: 'application/octet-stream', buffer: bytes });
      await row('The first').getByRole('button', { name: 'Look at it' }).click();
      await said(/Paused after update 3:.* KL/);
      expect(await shown()).toEqual(late);
      await train(3, 5);
      const there = await exported('The first');
      expect(there.run.state).toEqual(here.run.state);
      expect(there.run.state.update).toBe(5);
      expect(visitor.errors).toEqual([]);
      expect(visitor.strayRequests).toEqual([]);
    },
    8 * MINUTE,
  );

  test(
    'branch off from a checkpoint, and with the same settings come to the same numbers',
    async () => {
      visitor = await visit(SMALL);
      await said(/Ready\./);
      await train(0, 11);
      const eleven = await shown();
      await train(11, 12);
      await button(/^Runs/).click();
      await dialog().getByRole('button', { name: 'Rename' }).click();
      await visitor.page.keyboard.type('The first');
      await visitor.page.keyboard.press('Enter');
      await row('The first').waitFor();
      await dialog().getByRole('button', { name: 'Close' }).click();
      await slider().focus();
      await visitor.page.keyboard.press('ArrowLeft');
      // Settings against each other could go on from there, too.
      await visitor.page.getByRole('link', { name: 'Compare from 10' }).click();
      await expect
        .poll(() => visitor.page.getByRole('combobox', { name: 'as it was after update' }).inputValue())
        .toBe('10');
      await visitor.page.getByRole('link', { name: 'Back to Play' }).click();
      await button('Branch from 10').click();
      await visitor.page.getByText('A new run, which goes on from update 10 of “The first”.').waitFor();
      await train(10, 11);
      expect(await shown()).toEqual(eleven);
      // Another way from here on, while the first run is as it was.
      await visitor.page.getByRole('slider', { name: 'KL coefficient' }).focus();
      await visitor.page.keyboard.press('ArrowLeft');
      await train(11, 12);
      await button('Runs (2)').click();
      const changed = { hasText: '0.05 at 12' };
      await dialog().getByRole('listitem').filter(changed).getByText('open here').waitFor();
      const first = dialog().getByRole('listitem').filter({ hasNotText: changed.hasText });
      await first.getByText('12 updates').waitFor();
      await dialog().getByRole('button', { name: 'Close' }).click();
      // What the first run had kept on the way is this one's, too.
      await slider().focus();
      await visitor.page.keyboard.press('Home');
      for (let update = 1; update <= 6; update++) {
        await visitor.page.keyboard.press('ArrowRight');
        await said(new RegExp(`Looking at update ${update} of 12`));
      }
      await button('Branch from 5').waitFor();
      // What it is of it says after a reload too, and in a file.
      await visitor.page.reload();
      await visitor.page.getByText('This is the run as you left it, at the end of update 12.').waitFor();
      const caption =
        'unsure middle, prompts per update 8, responses per prompt 4, prompts per evaluation 50, ';
      const { run } = await exported(
        `${caption}KL coefficient 0.1 → 0.05 at 12, seed 1, from update 10 of “The first”`,
      );
      expect(run.branch).toMatchObject({ update: 10, name: 'The first' });
      expect(visitor.errors).toEqual([]);
    },
    8 * MINUTE,
  );

  test(
    'left in one tab can be opened in another; what is open there says so',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await said(/Ready\./);
      await train(0, 1);
      await button('New seed').click();
      await said(/Ready\./);
      await train(0, 1);
      await button('Runs (2)').waitFor();
      const other = await page.context().newPage();
      await other.goto(`${page.url().split('?')[0]}${SMALL}`);
      await other.getByRole('button', { name: 'Runs (2)' }).click();
      const items = other.getByRole('dialog', { name: 'Runs' }).getByRole('listitem');
      await items.filter({ hasText: 'seed 2' }).getByText('open in another tab').waitFor();
      await items.filter({ hasText: 'seed 1' }).getByRole('button', { name: 'Go on' }).click();
      await other
        .locator('.controls p[role=status]')
        .filter({ hasText: /Update [2-9]/ })
        .waitFor({ timeout: MINUTE });
      expect(visitor.errors).toEqual([]);
    },
    5 * MINUTE,
  );

  test(
    'are not in the way of a recording, which can be scrubbed as well',
    async () => {
      visitor = await visit();
      const { page } = visitor;
      // At its start Home would lead nowhere, and it would play on.
      await said(/A recording, update [2-9] of/);
      await slider().focus();
      await page.keyboard.press('Home');
      await said(/A recording, update 0 of/);
      await page.keyboard.press('ArrowRight');
      await said(/A recording, update 1 of/);
      await button('Play on').click();
      await said(/A recording, update [2-9] of/);
      expect(visitor.errors).toEqual([]);
    },
    3 * MINUTE,
  );
});

test.each([
  { width: 1440, height: 900, colorScheme: 'light' as const },
  { width: 360, height: 740, colorScheme: 'dark' as const },
])(
  '$width pixels wide and $colorScheme: the list and an earlier update fit, and axe finds nothing',
  async (how) => {
    const { width, height, colorScheme } = how;
    visitor = await visit(SMALL, { viewport: { width, height }, colorScheme });
    const { page } = visitor;
    await said(/Ready\./);
    await train(0, 2);
    await slider().focus();
    await page.keyboard.press('Home');
    await said(/Looking at update 0 of 2:/);
    await expectFits(page, width);
    // The button goes by its own press: the focus stays near.
    await button('Back to now').press('Enter');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Training');
    await button('New seed').click();
    await said(/Ready\./);
    await button('Runs (1)').click();
    await row(await dialog().locator('b').innerText()).waitFor();
    await dialog().getByRole('button', { name: 'Export…' }).click();
    await dialog().getByRole('checkbox').check();
    await expectFits(page, width);
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await dialog().getByRole('button', { name: 'Undo' }).waitFor();
    await expectFits(page, width);
  },
);
