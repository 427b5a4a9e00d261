import { createRawSnippet } from 'svelte';
import { describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { filterNames } from '../../src/ppo/filter.ts';
import { defaultKnobs, knobNames, knobTable, settingText, teacherLabel } from '../../src/ppo/knobs.ts';
import { standardNoise } from '../../src/ppo/noise.ts';
import type { Knobs } from '../../src/protocol/config.ts';
import type { Verdict } from '../../src/protocol/verdict.ts';
import { viewBatch } from '../../src/ui/batch-view.ts';
import Boundary from '../../src/ui/figures/Boundary.svelte';
import FilterComparison from '../../src/ui/figures/FilterComparison.svelte';
import Reliability from '../../src/ui/figures/Reliability.svelte';
import { glossary } from '../../src/ui/glossary.ts';
import FilterPanel from '../../src/ui/recipe/FilterPanel.svelte';
import type { RewardCard } from '../../src/protocol/reward-card.ts';
import RecipePanel from '../../src/ui/recipe/RecipePanel.svelte';
import { ifScored } from '../../src/ui/response/if-scored.ts';
import { responseOf } from '../../src/ui/response/response.ts';
import ResponsePanel from '../../src/ui/response/ResponsePanel.svelte';
import ScenarioChoice from '../../src/ui/ScenarioChoice.svelte';
import Term from '../../src/ui/Term.svelte';
import { tryFilter } from '../../src/ui/tried.ts';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';
import { batchOf, truths } from './batch.ts';
import { tableOf } from './chart-table.ts';

const nothing = () => undefined;
/** No filter is being written. */
const closed = { isOpen: false, open: nothing, close: nothing };

describe('the recipe', () => {
  test('shows the defaults as what they are', async () => {
    const screen = await render(RecipePanel, { knobs: defaultKnobs, open: true, onchange: nothing });
    await screen.getByText('More').click();
    for (const name of knobNames) {
      const knob = knobTable[name];
      if (knob.kind === 'number')
        await expect
          .element(screen.getByRole('slider', { name: knob.label }))
          .toHaveAttribute('aria-valuetext', settingText(knob.standard));
    }
    await expect
      .element(screen.getByRole('radio', { name: teacherLabel(defaultKnobs.teacher) }))
      .toBeChecked();
    await expect
      .element(screen.getByRole('radio', { name: defaultKnobs.whitening, exact: true }))
      .toBeChecked();
    await expect.element(screen.getByText('all as the default')).toBeVisible();
  });

  test('offers the reward models that the preset has, and says what the chosen one is worth', async () => {
    const tenths = Array.from({ length: 10 }, () => 0.5);
    const card: RewardCard = {
      heldOut: 0.91,
      inTraining: [{ update: 40, accuracy: 0.7 }],
      ...{ varianceWithin: 0.5, calibration: { slope: 1, intercept: 0, error: 0.1 }, topPassRate: 0.8 },
      reliability: { scores: tenths, passRates: tenths, deviations: tenths },
    };
    const models = { [defaultKnobs.teacher]: { card }, weak: {}, gullible: { card } };
    const fetched = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(() => Promise.resolve(Response.json({ policy: {}, rewardModels: models })));
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const screen = await render(RecipePanel, { knobs: defaultKnobs, open: true, preset: 'tiny', onchange });
    await expect.element(screen.getByText(/Orders 91 % of held-out pairs rightly/)).toBeVisible();
    const group = screen.getByRole('radiogroup', { name: knobTable.teacher.label });
    await group.getByText('More reward models').click();
    const { optionLabels } = knobTable.teacher;
    expect(group.getByRole('radio', { name: optionLabels['one-round'] }).elements()).toHaveLength(0);
    await group.getByText(optionLabels.gullible).click();
    expect(onchange).toHaveBeenLastCalledWith({ ...defaultKnobs, teacher: 'gullible' });
    expect((fetched.mock.calls[0][0] as URL).pathname).toMatch(/models\/tiny\/manifest\.json$/);
    fetched.mockRestore();
  });

  test('a slider moves by arrow key along its ladder', async () => {
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const screen = await render(RecipePanel, { knobs: defaultKnobs, open: true, onchange });
    (screen.getByRole('slider', { name: 'Learning rate' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(onchange).toHaveBeenLastCalledWith({ ...defaultKnobs, learningRate: 1e-4 });
  });

  test('says how much differs and leads back', async () => {
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const knobs = { ...defaultKnobs, klCoef: 0.3, whitening: 'off' as const };
    const screen = await render(RecipePanel, { knobs, open: true, onchange });
    await expect.element(screen.getByText('2 changes')).toBeVisible();
    await expect.element(screen.getByText('default kept')).toBeVisible();
    await screen.getByRole('button', { name: 'Back to the default' }).click();
    expect(onchange).toHaveBeenLastCalledWith(defaultKnobs);
  });
});

describe('the scenario', () => {
  test('is what the knobs stand for; another one is chosen once, and brings its teacher and noise', async () => {
    const onchoose = vi.fn();
    const screen = await render(ScenarioChoice, { knobs: defaultKnobs, learned: 0, onchoose });
    await expect.element(screen.getByRole('radio', { name: 'unsure middle' })).toBeChecked();
    await screen.getByRole('radio', { name: 'unsure tests' }).click({ force: true });
    const wanted = { teacher: 'tests', noise: standardNoise('unsure') };
    expect(onchoose.mock.calls).toEqual([[wanted, 'begin']]);
    const own = { ...standardNoise('unsure'), share: 0.5 };
    await screen.rerender({ knobs: { ...defaultKnobs, teacher: 'tests', noise: own } });
    await expect.element(screen.getByRole('radio', { name: 'your own' })).toBeChecked();
  });

  test('of a run that has learned, another one can keep the weights, which is said before', async () => {
    const onchoose = vi.fn();
    const screen = await render(ScenarioChoice, { knobs: defaultKnobs, learned: 0, onchoose });
    const keep = screen.getByRole('checkbox', { name: 'Keep the weights' });
    expect(keep.elements()).toHaveLength(0);
    await screen.rerender({ learned: 3 });
    await expect.element(screen.getByText('another one begins a new run with your filter')).toBeVisible();
    await keep.click();
    await expect
      .element(screen.getByText('another one teaches this run from its next update on'))
      .toBeVisible();
    await screen.getByRole('radio', { name: 'good reward' }).click({ force: true });
    expect(onchoose.mock.lastCall?.[1]).toBe('keep-weights');
    // A run that has learned nothing has no weights to keep.
    await screen.rerender({ learned: 0 });
    await screen.getByRole('radio', { name: 'weak model' }).click({ force: true });
    expect(onchoose.mock.lastCall?.[1]).toBe('begin');
  });
});

describe('noise on the tests', () => {
  test('is offered where the tests teach, with the options that it reads', async () => {
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const screen = await render(RecipePanel, { knobs: defaultKnobs, open: true, onchange });
    await expect.element(screen.getByRole('radiogroup', { name: 'Noise' })).not.toBeInTheDocument();
    const knobs: Knobs = { ...defaultKnobs, teacher: 'tests' };
    await screen.rerender({ knobs, open: true, onchange });
    await screen.getByRole('radio', { name: 'flipped' }).click({ force: true });
    expect(onchange).toHaveBeenLastCalledWith({ ...knobs, noise: standardNoise('flipped') });
    await screen.rerender({ knobs: { ...knobs, noise: standardNoise('flipped') }, open: true, onchange });
    await expect.element(screen.getByRole('slider', { name: 'False passes' })).toBeVisible();
    await expect.element(screen.getByRole('slider', { name: 'Spread' })).not.toBeInTheDocument();
    const profile = standardNoise('profile');
    await screen.rerender({ knobs: { ...knobs, noise: profile }, open: true, onchange });
    (screen.getByRole('slider', { name: /^Scores from −1.0/ }).element() as HTMLElement).focus();
    await userEvent.keyboard('{End}');
    const moved = { ...profile, profile: profile.profile.with(0, 1) };
    expect(onchange).toHaveBeenLastCalledWith({ ...knobs, noise: moved });
  });
});

describe('the filter', () => {
  test('is one radio group of all filters', async () => {
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const screen = await render(FilterPanel, { knobs: defaultKnobs, own: closed, onchange });
    const group = screen.getByRole('radiogroup', { name: 'Filter' });
    await group.getByText('More filters').click();
    expect(group.getByRole('radio').elements()).toHaveLength(filterNames.length);
    const own = { name: defaultKnobs.filter.name, exact: true };
    await expect.element(group.getByRole('radio', own)).toBeChecked();
    await group.getByRole('radio', { name: 'best-of-n' }).click({ force: true });
    expect(onchange).toHaveBeenLastCalledWith({
      ...defaultKnobs,
      filter: { ...defaultKnobs.filter, name: 'best-of-n' },
    });
  });

  test('says in words what it keeps', async () => {
    const screen = await render(FilterPanel, { knobs: defaultKnobs, own: closed, onchange: nothing });
    await expect.element(screen.getByText(/best-worst keeps 2 of 8: the best and the worst/)).toBeVisible();
  });

  test('offers to keep only what can be kept', async () => {
    const onchange = vi.fn<(knobs: Knobs) => void>();
    const filter = { ...defaultKnobs.filter, name: 'random-k', keep: 8 };
    const screen = await render(FilterPanel, { knobs: { ...defaultKnobs, filter }, own: closed, onchange });
    await screen.getByRole('radio', { name: 'rank-profile' }).click({ force: true });
    // Of its ranks two have a weight.
    const fitted = { ...filter, name: 'rank-profile', keep: 2 };
    expect(onchange).toHaveBeenLastCalledWith({ ...defaultKnobs, filter: fitted });
    await screen.rerender({ knobs: { ...defaultKnobs, filter: fitted }, onchange });
    await expect.element(screen.getByRole('slider', { name: 'Kept per prompt' })).toHaveAttribute('max', '1');
  });

  test('says where it depends on the batch how many are kept, and offers no mode that would make no difference', async () => {
    const filter = { ...defaultKnobs.filter, name: 'top' };
    const screen = await render(FilterPanel, {
      knobs: { ...defaultKnobs, filter },
      own: closed,
      onchange: nothing,
    });
    await expect.element(screen.getByText(/top keeps what scores above the mean of the batch/)).toBeVisible();
    await expect.element(screen.getByText('it depends')).toBeVisible();
    await expect.element(screen.getByRole('radio', { name: 'resample' })).toBeDisabled();
  });
});

describe('a figure that cannot be drawn', () => {
  test('says so in its place, and is tried again with the next thing to draw', async () => {
    const isBroken = vi.fn(() => true);
    const figure = createRawSnippet(() => {
      if (isBroken()) throw new Error('no such rank');
      return { render: () => '<p>drawn</p>' };
    });
    const screen = await render(Boundary, { of: 1, children: figure });
    await expect
      .element(screen.getByText('This part of the page could not be drawn: no such rank'))
      .toBeVisible();
    await screen.rerender({ of: 2, children: figure });
    await expect
      .element(screen.getByText('This part of the page could not be drawn: no such rank'))
      .toBeVisible();
    isBroken.mockReturnValue(false);
    await screen.rerender({ of: 3, children: figure });
    await expect.element(screen.getByText('drawn', { exact: true })).toBeVisible();
  });
});

test('a term explains itself where it stands, by keyboard', async () => {
  const screen = await render(Term, { id: 'kl' });
  (screen.getByRole('button', { name: 'KL' }).element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText(glossary.kl.text)).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByRole('note')).not.toBeInTheDocument();
});

describe('figures', () => {
  const judged = tryFilter({ batch: batchOf(), testScores: truths }, batchOf().filter, true, 1);
  test('R² that is undefined says why', async () => {
    const screen = await render(FilterComparison, { rows: judged.comparison });
    await screen.getByRole('radio', { name: 'R²', exact: true }).click({ force: true });
    await expect
      .element(screen.getByRole('listitem', { name: 'best-of-n' }))
      .toHaveTextContent('undefined: every response passes');
  });
  test('gradients are followed when somebody asks, for the batch that is shown', async () => {
    const rows = judged.comparison!;
    const around = (value: number) => ({ value, low: value - 0.2, high: value + 0.1 });
    const onfollow = vi.fn(() =>
      Promise.resolve(rows.map((_, i) => (i === 1 ? null : around(0.5 - i / 10)))),
    );
    const screen = await render(FilterComparison, { rows, onfollow });
    await screen.getByRole('radio', { name: 'cos ∇', exact: true }).click({ force: true });
    const item = (i: number) => screen.getByRole('listitem', { name: rows[i].filter.name, exact: true });
    await expect.element(item(0)).toHaveTextContent('nobody has asked yet');
    expect(onfollow).not.toHaveBeenCalled();
    const button = screen.getByRole('button', { name: 'Follow the gradients of this batch' });
    await button.click();
    expect(onfollow).toHaveBeenCalledExactlyOnceWith(rows);
    await expect.element(item(0)).toHaveTextContent('0.50');
    expect(item(0).element().querySelector('title')!.textContent).toContain('0.50, 0.30 to 0.60');
    await expect.element(item(1)).toHaveTextContent('one of the two is 0');
    expect(button.elements()).toHaveLength(0);
    await screen.rerender({ rows: rows.map((row) => ({ ...row })) });
    await expect.element(item(0)).toHaveTextContent('0.50');
    // Of another batch nothing is known, and what goes wrong is said.
    onfollow.mockRejectedValueOnce(new Error('The run has stopped.'));
    const again = tryFilter({ batch: batchOf(), testScores: truths }, batchOf().filter, true, 1).comparison!;
    await screen.rerender({ rows: again });
    await expect.element(item(0)).toHaveTextContent('nobody has asked yet');
    await button.click();
    await expect.element(screen.getByText('The run has stopped.')).toBeVisible();
  });
  test('what filters are worth is a table too, which stays when the next batch comes', async () => {
    const screen = await render(FilterComparison, { rows: judged.comparison });
    const [head, ...rows] = await tableOf('What each filter is worth');
    expect(head.map((name) => name.replace('Expected gain', 'Γ'))).toEqual([
      ...['filter', 'Γ', 'Γ low', 'Γ high', 'Γ n', 'kept'],
    ]);
    expect(rows.map(([name]) => name)).toEqual(judged.comparison!.map(({ filter }) => filter.name));
    expect(rows.map((cells) => cells.at(-1))).toEqual(judged.comparison!.map(({ kept }) => String(kept)));
    await screen.rerender({ rows: undefined });
    await expect.element(screen.getByRole('table')).toBeVisible();
  });
  test('nothing is drawn before the tests have been run', async () => {
    const screen = await render(Reliability, { data: undefined });
    await expect.element(screen.getByText('Waiting for the unit tests.')).toBeVisible();
    expect(document.querySelectorAll('.bin')).toHaveLength(0);
  });
  test('a bin for every ten responses, with its n', async () => {
    const screen = await render(Reliability, { data: judged.reliability });
    await expect.element(screen.getByText(/in 1 bin of 11/)).toBeVisible();
    const { bestOfN } = judged.reliability!;
    expect(bestOfN).toHaveLength(judged.view.groupSize);
    await expect
      .element(screen.getByText(`Of one response ${bestOfN![0].toFixed(2)} pass`, { exact: false }))
      .toBeVisible();
    expect(document.querySelectorAll('.bin')).toHaveLength(1);
    expect(screen.getByRole('button', { name: /^List the/ }).elements()).toEqual([]);
  });
  test('a bin lists its responses, by pointer and by keyboard', async () => {
    const onscores = vi.fn();
    const screen = await render(Reliability, { data: judged.reliability, onscores });
    const [{ ends, n }] = judged.reliability!.bins;
    const bin = screen.getByRole('button', { name: `List the ${n} responses that score` });
    await bin.click();
    bin.element().focus();
    await userEvent.keyboard('{Enter} ');
    expect(onscores.mock.calls).toEqual([[ends], [ends], [ends]]);
  });
});

describe('a response', () => {
  const test1 = { args: [[1, 2]], expected: 3 };
  const task = {
    id: 'one',
    statement: 'the sum of the items of a',
    promptIds: [],
    signature: 'function f(a) {',
    entryPoint: 'f',
    split: 'train',
    tests: [test1],
  } as const;
  const verdict = (name: 'passed' | 'failed', got: string): Verdict => ({
    name,
    testScore: name === 'passed' ? 1 : 0,
    tests: [{ verdict: name, got, expected: '3' }],
  });

  test('shows its program, its tests one by one, and what came back', async () => {
    await page.viewport(900, 700);
    const screen = await render(ResponsePanel, {
      response: responseOf({ batch: batchOf() }, viewBatch(batchOf(), undefined, batchOf().filter, 1), 1),
      task,
      chosen: false,
      judge: () => Promise.resolve(verdict('failed', '-3')),
      judgeAndScore: () => Promise.reject(new Error('not asked')),
    });
    await expect.element(screen.getByText('0 of 1 tests')).toBeVisible();
    await expect.element(screen.getByRole('listitem')).toHaveTextContent('f([1, 2]) → -3, not 3');
    await expect.element(screen.getByRole('img', { name: 'failed' })).toBeVisible();
    await expect.element(screen.getByText('It returns a wrong value.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Judge and score again' }).elements()).toHaveLength(0);
  });

  test('once chosen it can be edited, judged and scored again', async () => {
    await page.viewport(900, 700);
    const judgeAndScore = vi.fn((_: unknown, program: string) =>
      Promise.resolve({ verdict: verdict('passed', '3'), score: 0.25 + program.length * 0 }),
    );
    const screen = await render(ResponsePanel, {
      response: responseOf({ batch: batchOf() }, viewBatch(batchOf(), undefined, batchOf().filter, 1), 1),
      task,
      chosen: true,
      judge: () => Promise.resolve(verdict('failed', '-3')),
      judgeAndScore,
      ifScored: (by: { score: number; testScore: number }) =>
        ifScored({ batch: batchOf() }, batchOf(), 1, 1, by),
    });
    const again = screen.getByRole('button', { name: 'Judge and score again' });
    await expect.element(again).toBeDisabled();
    const editor = screen.getByRole('textbox', { name: 'Program' });
    await expect.element(editor, { timeout: 30_000 }).toBeInTheDocument();
    (editor.element() as HTMLElement).focus();
    await userEvent.keyboard('// ');
    await expect.element(screen.getByText('edited, not judged yet')).toBeVisible();
    await again.click();
    expect(judgeAndScore.mock.lastCall?.[1]).toBe('// function f(a) {\n  return 1;\n}\n');
    await expect.element(screen.getByText('1 of 1 tests')).toBeVisible();
    await expect.element(screen.getByText('→ +0.25')).toBeVisible();
    const stands = screen.getByText('With this score it would be worst of 4, and kept.');
    await expect.element(stands).toBeVisible();
    await screen.getByText('The words and symbols of a program').click();
    await expect.element(screen.getByText('return let const for of in while if')).toBeVisible();
    await expect.element(screen.getByText(/the other 2 of their 109/)).toBeVisible();
    await screen.getByRole('button', { name: 'put back' }).click();
    await expect.element(screen.getByText('0 of 1 tests')).toBeVisible();
    expect(stands.elements()).toHaveLength(0);
  });
});
