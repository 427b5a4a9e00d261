import type { Compared } from '../../evidence/compare.ts';
import { checkKnobs, defaultConfig, defaultKnobs } from '../../ppo/knobs.ts';
import type { Knobs } from '../../protocol/config.ts';
import { addressOf } from '../address.ts';
import { addresses } from '../route.svelte.ts';

/**
 * Where Play begins an arm's run of its first seed, on the models and the engine that suites run on, so that it is the same run:
 * undefined where the results do not say how it was set, or the page cannot set it so.
 */
export function liveAddress(search: string, { arm, runs }: Compared): string | undefined {
  const [seed] = runs.keys();
  if (arm.knobs === undefined || seed === undefined) return undefined;
  const whole: Knobs = { ...defaultKnobs, ...arm.knobs };
  if (checkKnobs(whole) !== undefined) return undefined;
  const config = { ...defaultConfig, seed, preset: 'tiny', engine: 'cpu' as const };
  return addressOf(search, config, whole) + addresses.play;
}
