import { beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import BatchColumn from '../../../src/ui/BatchColumn.svelte';
import type { Verdict } from '../../../src/protocol/verdict.ts';
import { Follow } from '../../../src/ui/follow/follow.svelte.ts';
import { RunHistory } from '../../../src/ui/history.ts';
import { Selection } from '../../../src/ui/response/selection.svelte.ts';
import type { JudgedBatch } from '../../../src/ui/run/run-model.ts';
import type { Run } from '../../../src/ui/run.svelte.ts';
import type { Status } from '../../../src/ui/status.ts';
import { tryFilter } from '../../../src/ui/tried.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import Voice from '../../../src/ui/Voice.svelte';
import { batchOf, truths } from '../batch.ts';
import { listen } from '../heard.ts';
import { numbersOf } from '../tokens/numbers.ts';

const [someTask] = trainTasks;
const history = new RunHistory();
const tokens = vi.fn<Run['tokens']>();
const answers = vi.fn<Run['answers']>();

const judged = (update: number): JudgedBatch => ({ batch: batchOf({}, update), testScores: truths });
const passed: Verdict = { name: 'passed', testScore: 1, tests: [] };
/** The programs of a run that trains, or is in another state. */
let selection: Selection;
const propsOf = (shown: JudgedBatch, kind: Status['kind'] = 'running') => {
  const run = {
    ...{ config: defaultConfig, knobs: defaultKnobs, status: { kind }, shown, history, tokens },
    task: (id: string) => ({ ...someTask, id, statement: `the task ${id}`, promptIds: [7], tests: [] }),
    judge: () => new Promise(() => undefined),
    follow: new Follow({ answers, judge: () => Promise.resolve(passed) }),
    finished: 3,
    knobsAt: () => defaultKnobs,
  };
  const tried = tryFilter(shown, defaultKnobs.filter, false, 1);
  return {
    ...{ run: run as unknown as Run, selection, judged: shown, tried, waiting: false, oneColumn: false },
  };
};

beforeEach(async () => {
  await page.viewport(1200, 1400);
  selection = new Selection();
  tokens.mockReset();
  tokens.mockImplementation(() => Promise.resolve(numbersOf()));
});

const selected = () =>
  [...document.querySelectorAll('[aria-selected=true]')].map((row) => row.getAttribute('aria-rowindex'));

test('matrix and table are of the same batch and mark the same response, which stays open when the batch has gone', async () => {
  const screen = await render(BatchColumn, propsOf(judged(3)));
  await expect.poll(() => document.querySelectorAll('.cell')).toHaveLength(12);
  await screen.getByRole('radio', { name: 'table' }).click({ force: true });
  await expect.element(screen.getByRole('radio', { name: 'table' })).toBeChecked();
  await screen.getByRole('gridcell', { name: 'return 5;' }).click();
  expect(selected()).toEqual(['6']);
  await expect.element(screen.getByRole('heading', { name: 'the task two' })).toBeVisible();
  await screen.getByRole('radio', { name: 'matrix' }).click({ force: true });
  await expect
    .element(screen.getByRole('gridcell', { selected: true }))
    .toHaveAttribute('aria-label', 'rank 1, score +1.00, passes, kept');
  await screen.getByRole('radio', { name: 'table' }).click({ force: true });
  await screen.rerender(propsOf(judged(4)));
  await expect.element(screen.getByRole('grid', { name: 'Responses of update 4' })).toBeVisible();
  expect(selected()).toEqual([]);
  await expect.element(screen.getByText(/update 3, best of 4, kept/)).toBeVisible();
  await screen.getByRole('button', { name: 'Token by token' }).click();
  await expect.element(screen.getByRole('listbox')).toBeVisible();
  const [[{ batch, kept }, row]] = tokens.mock.calls;
  expect([batch.update, row, kept]).toEqual([3, 5, batchOf({}, 3).kept]);
});

test('a prompt is followed: what is answered to it, newest first, for as long as the visitor wants', async () => {
  const program = 'function f(a) {\n  return a.length;\n}\n';
  answers.mockImplementation(() =>
    Promise.resolve({ update: answers.mock.calls.length, programs: [program, program], scores: undefined }),
  );
  const screen = await render(BatchColumn, propsOf(judged(3)));
  await screen.getByRole('gridcell').nth(2).click();
  await screen.getByRole('button', { name: 'Follow this prompt' }).click();
  await expect.element(screen.getByRole('heading', { name: /^The same prompt: the task / })).toBeVisible();
  await expect.element(screen.getByText('2 of 2 pass')).toBeVisible();
  await expect.element(screen.getByText('return a.length;', { exact: true }).last()).toBeVisible();
  expect(answers.mock.calls[0]).toEqual([batchOf({}, 3).taskIds[0], 8]);
  await screen.getByRole('button', { name: 'Stop following' }).click();
  await expect.element(screen.getByText('2 of 2 pass')).not.toBeInTheDocument();
});

test('nobody is there to be asked about a recording, or an update that is past, which is said; nor before a response is chosen', async () => {
  const screen = await render(BatchColumn, propsOf(judged(3)));
  const ask = screen.getByRole('button', { name: 'Token by token' });
  await expect.element(screen.getByText('Press a response above to edit its program.')).toBeVisible();
  expect(ask.elements()).toHaveLength(0);
  await screen.getByRole('gridcell').nth(2).click();
  await expect.element(ask).toBeVisible();
  await screen.rerender(propsOf(judged(3), 'recording'));
  await expect.element(ask).not.toBeInTheDocument();
  await expect.element(screen.getByText(/^This is a recording, which has no numbers/)).toBeVisible();
  await screen.rerender(propsOf(judged(3), 'looking'));
  await expect.element(screen.getByText(/^The policy that is here has learned on since/)).toBeVisible();
  expect(screen.getByText(/nearest that can be asked/).elements()).toHaveLength(0);
  const looking = propsOf(judged(3), 'looking');
  await screen.rerender({
    ...looking,
    run: { ...looking.run, status: { kind: 'looking', branchFrom: 2 } } as Run,
  });
  await expect
    .element(
      screen.getByText(
        /The nearest that can be asked is a branch from update 2, of the updates that it makes\.$/,
      ),
    )
    .toBeVisible();
  await screen.rerender(propsOf(judged(3)));
  await expect.element(ask).toBeVisible();
  expect(screen.getByText(/has learned on since/).elements()).toHaveLength(0);
});

test('the responses of some scores are listed until any score is wanted again', async () => {
  const screen = await render(BatchColumn, propsOf(judged(3)));
  await expect.poll(() => document.querySelectorAll('.cell')).toHaveLength(12);
  (screen.component as BatchColumn).list({ scores: [2, 2.5] });
  await expect.element(screen.getByText('Scores from +2.00 to +2.50.')).toBeVisible();
  const scores = () => [...document.querySelectorAll('td.score')].map((cell) => Number(cell.textContent));
  await expect.poll(() => scores().sort()).toEqual([2, 2, 2.5]);
  await screen.getByRole('button', { name: 'Any score' }).click();
  await expect.element(screen.getByRole('searchbox')).toHaveFocus();
  await expect.poll(scores).toHaveLength(12);
});

test('a bar of the pass rates lists the responses that it was counted from, by keyboard too, until any rank is wanted again', async () => {
  const screen = await render(BatchColumn, propsOf(judged(3)));
  const bar = (rank: number) =>
    screen.getByRole('button', { name: new RegExp(`^List the responses of rank ${rank}, of which`) });
  await expect.element(bar(4)).toBeInTheDocument();
  await render(Voice, { status: { kind: 'starting' } });
  const heard = listen();
  (bar(1).element() as unknown as SVGElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(bar(2)).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('Rank 2 of 4, one response to each prompt.')).toBeVisible();
  const scores = () => [...document.querySelectorAll('td.score')].map((cell) => Number(cell.textContent));
  await expect.poll(scores).toEqual([1, 0, 2.5]);
  // Whoever came by keyboard is among the rows, and goes back to the matrix.
  await expect.element(screen.getByRole('gridcell').first()).toHaveFocus();
  expect(heard).toEqual(['3 responses listed.']);
  await userEvent.keyboard('{ArrowDown}{Escape}');
  await expect.element(screen.getByRole('radio', { name: 'matrix' })).toBeChecked();
  await expect.element(screen.getByRole('heading', { level: 2 }).first()).toHaveFocus();
  await expect.element(bar(2)).toBeInTheDocument();
  await screen.getByRole('radio', { name: 'table' }).click({ force: true });
  await expect.poll(scores).toHaveLength(12);
  await expect.element(screen.getByRole('radio', { name: 'table' })).toHaveFocus();
  (screen.component as BatchColumn).list({ rank: 2 });
  await screen.getByRole('button', { name: 'Any rank' }).click();
  await expect.poll(scores).toHaveLength(12);
});

test('a bin of a chart beside lists its responses by keyboard: that is heard, the table is entered, and Escape leads back', async () => {
  const screen = await render(BatchColumn, propsOf(judged(3)));
  await expect.poll(() => document.querySelectorAll('.cell')).toHaveLength(12);
  await render(Voice, { status: { kind: 'starting' } });
  const beside = document.createElement('button');
  beside.textContent = 'A bin';
  beside.style.cssText = 'position: fixed; inset: 0 auto auto 0; z-index: 9';
  beside.onclick = () => (screen.component as BatchColumn).list({ scores: [2, 2.5] });
  document.body.append(beside);
  const heard = listen();
  const bin = page.getByRole('button', { name: 'A bin' });
  beside.focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('gridcell').first()).toHaveFocus();
  expect(heard).toEqual(['3 responses listed.']);
  await userEvent.keyboard('{Escape}');
  await expect.element(bin).toHaveFocus();
  await expect.element(screen.getByRole('radio', { name: 'matrix' })).toBeChecked();
  beside.blur();
  // By mouse the focus stays, and what is heard is the same.
  await bin.click();
  await expect.element(screen.getByText('Scores from +2.00 to +2.50.')).toBeVisible();
  expect(heard).toEqual(['3 responses listed.', '3 responses listed.']);
  await expect.element(bin).toHaveFocus();
  beside.remove();
});

