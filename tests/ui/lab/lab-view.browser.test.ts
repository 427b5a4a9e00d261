import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Judge } from '../../../src/judge/host/judge.ts';
import { serveJudge } from '../../../src/judge/host/port.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import { ownName, standardTeacher } from '../../../src/ppo/own-models.ts';
import type { Knobs } from '../../../src/protocol/config.ts';
import { deleteModel, listModels, loadModelFile } from '../../../src/record/own-models.ts';
import { taskById } from '../../../src/tasks/tasks.ts';
import { Lab } from '../../../src/ui/lab/lab.svelte.ts';
import LabControls from '../../../src/ui/lab/LabControls.svelte';
import ModelList from '../../../src/ui/lab/ModelList.svelte';
import RecipeForm from '../../../src/ui/lab/RecipeForm.svelte';
import { timeLeft } from '../../../src/ui/lab/time-left.ts';
import type { Status } from '../../../src/ui/status.ts';
import { ownModels } from '../../../src/ui/own-models.svelte.ts';
import RecipePanel from '../../../src/ui/recipe/RecipePanel.svelte';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import '../../../src/ui/css/view.css';

const judge = new Judge();
const quick = { ...standardTeacher, preset: 'tiny', prompts: 20, steps: 6, garbled: 0, flipped: 1 };
const nothing = () => undefined;

const sentence = page.getByRole('region', { name: 'Training in the lab' }).getByRole('status');
const rows = () => page.getByRole('region', { name: 'Your models' }).getByRole('listitem').elements();
const button = (name: string) => page.getByRole('button', { name, exact: true });

/** The run in Play, at rest. */
const atRest = (serve = (port: MessagePort) => serveJudge(port, judge, taskById)) => ({
  ...{ serveJudge: serve, status: { kind: 'loading' } as Status, pause: vi.fn(), play: vi.fn() },
});

async function open(lab = new Lab(atRest())) {
  lab.recipe = quick;
  const onuse = vi.fn();
  await render(RecipeForm, { lab });
  await render(LabControls, { lab, trainsInPlay: true, onpauseplay: nothing });
  await render(ModelList, {
    ...{ lab, teacher: 'strong', policy: undefined, missing: undefined },
    ...{ onuse, onretry: nothing, onshipped: nothing },
  });
  return { lab, onuse };
}
async function forget() {
  for (const { name } of await listModels()) await deleteModel(name);
  await ownModels.refresh();
}

beforeEach(async () => {
  await page.viewport(900, 1000);
  await forget();
});
afterEach(() => vi.restoreAllMocks());

