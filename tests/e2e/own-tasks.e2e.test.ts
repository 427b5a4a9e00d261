import { afterEach, expect, test } from 'vitest';
import { exampleTasks } from '../../src/ui/tasks/example.ts';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
const SMALL = '?engine=cpu&prompts=4&n=4&eval-prompts=20';

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: true });
const dialog = () => visitor.page.getByRole('dialog', { name: 'Your own tasks' });
const told = (pattern: RegExp | string) =>
  dialog().getByRole('status').filter({ hasText: pattern }).waitFor({ timeout: MINUTE });
const said = (pattern: RegExp) =>
  visitor.page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const file = (name: string, content: string) =>
  dialog()
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });

test(
  'a visitor brings tasks, is told what is wrong with them, and trains on them once they are right',
  async () => {
    visitor = await visit(SMALL);
    const { page } = visitor;
    await said(/Ready\./);
    await button('Your own tasks …').click();
    await file(
      'tasks.jsonl',
      '{"statement": "reverse a", "signature": "function f(a) {", "tests": []}\n{"statement": ',
    );
    await told('Line 1: statement has "reverse", which the models cannot read');
    await told('Line 2: it is no JSON');
    expect(await button('A new run on these').isDisabled()).toBe(true);
    await dialog().getByRole('textbox', { name: 'Tasks, as JSON' }).fill(exampleTasks.replace('x * x', 'x'));
    await told(
      '“the sum of the items of a, each squared”: its reference fails the 1. test: gives 6, expected is 14.',
    );
    await expectFits(page, 1280);
    await button('An example').click();
    await told('2 tasks to train on, 1 task held out. 1 reference passed. 3 tasks with fewer than 10 tests');
    await button('A new run on these').click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('Tasks: 3 tasks of one’s own').waitFor();
    await said(/Ready\./);
    await page.getByText('20 responses, over one’s own tasks').waitFor();
    await button('Step update').click();
    await said(/Paused after update 1:.* KL/);
    // The batch is of these tasks, and they are there again after a reload.
    await page
      .locator('title', { hasText: 'how many items of a are at least 3' })
      .first()
      .waitFor({ state: 'attached' });
    await expect.poll(() => new URL(page.url()).searchParams.get('tasks')).toMatch(/^3-[0-9a-f]+$/);
    await page.waitForTimeout(4000);
    await page.reload();
    await page
      .getByText('This is the run as you left it, at the end of update 1.')
      .waitFor({ timeout: MINUTE });
    // One of its prompts is followed, from now on.
    await page.getByRole('gridcell').first().click();
    await button('Follow this prompt').click();
    const followed = page.locator('section', { has: page.locator('#follow-title') });
    await followed
      .getByRole('listitem')
      .filter({ hasText: /update 1.*of 8 pass, score/s })
      .waitFor();
    await button('Step update').click();
    await said(/Paused after update 2:.* KL/);
    await followed.getByRole('listitem').first().filter({ hasText: 'update 2' }).waitFor();
    await expectFits(page, 1280);
    await followed.scrollIntoViewIfNeeded();
    await button('Your own tasks …').click();
    await told('2 tasks to train on, 1 task held out.');
    await button('A new run on the page’s').click();
    await page.getByText('Tasks: those of the page').waitFor();
    // The prompt was of the run before.
    await followed.waitFor({ state: 'detached' });
    await page.getByText('20 prompts, one response to each').waitFor();
    await button(/^Runs/).click();
    await page
      .getByRole('dialog', { name: 'Runs' })
      .getByText(/3 tasks of one’s own, seed 1/)
      .first()
      .waitFor();
    expect(visitor.errors).toEqual([]);
  },
  6 * MINUTE,
);

test(
  'an address cannot carry tasks, and says so; a phone has room to write them',
  async () => {
    visitor = await visit(`${SMALL}&tasks=3-abc123`, { viewport: { width: 390, height: 844 } });
    await visitor.page
      .getByText(/The address asks for tasks of somebody’s own, which no address can carry/)
      .waitFor();
    await expect.poll(() => new URL(visitor.page.url()).searchParams.has('tasks')).toBe(false);
    await visitor.page.locator('summary', { hasText: 'Recipe' }).click();
    await visitor.page.getByText('Tasks: those of the page').waitFor();
    await button('Your own tasks …').click();
    await button('An example').click();
    await told('1 reference passed.');
    await expectFits(visitor.page, 390);
  },
  2 * MINUTE,
);
