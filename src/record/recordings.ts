/** Recorded runs that lie beside the page in `recordings/`: made by `npm run record`, listed in an index. */
import { defaultConfig, defaultKnobs, differences, fitKnobs } from '../ppo/knobs.ts';
import { scenarios } from '../ppo/scenarios.ts';
import type { RunConfig } from '../protocol/config.ts';

/** Which run a recording is of. */
export interface Recorded {
  /** A scenario's id. */
  scenario: string;
  /** A filter's name, its options as the default has them. */
  filter: string;
  seed: number;
}

/** What the index says of a recording. */
export interface Recording extends Recorded {
  file: string;
  /** The last that it holds. */
  updates: number;
  /** Of the file, not compressed. */
  bytes: number;
}

/** All else as the default has it, on the engine and the models that give the same bits everywhere. @throws where there is no such scenario */
export function configOf({ scenario, filter, seed }: Recorded): RunConfig {
  const found = scenarios.find(({ id }) => id === scenario);
  if (!found) throw new RangeError(`no scenario is named ${scenario}`);
  const knobs = { ...defaultKnobs, ...found.knobs, filter: { ...defaultKnobs.filter, name: filter } };
  return { ...defaultConfig, engine: 'cpu', preset: 'tiny', seed, knobs: fitKnobs(knobs) };
}

/** Engine and models are left open. Who asks for some wants to see them at work, not a recording. */
export const isAnyEngine = ({ engine, preset }: RunConfig) => engine === 'auto' && preset === 'auto';

/** What was recorded is the run that is asked for, but for engine and models. */
export function isOf(recorded: RunConfig, asked: RunConfig): boolean {
  return recorded.seed === asked.seed && differences(recorded.knobs, asked.knobs).length === 0;
}