describe('the lab', () => {
  test('trains a model to the same bytes twice, held up or not, and its thread is gone then', async () => {
    const ended = vi.spyOn(Worker.prototype, 'terminate');
    const { lab } = await open();
    await button('Train it').click();
    await expect.element(page.getByRole('slider', { name: 'Prompts' })).toBeDisabled();
    await expect.element(page.getByText('The run in Play trains too')).toBeVisible();
    await expect.element(sentence, { timeout: 120_000 }).toHaveTextContent(/^Done: “own model/);
    expect(ended).toHaveBeenCalledTimes(1);
    const [first] = await listModels();
    expect(first.about.recipe).toEqual(quick);
    const bytes = await loadModelFile(first.name);

    await forget();
    await button('Train it').click();
    await button('Pause').click();
    await expect.element(sentence, { timeout: 60_000 }).toHaveTextContent(/^Paused:/);
    const { done } = lab.progress;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(lab.progress.done).toBe(done);
    await button('Go on').click();
    await expect.element(sentence, { timeout: 120_000 }).toHaveTextContent(/^Done: “own model/);
    expect((await listModels()).map(({ name }) => name)).toEqual([first.name]);
    expect(await loadModelFile(first.name)).toEqual(bytes);
    expect(ended).toHaveBeenCalledTimes(2);
  });

  test('stops at once, and keeps nothing of it', async () => {
    const ended = vi.spyOn(Worker.prototype, 'terminate');
    await open();
    await button('Train it').click();
    await button('Stop').click();
    await expect.element(page.getByText('Stopped: nothing is kept of it.')).toBeVisible();
    await expect.element(page.getByRole('slider', { name: 'Prompts' })).toBeEnabled();
    expect(ended).toHaveBeenCalledOnce();
    expect(await listModels()).toEqual([]);
  });

  test('shows a card, and names, uses, exports, deletes, puts back and takes in', async () => {
    const { onuse, lab } = await open();
    await button('Train it').click();
    await expect.element(sentence, { timeout: 120_000 }).toHaveTextContent(/^Done:/);
    const [{ name, bytes }] = await listModels();
    await expect.element(page.getByText('Of its 2 % highest scores pass')).toBeVisible();
    await expect
      .element(page.getByRole('img', { name: /True pass rate by score\. score.*pass;/ }))
      .toBeVisible();
    await page.getByRole('button', { name: /^Score against truth/ }).click();
    await page.getByRole('menuitem', { name: 'Show as a table' }).click();
    await expect
      .element(page.getByRole('dialog', { name: /^Pass rate, by mean score of the tenth/ }))
      .toBeVisible();
    expect(document.querySelectorAll('dialog tbody tr')).toHaveLength(10);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

    await button('Learn from it').click();
    expect(onuse).toHaveBeenCalledWith(name);
    await button('Rename').click();
    await userEvent.keyboard('All turned round{Enter}');
    await expect.element(page.getByRole('listitem', { name: 'All turned round' })).toBeVisible();

    const file = (await loadModelFile(name))!;
    expect(file.length).toBe(bytes);
    await button('Delete').click();
    await expect.poll(rows).toHaveLength(0);
    await expect.element(button('Undo')).toHaveFocus();
    await button('Undo').click();
    await expect.element(page.getByRole('listitem', { name: 'All turned round' })).toBeVisible();
    await button('Delete').click();
    await lab.takeIn([
      new File([file], 'From a friend.safetensors'),
      new File([file.slice(0, -9)], 'cut.safetensors'),
    ]);
    await expect.element(page.getByRole('listitem', { name: 'From a friend' })).toBeVisible();
    await expect
      .element(page.getByRole('alert'))
      .toHaveTextContent(
        /“From a friend” is in the list\. cut\.safetensors was not taken in\. The file is cut off/,
      );
    expect((await listModels()).map((model) => model.name)).toEqual([name]);
  });

  test('has the run in Play wait, which goes on when it is over or stopped', async () => {
    const run = atRest();
    run.status = { kind: 'running' } as Status;
    run.pause.mockImplementation(() => setTimeout(() => (run.status = { kind: 'paused' } as Status), 100));
    const lab = new Lab(run);
    lab.recipe = quick;
    lab.start();
    expect(run.pause).toHaveBeenCalledOnce();
    expect(lab.playWaits).toBe(true);
    // Not before Play has come to rest.
    expect(lab.progress.stage).toBe('models');
    await expect.poll(() => lab.progress.stage, { timeout: 60_000 }).not.toBe('models');
    expect(run.play).not.toHaveBeenCalled();
    lab.stop();
    await expect.poll(() => lab.playWaits).toBe(false);
    expect(run.play).toHaveBeenCalledOnce();
  });

  test('says why a model could not be trained', async () => {
    const noTests = (port: MessagePort) =>
      serveJudge(port, judge, () => {
        throw new Error('no tests here');
      });
    await open(new Lab(atRest(noTests)));
    await button('Train it').click();
    await expect.element(sentence, { timeout: 60_000 }).toHaveTextContent('It could not be trained.');
    await expect.element(page.getByRole('alert')).toHaveTextContent(/no tests here\.$/);
  });

  test('sets recipes by keyboard, and a seed that cannot be stays what it was', async () => {
    const { lab } = await open();
    (page.getByRole('slider', { name: 'Labels flipped' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}');
    expect(lab.recipe).toEqual({ ...quick, flipped: 0 });
    await page.getByRole('radio', { name: 'chains alone' }).click({ force: true });
    const seed = page.getByRole('spinbutton', { name: 'Seed' });
    await seed.fill('7');
    await userEvent.keyboard('{Tab}');
    expect(lab.recipe).toEqual({ ...quick, flipped: 0, reads: 'chains', seed: 7 });
    await seed.fill('-3');
    await userEvent.keyboard('{Tab}');
    expect(lab.recipe.seed).toBe(7);
    await expect.element(seed).toHaveValue(7);
    await page.getByRole('radio', { name: 'the policy before PPO' }).click({ force: true });
    await expect.element(page.getByRole('slider', { name: 'Learning rate' })).toBeVisible();
    await expect.element(page.getByRole('slider', { name: 'Prompts' })).not.toBeInTheDocument();
  });
});

describe('the teacher’s choice', () => {
  const name = ownName(quick, '0123456789abcdef');

  test('says that a model of one’s own is not here, and leads to its recipe', async () => {
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const knobs = { ...defaultKnobs, teacher: name };
    const screen = await render(RecipePanel, { knobs, open: true, preset: 'tiny', onchange });
    await expect.element(screen.getByRole('radio', { name: 'own model 0123' })).toBeChecked();
    await expect.element(screen.getByText(/was trained in another browser/)).toBeVisible();
    await screen.getByRole('button', { name: 'Train it again from its recipe' }).click();
    expect(location.hash).toBe('#/lab');
    const { lab } = await open();
    lab.askFor(ownModels.asked!.kind, ownModels.asked!.name, 'small');
    expect(lab.recipe).toEqual(quick);
    location.hash = '#/';
  });
});

test('time left is what was spent, over what was done, of the rest; nothing is said of too little', () => {
  expect(timeLeft({ done: 0.5, spent: 30 })).toBe('about 30 s left');
  expect(timeLeft({ done: 0.1, spent: 60 })).toBe('about 9 min left');
  expect(timeLeft({ done: 0.9, spent: 3 })).toBe('about 5 s left');
  expect(timeLeft({ done: 0.01, spent: 10 })).toBeUndefined();
  expect(timeLeft({ done: 1, spent: 10 })).toBeUndefined();
});
