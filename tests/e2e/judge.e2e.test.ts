import { afterEach, expect, test } from 'vitest';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

/** A problem in the form of HumanEvalPack, whose buggy solution fails. */
const problem = JSON.stringify({
  task_id: 'JavaScript/900',
  prompt: '/* The larger of two numbers. */\nconst larger = (a, b) => {\n',
  canonical_solution: '  return a > b ? a : b;\n}\n',
  buggy_solution: '  return a > b ? b : a;\n}\n',
  entry_point: 'larger',
  test: 'const t = () => {\n  console.assert(larger(1, 2) === 2)\n  console.assert(larger(-1, -2) === -1)\n}\nt()\n',
});

test(
  'a visitor has programs of a published set judged while a run trains, and both go on',
  async () => {
    visitor = await visit('?engine=cpu&prompts=4&n=4&eval-prompts=20');
    const { page } = visitor;
    const status = page.locator('.controls p[role=status]');
    await status.filter({ hasText: 'Ready.' }).waitFor({ timeout: 2 * MINUTE });
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('link', { name: 'Judge programs of your own' }).click();
    const view = page.getByRole('main');
    await view.getByRole('heading', { name: 'Judge', exact: true }).waitFor();
    await view
      .getByRole('textbox', { name: 'Programs, a JSON object a line' })
      .fill(`${problem}\n{"task_id": "JavaScript/900", "completion": "  while (true);\\n}"}\n{"id": `);
    await view.getByText('3 programs, 1 problem.').waitFor();
    await view.getByText('pasted, line 3: ').waitFor();
    await page.keyboard.press('Tab');
    await view.getByRole('button', { name: 'Judge', exact: true }).click();
    await view.getByText('1 passed, 1 failed, 1 fuel. 2 labels: 2 confirmed, 0 contradicted.').waitFor();
    await view.getByText('Answers to 1 problem, 1 or more each: pass@1 0.000.').waitFor();
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expectFits(page, width);
    }
    await view.getByRole('button', { name: 'JavaScript/900/buggy' }).click();
    await page
      .getByRole('dialog', { name: 'JavaScript/900/buggy' })
      .getByText('It returns a wrong value.')
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Back to Play' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await page.goBack();
    await view.getByText('2 labels: 2 confirmed').waitFor();
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);
