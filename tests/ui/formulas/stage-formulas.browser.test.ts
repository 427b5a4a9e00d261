import { beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import Flow from '../../../src/ui/Flow.svelte';
import { RunHistory } from '../../../src/ui/history.ts';
import { lead } from '../../../src/ui/lead.ts';
import RecipePanel from '../../../src/ui/recipe/RecipePanel.svelte';
import { Selection } from '../../../src/ui/response/selection.svelte.ts';
import type { Run } from '../../../src/ui/run.svelte.ts';
import { viewBatch } from '../../../src/ui/batch-view.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import { batchOf, truths } from '../batch.ts';
import { languagesOf } from '../said-in.ts';
import { numbersOf } from '../tokens/numbers.ts';

const ask = vi.fn<Run['tokens']>();
const onlead = vi.fn();
const history = new RunHistory();
let selection: Selection;

beforeEach(async () => {
  await page.viewport(1000, 900);
  ask.mockReset();
  onlead.mockReset();
  ask.mockImplementation(() => Promise.resolve(numbersOf()));
  selection = new Selection();
});

/** The page draws the batch of an update, under its own filter. */
function show(update = 3, filter = {}) {
  const judged = { batch: batchOf(filter, update), testScores: truths };
  selection.follow({ history, tokens: ask }, judged, viewBatch(judged.batch, truths, judged.batch.filter, 1));
  return judged;
}

async function flow(kind: 'paused' | 'recording' | 'looking' = 'paused', knobs = defaultKnobs) {
  const run = {
    ...{ status: { kind }, knobs: defaultKnobs, knobsAt: () => knobs, finished: 3, config: defaultConfig },
    task: (id: string) => ({ ...trainTasks[0], id, statement: `the task ${id}` }),
  } as unknown as Run;
  const batch = batchOf();
  return render(Flow, {
    ...{ phase: undefined, newest: { batch }, judged: { batch }, shown: undefined, finished: 3 },
    knobs: defaultKnobs,
    formulas: { run, selection, onlead },
  });
}
const card = () => document.querySelector<HTMLElement>('.card:popover-open');
const lines = () => [...card()!.querySelectorAll('dd.numbers')].map((line) => line.textContent.trim());

async function open(screen: Awaited<ReturnType<typeof flow>>, name: string) {
  await screen.getByRole('button', { name, exact: true }).click();
  await expect.poll(() => card()?.querySelector('.formulas')).toBeTruthy();
}

test('a stage’s card has the formula with the numbers of the response that is chosen and of its token', async () => {
  show();
  selection.choose({ update: 3, row: 5 });
  show();
  const screen = await flow();
  await open(screen, 'advantages');
  await expect
    .element(screen.getByText(/In update 3, of the response that is open below: best of 4 to/))
    .toBeVisible();
  await expect
    .poll(lines)
    .toEqual([
      '−0.125 · ((−0.916) − (−0.916)) = 0.000',
      '0.000 + 1.000 · 0.250 − 0.500 = −0.250',
      '(−0.250) + 1.000 · 0.250 = 0.000',
      '(0.000 − 0.000) / 0.250 = 0.000',
    ]);
  expect(ask.mock.calls).toEqual([[{ batch: batchOf(), kept: batchOf().kept }, 5]]);
  // The next token, and it is the strip's, too.
  await screen.getByRole('button', { name: 'next' }).click();
  await expect.poll(() => lines()[0]).toBe('−0.125 · ((−0.916) − (−0.223)) = 0.087');
  const { tokens } = selection.opened!;
  expect(tokens.at).toBe(1);
  // Drawn anew it is the same response, asked once; another one is another question.
  show();
  expect(selection.opened!.tokens).toBe(tokens);
  selection.choose({ update: 3, row: 4 });
  show();
  expect(selection.opened!.tokens).not.toBe(tokens);
  await expect
    .element(screen.getByText(/^Log-probabilities are by the policy after update 12/))
    .toBeVisible();
  // λ is 1 in these numbers: PPO's form stands beside it, with the λ struck out.
  await expect.element(screen.getByText(/^λ is 1/)).toBeVisible();
  expect(card()!.querySelector('.departs .gone')?.textContent).toBe('λ');
});

test('by keyboard: Tab comes to the numbers, Enter follows one and closes the card', async () => {
  show();
  const screen = await flow();
  const stage = screen.getByRole('button', { name: 'scored' });
  (stage.element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText(/^Mean and deviation/)).toBeVisible();
  const seen: string[] = [];
  for (let i = 0; i < 6 && seen.at(-1) !== '2.000, the response'; i++) {
    await userEvent.keyboard('{Tab}');
    seen.push(document.activeElement!.getAttribute('aria-label') ?? document.activeElement!.textContent);
  }
  expect(seen).toContain('the task one');
  expect(seen.at(-1)).toBe('2.000, the response');
  await userEvent.keyboard('{Enter}');
  expect(card()).toBeNull();
  expect(onlead).toHaveBeenCalledExactlyOnceWith('response', selection.opened);
  expect(ask).not.toHaveBeenCalled();
});

test('with none chosen it is one that the filter keeps, which is said, and it stays while the run goes on', async () => {
  // Row 1 is the worst of the first prompt, and all that is kept of it.
  show(3, { name: 'worst-k', keep: 1 });
  const screen = await flow();
  await open(screen, 'kept by best-worst');
  await expect
    .element(screen.getByText(/In update 3, of one that is kept, since none is chosen: worst of 4 to/))
    .toBeVisible();
  show(4);
  expect(selection.opened!.update).toBe(4);
  await expect.element(screen.getByText(/^In update 3, of one/)).toBeVisible();
  expect(languagesOf(/^the task one$/)).toEqual(['en']);
  await screen.getByRole('button', { name: 'the task one' }).click();
  expect(onlead.mock.calls[0][0]).toBe('prompt');
  expect(onlead.mock.calls[0][1]).toMatchObject({ update: 3, row: 1 });
});

test.each([
  ['recording', /This is a recording, which has no numbers of single tokens/],
  ['looking', /has learned on since this update/],
] as const)('%s: the formula and its settings, and why there are no numbers', async (kind, why) => {
  show();
  const screen = await flow(kind, { ...defaultKnobs, klCoef: 0, gaeLambda: 0 });
  await open(screen, 'advantages');
  await expect.element(screen.getByText(why)).toBeVisible();
  expect(ask).not.toHaveBeenCalled();
  expect(lines()).toEqual(['β = 0', 'γ = 1', 'λ = 0', '']);
  await expect.element(screen.getByText(/^β is 0.*the KL term is gone/)).toBeVisible();
  await screen.getByRole('button', { name: '0, the setting GAE λ' }).click();
  expect(onlead.mock.calls[0][0]).toEqual({ knob: 'gaeLambda' });
});

test('what went wrong is said, and it can be asked again', async () => {
  ask.mockImplementationOnce(() => Promise.reject(new Error('The run has stopped.')));
  show();
  const screen = await flow();
  await open(screen, 'epochs of PPO');
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('could not be asked: The run has stopped.');
  await screen.getByRole('button', { name: 'Ask again' }).click();
  await expect.poll(() => lines()[0]).toMatch(/^exp\(/);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('before there is a response the card has its words, and the formula comes with one', async () => {
  const screen = await flow();
  await open(screen, 'scored');
  await expect.element(screen.getByText(/stands here as soon as there is a response/)).toBeVisible();
  show();
  await expect.poll(() => lines()).toEqual(['s = 2.000']);
});

test('the card stays whole in a small window when its numbers come', async () => {
  await page.viewport(360, 700);
  let answer!: (numbers: ReturnType<typeof numbersOf>) => void;
  ask.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  show();
  const screen = await flow();
  await open(screen, 'epochs of PPO');
  await expect.element(screen.getByText('Asking the policy for its numbers …')).toBeVisible();
  answer(numbersOf());
  await expect.poll(() => lines()[0]).toMatch(/^exp\(/);
  await expect.poll(() => Math.ceil(card()!.getBoundingClientRect().bottom)).toBeLessThanOrEqual(700);
  const { left, right, top } = card()!.getBoundingClientRect();
  expect(left).toBeGreaterThanOrEqual(0);
  expect(right).toBeLessThanOrEqual(360);
  expect(top).toBeGreaterThanOrEqual(0);
  for (const line of card()!.querySelectorAll('dd'))
    expect(line.scrollWidth).toBeLessThanOrEqual(line.clientWidth);
});

test('a setting is found where it is hidden', async () => {
  const nothing = () => undefined;
  const screen = await render(RecipePanel, { knobs: defaultKnobs, open: false, onchange: nothing });
  await lead({ knob: 'gaeLambda' });
  await expect.element(screen.getByRole('slider', { name: 'GAE λ' })).toHaveFocus();
  await lead({ knob: 'whitening' });
  await expect.element(screen.getByRole('radio', { name: 'kept', exact: true })).toHaveFocus();
});
