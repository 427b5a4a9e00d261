import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { ownName } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Race } from '../../../src/ui/compare/race.svelte.ts';
import RaceSetupPanel from '../../../src/ui/compare/RaceSetupPanel.svelte';
import { EVAL_EVERY, MOST_SEEDS, type RaceArm } from '../../../src/ui/compare/setup.ts';
import type { KeptRun } from '../../../src/ui/runs/store.ts';

const play = { knobs: defaultKnobs, config: defaultConfig };
const two = [defaultConfig, defaultConfig];
/** Of two settings, at rest. */
const raceOf = (arms: readonly RaceArm[], seeds: readonly number[] = [1]) => ({
  ...{ phase: 'setup' as const, setup: { arms, seeds, updates: 20 }, labels: ['one', 'two'] },
  change: vi.fn<Race['change']>(),
});

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
    runs: { kept, settingsOf },
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