test('a response that is opened by keyboard is heard, and Escape in its panel leads back to its cell', async () => {
  const tests = ['passed', 'failed', 'passed'].map((verdict) => ({ verdict }) as Verdict['tests'][0]);
  const verdict: Verdict = { name: 'failed', testScore: 2 / 3, tests };
  const props = propsOf(judged(3));
  const run = { ...props.run, judge: () => Promise.resolve(verdict) } as unknown as Run;
  const screen = await render(BatchColumn, { props: { ...props, run } });
  await render(Voice, { status: { kind: 'starting' } });
  await expect.poll(() => document.querySelectorAll('.cell')).toHaveLength(12);
  await expect.element(screen.getByText('2 of 3 tests')).toBeVisible();
  const heard = listen();
  const cells = () => [...document.querySelectorAll<SVGElement>('.cell')];
  cells()[0].focus();
  await userEvent.keyboard('{ArrowRight}{Enter}');
  await expect.poll(() => heard).toEqual(['Opened: rank 2 of 4, 2 of 3 tests.']);
  expect(document.activeElement).toBe(cells()[1]);
  const follow = screen.getByRole('button', { name: 'Follow this prompt' });
  (follow.element() as HTMLElement).focus();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.activeElement).toBe(cells()[1]);
  // A card within closes first.
  const term = screen.getByRole('button', { name: 'advantage', exact: true });
  (term.element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => document.querySelector(':popover-open')).not.toBeNull();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.querySelector(':popover-open')).toBeNull();
  await expect.element(term).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.activeElement).toBe(cells()[1]);
  // From the table the same.
  await screen.getByRole('radio', { name: 'table' }).click({ force: true });
  const cell = screen.getByRole('gridcell', { name: 'return 5;' });
  await cell.click();
  await expect.poll(() => heard).toHaveLength(2);
  (follow.element() as HTMLElement).focus();
  await userEvent.keyboard('{Escape}');
  await expect.element(cell).toHaveFocus();
});
