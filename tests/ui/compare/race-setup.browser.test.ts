import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { EVAL_EVERY, MOST_SEEDS, type Race } from '../../../src/ui/compare/race.svelte.ts';
import RaceSetupPanel from '../../../src/ui/compare/RaceSetupPanel.svelte';
import type { KeptRun } from '../../../src/ui/runs/store.ts';

test('as many seeds as there can be are one of the choices, whatever their number', async () => {
  for (let count = 1; count <= MOST_SEEDS; count++) {
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    const arms = [{ knobs: defaultKnobs }, { knobs: defaultKnobs }];
    const known = { phase: 'setup', setup: { arms, seeds, updates: 20 }, labels: ['one', 'two'] };
    const race = known as unknown as Race;
    const screen = await render(RaceSetupPanel, {
      race,
      knobs: defaultKnobs,
      config: defaultConfig,
    });
    const choices = screen.getByRole('radiogroup', { name: 'Seeds of each' });
    await expect.element(choices.getByRole('radio', { name: String(count), exact: true })).toBeChecked();
    await screen.unmount();
  }
});

test('the settings of a kept run are added, and what stands against it is said', async () => {
  const change = vi.fn<Race['change']>();
  const arms = [{ knobs: defaultKnobs }, { knobs: defaultKnobs }];
  const known = { phase: 'setup', setup: { arms, seeds: [1], updates: 20 }, labels: ['one', 'two'], change };
  const kept = [
    { id: 'a', label: 'first' },
    { id: 'b', label: 'second', name: 'Named' },
  ] as KeptRun[];
  const settingsOf = vi.fn((run: KeptRun) =>
    run.id === 'a'
      ? Promise.reject(new Error('“first” was deleted in another tab.'))
      : Promise.resolve(defaultConfig),
  );
  const race = known as unknown as Race;
  const screen = await render(RaceSetupPanel, {
    ...{ race, knobs: defaultKnobs, config: defaultConfig },
    runs: { kept, settingsOf },
  });
  const choice = screen.getByRole('combobox', { name: 'Add the settings of a kept run' });
  await choice.selectOptions('first');
  await expect.element(screen.getByRole('alert')).toHaveTextContent('“first” was deleted in another tab.');
  await choice.selectOptions('Named');
  await expect.poll(() => change.mock.calls.length).toBe(1);
  const [{ arms: changed }] = change.mock.lastCall!;
  expect(changed!.map(({ knobs }) => knobs.evalEvery)).toEqual([
    defaultKnobs.evalEvery,
    defaultKnobs.evalEvery,
    EVAL_EVERY,
  ]);
  await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
});
