import type { Compared } from '../../evidence/compare.ts';
import { checkKnobs, defaultConfig, defaultKnobs } from '../../ppo/knobs.ts';
import type { Knobs, RunConfig } from '../../protocol/config.ts';
import { addressOf } from '../address.ts';
import { addresses } from '../route.svelte.ts';

/** The models and the engine that suites run on. */
const suites: Pick<RunConfig, 'preset' | 'engine'> = { preset: 'tiny', engine: 'cpu' };

/**
 * Where Play begins an arm's run of its first seed, with the models and on the engine of its suite, so that it is the same run:
 * undefined where the results do not say how it was set, or the page cannot set it so.
 */
export function liveAddress(
  search: string,
  { arm, runs }: Pick<Compared, 'arm' | 'runs'>,
): string | undefined {
  const [seed] = runs.keys();
  if (arm.knobs === undefined || seed === undefined) return undefined;
  const whole: Knobs = { ...defaultKnobs, ...arm.knobs };
  if (checkKnobs(whole) !== undefined) return undefined;
  const config = { ...defaultConfig, ...suites, seed };
  return addressOf(search, config, whole) + addresses.play;
}
