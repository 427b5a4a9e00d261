import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { decodeRunFile } from '../../src/record/run-file.ts';
import { RunRecord } from '../../src/record/run-record.ts';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const MINUTE = 60_000;
/** Evaluated after every second update; nothing but the score holds the policy. */
const SETTINGS = 'engine=cpu&prompts=16&eval-every=2&eval-prompts=100&kl=0&lr=0.0006&filter=none';

const panel = () => visitor.page.locator('section', { has: visitor.page.locator('#own-score-title') });
const said = (pattern: RegExp) =>
  panel().getByRole('status').filter({ hasText: pattern }).waitFor({ timeout: MINUTE });
const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: true });
const sentence = (pattern: RegExp) =>
  visitor.page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 4 * MINUTE });

test(
  'a visitor scores length and gets it: the score rises and fewer pass; in another browser none of that code runs before it is read',
  async () => {
    visitor = await visit(`?${SETTINGS}`);
    const { page } = visitor;
    await sentence(/Ready\..*\d+ pass/);
    await page.getByRole('radio', { name: 'own score', exact: true }).check({ force: true });
    await said(/^It scored the 128 responses that were sampled last.* 0 are wrong\. Until you press/);
    await panel().locator('.monaco-editor .view-line').first().click({ timeout: MINUTE });
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('const score = (answer) => answer.tokens / 20 - 1;');
    await said(/R² against their tests is \d.* [1-9]\d* are wrong\. Until you press/);
    await page.getByText(/As your own score would score them\./).waitFor();
    await panel().getByRole('button', { name: 'Use this score' }).click();
    await said(/^This is what scores, from the next update on\./);
    await expect
      .poll(() => new URL(page.url()).searchParams.get('score-code'))
      .toContain('answer.tokens / 20');

    await button('Again with these settings').click();
    await sentence(/Ready\./);
    await button('Train').click();
    await sentence(/Update (1[2-9]|[2-9]\d):/);
    await button('Pause').click();
    await sentence(/Paused/);
    await button(/^Runs/).click();
    await visitor.page
      .getByRole('dialog', { name: 'Runs' })
      .getByRole('button', { name: 'Export…' })
      .first()
      .click();
    const download = page.waitForEvent('download');
    await button('Whole run (.pfppo)').click();
    const bytes = await readFile(await (await download).path());
    const { record, knobs } = await decodeRunFile(bytes);
    expect(knobs).toMatchObject({
      teacher: 'own-score',
      teacherCode: expect.stringContaining('tokens / 20') as string,
    });
    const evaluations = [...RunRecord.decode(record).events()].flatMap((event) =>
      event.type === 'evaluated' ? [event.metrics] : [],
    );
    const of = (name: 'eval/scores' | 'eval/pass@1_held_out') => evaluations.map((metrics) => metrics[name]!);
    const [scores, passes] = [of('eval/scores'), of('eval/pass@1_held_out')];
    expect(scores.at(-1), `scores ${scores.join()}; pass@1 ${passes.join()}`).toBeGreaterThan(
      scores[0] + 0.3,
    );
    expect(passes.at(-1), `scores ${scores.join()}; pass@1 ${passes.join()}`).toBeLessThan(passes[0] - 0.1);
    expect(visitor.errors).toEqual([]);
    await visitor.leave();

    visitor = await visit('?engine=cpu&prompts=8&n=4', { viewport: { width: 390, height: 800 } });
    await sentence(/Ready\./);
    await button('Runs').click();
    await visitor.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'long.pfppo', mimeType: 'application/octet-stream', buffer: bytes });
    const dialog = visitor.page.getByRole('dialog', { name: 'Runs' });
    await dialog.getByRole('button', { name: 'Go on' }).first().click();
    await said(
      /^This code came with the file\. None of it has run.* Until then what scores is the chain reader\./,
    );
    await sentence(/Paused after update 1\d/);
    await visitor.page.getByText(/The code that came with it has not run/).waitFor();
    await expectFits(visitor.page, 390);
    await panel().getByRole('button', { name: 'Use this score' }).click();
    await said(/^This is what scores, from the next update on\./);
    expect(visitor.errors).toEqual([]);
  },
  12 * MINUTE,
);
