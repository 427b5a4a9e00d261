import { describe, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { ownName } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Teacher } from '../../../src/protocol/config.ts';
import type { Race } from '../../../src/ui/compare/race.svelte.ts';
import RaceSetupPanel from '../../../src/ui/compare/RaceSetupPanel.svelte';
import { EVAL_EVERY, MOST_SEEDS, type RaceArm } from '../../../src/ui/compare/setup.ts';
import LinkButton from '../../../src/ui/compare/LinkButton.svelte';
import type { Start, StartFacts } from '../../../src/ui/runs/start.ts';
import type { KeptRun } from '../../../src/ui/runs/store.ts';

const play = { knobs: defaultKnobs, config: defaultConfig };
const two = [defaultConfig, defaultConfig];
/** Of two settings, at rest. */
const raceOf = (arms: readonly RaceArm[], seeds: readonly number[] = [1]) => ({
  ...{ phase: 'setup' as const, setup: { arms, seeds, updates: 20 }, labels: ['one', 'two'] },
  change: vi.fn<Race['change']>(),
  beginWith: vi.fn<Race['beginWith']>(),
});
const none = { startsOf: vi.fn(), startAt: vi.fn() };
const facts: StartFacts = {
  runId: 'a',
  branch: { update: 10, name: 'First', label: 'unsure middle, seed 1' },
  config: { ...defaultConfig, preset: 'tiny' },
};

test('as many seeds as there can be are one of the choices, whatever their number', async () => {
  for (let count = 1; count <= MOST_SEEDS; count++) {
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    const screen = await render(RaceSetupPanel, { ...play, race: raceOf(two, seeds) });
    const choices = screen.getByRole('radiogroup', { name: 'Seeds of each' });
    await expect.element(choices.getByRole('radio', { name: String(count), exact: true })).toBeChecked();
    await screen.unmount();
  }
});

test('the settings of a kept run are added, and what stands against it is said', async () => {
  const race = raceOf(two);
  const kept = [
    { id: 'a', label: 'first' },
    { id: 'b', label: 'second', name: 'Named' },
  ] as KeptRun[];
  const settingsOf = vi.fn((run: KeptRun) =>
    run.id === 'a'
      ? Promise.reject(new Error('“first” was deleted in another tab.'))
      : Promise.resolve(defaultConfig),
  );
  const screen = await render(RaceSetupPanel, {
    ...{ ...play, race },
    runs: { ...none, kept, settingsOf },
  });
  const choice = screen.getByRole('combobox', { name: 'Add the settings of a kept run' });
  await choice.selectOptions('first');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('“first” was deleted in another tab.');
  await choice.selectOptions('Named');
  await expect.poll(() => race.change.mock.calls.length).toBe(1);
  const [{ arms: changed }] = race.change.mock.lastCall!;
  expect(changed!.map(({ knobs }) => knobs.evalEvery)).toEqual([
    defaultKnobs.evalEvery,
    defaultKnobs.evalEvery,
    EVAL_EVERY,
  ]);
  await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
});

test('code that came with a link is shown, and is used or left out before anything can begin', async () => {
  const code = 'return group.responses.map(() => 1);';
  const race = raceOf([defaultConfig, { ...defaultConfig, held: { filter: code } }]);
  const screen = await render(RaceSetupPanel, { ...play, race });
  await expect.element(screen.getByLabelText('The filter of two')).toHaveTextContent(code);
  await screen.getByRole('button', { name: 'Leave it out' }).click();
  // The button goes: the focus is where one reads on.
  expect(document.activeElement?.textContent).toBe('What is compared');
  await screen.getByRole('button', { name: 'Use this code' }).click();
  const [left, used] = race.change.mock.calls.map(([{ arms: changed }]) => changed![1]);
  expect(left).toEqual(defaultConfig);
  expect(used.held).toBeUndefined();
  expect(used.knobs.filter).toMatchObject({ name: ownName, code });
});

test('the focus stays near where a button that adds can add no more', async () => {
  const race = raceOf([defaultConfig, defaultConfig, defaultConfig]);
  const screen = await render(RaceSetupPanel, { ...play, race });
  for (const name of ['Add another', 'Add those of Play']) {
    const add = screen.getByRole('button', { name, exact: true });
    await add.click();
    expect(race.change.mock.lastCall![0].arms).toHaveLength(4);
    expect(document.activeElement?.textContent).toBe('What is compared');
  }
  await screen.rerender({ race: raceOf(two) });
  const add = screen.getByRole('button', { name: 'Add another', exact: true });
  await add.click();
  await expect.element(add).toHaveFocus();
});

