import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { MOST_SEEDS, type Race } from '../../../src/ui/compare/race.svelte.ts';
import RaceSetupPanel from '../../../src/ui/compare/RaceSetupPanel.svelte';

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
