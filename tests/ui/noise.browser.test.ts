import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { noiseNames, standardNoise } from '../../src/ppo/noise.ts';
import type { Knobs } from '../../src/protocol/config.ts';
import type { Verdict } from '../../src/protocol/verdict.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import RecipePanel from '../../src/ui/recipe/RecipePanel.svelte';
import { viewBatch } from '../../src/ui/batch-view.ts';
import { responseOf } from '../../src/ui/response/response.ts';
import ResponsePanel from '../../src/ui/response/ResponsePanel.svelte';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';
import { batchOf, truths } from './batch.ts';

const [someTask] = trainTasks;
const onchange = vi.fn<(knobs: Knobs) => void>();
const shown = { judged: { batch: batchOf(), testScores: truths }, seed: 1 };
const withNoise = (name: string): Knobs => ({
  ...defaultKnobs,
  teacher: 'tests',
  noise: standardNoise(name),
});
const recipe = (knobs: Knobs) => render(RecipePanel, { knobs, open: true, shown, onchange });
const focus = (name: string) =>
  (page.getByRole('slider', { name, exact: true }).element() as HTMLElement).focus();

beforeEach(async () => {
  onchange.mockClear();
  await page.viewport(272, 1000);
});

test('noise is offered where the tests teach: chips, then the dials that it reads', async () => {
  const screen = await recipe(defaultKnobs);
  const group = screen.getByRole('radiogroup', { name: 'Noise' });
  await expect.element(screen.getByRole('radiogroup', { name: 'Teacher' })).toBeVisible();
  await expect.element(group).not.toBeInTheDocument();
  await screen.getByRole('radio', { name: 'unit tests' }).click({ force: true });
  expect(onchange).toHaveBeenLastCalledWith(withNoise('none'));

  await screen.rerender({ knobs: withNoise('none'), open: true, shown, onchange });
  expect(group.getByRole('radio').elements()).toHaveLength(noiseNames.length);
  await expect.element(screen.getByText(/the score is the share of tests passed/)).toBeVisible();
  await group.getByRole('radio', { name: 'exploits' }).click({ force: true });
  expect(onchange).toHaveBeenLastCalledWith(withNoise('exploits'));

  const knobs = withNoise('exploits');
  await screen.rerender({ knobs, open: true, shown, onchange });
  await expect.element(screen.getByText(/8 % of the failures score 2/)).toBeVisible();
  await expect.element(screen.getByRole('slider', { name: 'False passes' })).not.toBeInTheDocument();
  focus('Share');
  await userEvent.keyboard('{ArrowRight}');
  expect(onchange).toHaveBeenLastCalledWith({ ...knobs, noise: { ...knobs.noise, share: 0.1 } });
});

describe('a profile', () => {
  const knobs = withNoise('profile');
  const { profile } = knobs.noise;
  const changed = () => onchange.mock.lastCall?.[0].noise.profile;

  test('is bars that go where they are dragged, on a ladder', async () => {
    await recipe(knobs);
    const bars = page.getByRole('slider', { name: /^Scores from/ });
    expect(bars.elements()).toHaveLength(profile.length);
    const bar = page.getByRole('slider', { name: 'Scores from −1.0 to −0.8' }).element();
    const [base, half] = ['.base', '.half'].map(
      (line) => document.querySelector(line)!.getBoundingClientRect().top,
    );
    // 0.62 of the height.
    const at = { bubbles: true, pointerId: 1, clientY: base - 1.24 * (base - half) };
    bar.dispatchEvent(new PointerEvent('pointerdown', at));
    expect(changed()).toEqual(profile.with(0, 0.6));
    bar.dispatchEvent(new PointerEvent('pointermove', { ...at, clientY: base + 50 }));
    expect(changed()).toEqual(profile.with(0, 0));
    bar.dispatchEvent(new PointerEvent('pointerup', at));
    onchange.mockClear();
    bar.dispatchEvent(new PointerEvent('pointermove', at));
    expect(onchange).not.toHaveBeenCalled();
  });

  test('is moved by keyboard, from bar to bar', async () => {
    await recipe(knobs);
    focus('Scores from −1.0 to −0.8');
    await userEvent.keyboard('{ArrowRight}{ArrowUp}');
    expect(changed()).toEqual(profile.with(1, profile[1] + 0.05));
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{End}');
    expect(changed()).toEqual(profile.with(0, 1));
  });

  test('keeps its last bar: one of zeros alone says nothing', async () => {
    const last = { ...knobs, noise: { ...knobs.noise, profile: [0, 0, 0.05] } };
    await recipe(last);
    const bar = page.getByRole('slider', { name: /^Scores from/ }).last();
    (bar.element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}');
    expect(onchange).not.toHaveBeenCalled();
    await userEvent.keyboard('{ArrowUp}');
    expect(changed()).toEqual([0, 0, 0.1]);
  });
});