describe('all settings', () => {
  const kept = [
    { id: 'a', label: 'first', name: 'First', updates: 12 },
    { id: 'b', label: 'second', updates: 3 },
  ] as KeptRun[];
  const runsWith = (startAt: (run: KeptRun, update?: number) => Promise<Start>) => ({
    ...{ kept, settingsOf: vi.fn(), startAt: vi.fn(startAt) },
    startsOf: vi.fn(({ id }: KeptRun) => Promise.resolve(id === 'a' ? [5, 10, 12] : [3])),
  });
  const startAt = ({ id }: KeptRun, update?: number) =>
    Promise.resolve({
      facts: { ...facts, runId: id, branch: { ...facts.branch, update: update ?? 12 } },
    } as Start);

  test('begin with a run as it was at its end, or at another of its updates, or with the untrained policy', async () => {
    const race = raceOf(two);
    const runs = runsWith(startAt);
    const screen = await render(RaceSetupPanel, { ...{ ...play, race }, runs });
    const run = screen.getByRole('combobox', { name: 'All begin with' });
    const update = screen.getByRole('combobox', { name: 'as it was after update' });
    await expect.element(run).toHaveValue('');
    expect(update.elements()).toHaveLength(0);
    await run.selectOptions('First');
    await expect.poll(() => race.beginWith.mock.lastCall?.[0]?.facts.branch.update).toBe(12);

    const begun = { ...race, setup: { ...race.setup, start: facts } };
    await screen.rerender({ ...{ ...play, race: begun }, runs });
    await expect.element(run).toHaveValue('a');
    await expect.element(update).toHaveValue('10');
    expect([...update.element().children].map(({ textContent }) => textContent)).toEqual(['5', '10', '12']);
    await expect.element(screen.getByText('counted from update 10 on', { exact: false })).toBeVisible();
    await expect.element(screen.getByText('beyond 10')).toBeVisible();
    await update.selectOptions('5');
    await expect.poll(() => race.beginWith.mock.lastCall?.[0]?.facts.branch.update).toBe(5);
    await run.selectOptions('the untrained policy');
    await expect.poll(() => race.beginWith.mock.lastCall).toEqual([undefined]);
    // Its settings are taken when that is asked for.
    await screen.getByRole('button', { name: 'Take its settings' }).click();
    expect(race.change.mock.lastCall![0].arms!.map(({ preset }) => preset)).toEqual(['tiny', 'tiny']);
    // The run is gone; what they begin with is not.
    await screen.rerender({ ...{ ...play, race: begun }, runs: { ...runs, kept: [] } });
    await expect.element(run).toHaveTextContent('“First”');
    await expect.element(run).toHaveValue('a');
    await expect.element(update).toBeDisabled();
  });

  test('stay where they began when another beginning is not to be had, and it is said why', async () => {
    const race = raceOf(two);
    const gone = runsWith(() => Promise.reject(new Error('There is no checkpoint of update 5 any more.')));
    const begun = { ...race, setup: { ...race.setup, start: facts } };
    const screen = await render(RaceSetupPanel, { ...{ ...play, race: begun }, runs: gone });
    const update = screen.getByRole('combobox', { name: 'as it was after update' });
    await expect.element(update).toHaveTextContent('51012');
    await update.selectOptions('5');
    const alert = screen.getByRole('alert');
    await expect.element(alert).toHaveTextContent('There is no checkpoint of update 5 any more.');
    await expect.element(update).toHaveValue('10');
    expect(race.beginWith).not.toHaveBeenCalled();
  });

  test('that another run’s models cannot serve are not added, and it is said why', async () => {
    const teacher: Teacher = 'own_0123456789abcdef_small_samples_all_p400_f0.3_l0_g0.15_n600_s1';
    const small = { ...defaultKnobs, teacher };
    const race = raceOf(two);
    const begun = { ...race, setup: { ...race.setup, start: facts } };
    const screen = await render(RaceSetupPanel, { ...play, knobs: small, race: begun });
    for (const name of ['Add those of Play', 'Take the settings of Play']) {
      await screen.getByRole('button', { name, exact: true }).click();
      await expect.element(screen.getByRole('alert')).toHaveTextContent(/made for the models “small”/);
    }
    expect(race.change).not.toHaveBeenCalled();
    const own = raceOf([defaultConfig, { ...defaultConfig, knobs: small }]);
    await screen.rerender({ ...play, race: own, runs: runsWith(startAt) });
    await screen.getByRole('combobox', { name: 'All begin with' }).selectOptions('second');
    await expect.element(screen.getByRole('alert')).toHaveTextContent(/made for the models “small”/);
    expect(own.beginWith).not.toHaveBeenCalled();
  });
});

test('a link to what begins with weights is not to be had, and says so', async () => {
  const setup = { arms: two, seeds: [1], updates: 20 };
  const screen = await render(LinkButton, { setup: { ...setup, start: facts } });
  const copy = screen.getByRole('button', { name: 'Copy a link to it' });
  await expect.element(copy).toHaveAttribute('aria-disabled', 'true');
  await expect
    .element(copy)
    .toHaveAccessibleDescription('A link cannot carry the weights that all begin with.');
  await screen.rerender({ setup });
  await expect.element(copy).toHaveAttribute('aria-disabled', 'false');
  await expect.element(copy).not.toHaveAccessibleDescription();
});

test('an order is predicted before it begins, and told afterwards', async () => {
  const race = raceOf(two);
  const screen = await render(RaceSetupPanel, { ...play, race });
  await screen.getByRole('button', { name: 'Predict the order before you train' }).click();
  expect(race.change).toHaveBeenLastCalledWith({ predicted: [0, 1] });
  await screen.unmount();

  const asked = { ...race, setup: { ...race.setup, predicted: [0, 1] } };
  const predicting = await render(RaceSetupPanel, { ...play, race: asked });
  await predicting.getByRole('button', { name: 'two: one place up' }).click();
  expect(race.change).toHaveBeenLastCalledWith({ predicted: [1, 0] });
  expect(predicting.getByRole('button', { name: 'one: one place up' }).query()).toBeNull();
  await predicting.getByRole('button', { name: 'No prediction' }).click();
  expect(race.change).toHaveBeenLastCalledWith({ predicted: undefined });
  await predicting.unmount();

  const begun = { ...asked, phase: 'running' as const };
  const screenOf = await render(RaceSetupPanel, { ...play, race: begun });
  await expect.element(screenOf.getByText('You predicted: “one”, then “two”.')).toBeVisible();
});
