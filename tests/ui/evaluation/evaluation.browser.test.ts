import { beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Judge } from '../../../src/judge/host/judge.ts';
import type { Evaluation } from '../../../src/protocol/batch.ts';
import type { Task } from '../../../src/protocol/task.ts';
import { programText } from '../../../src/tasks/program-text.ts';
import { heldOutTasks, taskById, trainTasks } from '../../../src/tasks/tasks.ts';
import EvaluationDialog from '../../../src/ui/evaluation/EvaluationDialog.svelte';
import { csvOf, rowsOf } from '../../../src/ui/evaluation/rows.ts';
import { route } from '../../../src/ui/route.svelte.ts';
import { judgeEdited } from '../../../src/ui/run/edited.ts';
import { languagesOf } from '../said-in.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

/** One train task and three that were held out: one passes, one fails, of one nothing is known. */
const tasks = [trainTasks[0], ...heldOutTasks.slice(0, 3)];
const evaluation: Evaluation = {
  taskIds: tasks.map(({ id }) => id),
  trainCount: 1,
  tokens: new Uint32Array(),
  lengths: new Uint32Array(),
  programs: tasks.map((task) => programText(task, [])),
  ended: [true, true, true, true],
  testScores: Float32Array.of(1, 1, 0.25, NaN),
  scores: Float32Array.of(0.5, 1.5, -1, NaN),
  kl: Float32Array.of(0.25, 0.5, 0.75, 0.5),
};
const judge = new Judge();
const dialog = page.getByRole('dialog');
const lines = () =>
  [...document.querySelectorAll('dialog li')].map((line) => line.textContent.replaceAll(/\s+/g, ' ').trim());

beforeEach(() => page.viewport(1000, 900));

async function open(onclose = vi.fn(), judgeAndScore = vi.fn()) {
  await render(EvaluationDialog, {
    evaluated: { update: 20, evaluation },
    taskOf: taskById,
    judge: (task: Task, program: string) => judgeEdited(judge, task, program),
    judgeAndScore,
    onclose,
  });
  return onclose;
}

test('pass@1 is said with the programs that it is of, split by split', async () => {
  await open();
  await expect.element(dialog.getByRole('heading')).toHaveTextContent('The evaluation after update 20');
  await expect
    .element(dialog.getByRole('status'))
    .toHaveTextContent(/^1 of 2 programs pass every test: pass@1 0\.50 \(95 % ?: 0\.09–0\.91\)/);
  await expect.element(dialog.getByRole('status')).toHaveTextContent('1 program could not be judged.');
  await expect.element(dialog).toHaveTextContent('mean score +0.33, mean KL 0.50 nats a response');
  expect(lines().map((line) => line.split(' ')[0])).toEqual(['passes', 'fails', 'not']);
  expect(languagesOf(new RegExp(`^(${tasks.map(({ statement }) => statement).join('|')})$`))).toEqual(
    Array<string>(3).fill('en'),
  );
  await dialog.getByRole('radio', { name: 'fails' }).click();
  expect(lines()).toHaveLength(1);
  await dialog.getByRole('radio', { name: 'train' }).click();
  await expect.element(dialog).toHaveTextContent('No response to these prompts is like that.');
  await dialog.getByRole('radio', { name: 'all' }).click();
  expect(lines()[0]).toContain(tasks[0].statement);
});

test('a response opens to its whole program and its tests, judged again, by keyboard', async () => {
  const onclose = await open();
  const summary = document.querySelector<HTMLElement>('dialog summary')!;
  summary.focus();
  await userEvent.keyboard('{Enter}');
  await expect
    .element(dialog.getByLabelText('Program', { exact: true }))
    .toHaveTextContent(`function ${tasks[1].entryPoint}`);
  // It returns nothing: its tests say so.
  await expect
    .element(dialog.getByRole('region', { name: 'Unit tests' }).getByLabelText('failed').first())
    .toBeVisible();
  await userEvent.keyboard('{Escape}');
  expect(onclose).toHaveBeenCalledOnce();
});

test('a program is edited, judged and scored again, and put back', async () => {
  const judgeAndScore = vi.fn((task: Task, program: string) =>
    judgeEdited(judge, task, program).then((verdict) => ({ verdict, score: 0.75 })),
  );
  const onclose = await open(undefined, judgeAndScore);
  document.querySelector<HTMLElement>('dialog summary')!.click();
  await dialog.getByRole('button', { name: 'Edit it' }).click();
  const editor = dialog.getByRole('textbox', { name: 'Program' });
  await expect.element(editor, { timeout: 30_000 }).toBeInTheDocument();
  (editor.element() as HTMLElement).focus();
  await userEvent.keyboard('// ');
  // What is being written is not lost to a key that editors have a use for.
  await userEvent.keyboard('{Escape}');
  expect(onclose).not.toHaveBeenCalled();
  await dialog.getByRole('button', { name: 'Judge and score again' }).click();
  await expect
    .element(dialog.getByRole('listitem').getByRole('status'))
    .toHaveTextContent(/^As edited it is not JavaScript .*; score \+0\.75, \+1\.50 as it was\.$/);
  expect(judgeAndScore.mock.calls).toEqual([[tasks[1], `// ${evaluation.programs[1]}`]]);
  await dialog.getByRole('button', { name: 'put back' }).click();
  expect(dialog.getByText(/As edited it/).elements()).toHaveLength(0);
});

test('as a file it has every number with all its digits, and nothing where nothing is known', () => {
  const [head, ...rows] = csvOf(rowsOf(evaluation, tasks), 20)
    .trim()
    .split(/\r\n(?=20,)/);
  expect(head).toBe('update,split,task,prompt,program,verdict,truth,score,kl');
  expect(rows[2]).toMatch(/^20,"held-out",[^]*,"failed",0\.25,-1,0\.75$/);
  expect(rows[3]).toMatch(/,"unknown",,,0\.5$/);
});

test('it goes with the view that it stands over, and the page can be used', async () => {
  const onclose = await open();
  route.view = 'compare';
  await expect.poll(() => onclose.mock.calls).toHaveLength(1);
  expect(document.querySelector('dialog')?.open).toBe(false);
  route.view = 'play';
});