test('a profile by percentiles is drawn as one by scores, which it begins with where that is drawn', async () => {
  const drawn = [0.1, 0.5, 0.5, 0.9];
  const byScore = { ...withNoise('profile'), noise: { ...standardNoise('profile'), profile: drawn } };
  const screen = await recipe(byScore);
  await screen.getByRole('radio', { name: 'percentiles' }).click({ force: true });
  const knobs = { ...withNoise('percentiles'), noise: { ...standardNoise('percentiles'), profile: drawn } };
  expect(onchange).toHaveBeenLastCalledWith(knobs);
  await screen.rerender({ knobs, open: true, shown, onchange });
  await expect.element(screen.getByText(/^the share that passes along the percentiles/i)).toBeVisible();
  await expect.element(screen.getByText('So would the batch you see be scored.')).toBeVisible();
  focus('Percentiles 25 to 50 of the score');
  await userEvent.keyboard('{ArrowUp}');
  expect(onchange.mock.lastCall?.[0].noise.profile).toEqual([0.1, 0.55, 0.5, 0.9]);
  await screen.getByRole('radio', { name: 'even' }).click({ force: true });
  expect(onchange).toHaveBeenLastCalledWith(withNoise('even'));
});

test('what it would make of the batch is shown on it, and said to be what was where it was', async () => {
  const knobs = withNoise('even');
  const screen = await recipe(knobs);
  await expect.element(screen.getByText('So would the batch you see be scored.')).toBeVisible();
  await expect.element(screen.getByText(/in 1 bin of 11/)).toBeVisible();
  const figure = screen.getByRole('img', { name: /True pass rate by score/ });
  const right = () => figure.element().getBoundingClientRect().right;
  await expect.poll(right).toBeLessThanOrEqual(272); // the width of the recipe's column
  const before = figure.element().querySelector('.passed')!.getAttribute('d');
  const wide = { ...knobs, noise: { ...knobs.noise, spread: 3 } };
  await screen.rerender({ knobs: wide, open: true, shown, onchange });
  await expect.poll(() => figure.element().querySelector('.passed')!.getAttribute('d')).not.toBe(before);
  const batch = { ...batchOf(), teacher: 'tests' as const, noise: wide.noise };
  const own = { judged: { batch, testScores: truths }, seed: 1 };
  await screen.rerender({ knobs: wide, open: true, shown: own, onchange });
  await expect.element(screen.getByText('So the batch you see was scored.')).toBeVisible();
});

test.each([true, false])(
  'an edited program is scored without noise, and that is said: noise %s',
  async (isNoisy) => {
    await page.viewport(900, 700);
    const noise = standardNoise(isNoisy ? 'even' : 'none');
    const batch = { ...batchOf(), teacher: 'tests' as const, noise };
    const tests = [{ args: [[1, 2]], expected: 3 }];
    const verdict: Verdict = {
      name: 'passed',
      testScore: 1,
      tests: [{ verdict: 'passed', got: '3', expected: '3' }],
    };
    const screen = await render(ResponsePanel, {
      response: responseOf({ batch }, viewBatch(batch, undefined, batch.filter, 1), 1),
      task: { ...someTask, tests },
      chosen: true,
      judge: () => Promise.resolve(verdict),
      judgeAndScore: () => Promise.resolve({ verdict, score: 1 }),
    });
    const editor = screen.getByRole('textbox', { name: 'Program' });
    await expect.element(editor, { timeout: 30_000 }).toBeInTheDocument();
    (editor.element() as HTMLElement).focus();
    await userEvent.keyboard('// ');
    const note = screen.getByText(/^Scored again without noise/);
    await expect.element(note).not.toBeInTheDocument();
    await screen.getByRole('button', { name: 'Judge and score again' }).click();
    await expect.element(screen.getByText('→ +1.00')).toBeVisible();
    expect(note.elements()).toHaveLength(isNoisy ? 1 : 0);
  },
);
