import { noneName } from '../../ppo/filter.ts';
import { defaultKnobs, fitKnobs } from '../../ppo/knobs.ts';
import type { Knobs, RunConfig } from '../../protocol/config.ts';
import { withCodes, type Codes } from '../address.ts';
import type { StartFacts } from '../runs/start.ts';

/** One of the settings that are compared. */
export interface RaceArm extends RunConfig {
  /** Code that came with a link, and that nobody here has said may run: the knobs are without. */
  held?: Codes;
}

/** What is compared. */
export interface RaceSetup {
  /** Without a meaning of their seeds: every one trains under all. */
  arms: readonly RaceArm[];
  seeds: readonly number[];
  /** Each run's, beyond where it begins. */
  updates: number;
  /** The update of a run at which all begin; without, it is the untrained policy. Its weights are kept apart. */
  start?: StartFacts;
  /** The visitor's own order of the arms, highest pass@1 first, said before anything trains. */
  predicted?: readonly number[];
}

/** The update at which all begin: everything is counted from there. */
export const beginsAt = ({ start }: Pick<RaceSetup, 'start'>): number => start?.branch.update ?? 0;

/** What the run was called then. */
export const startName = ({ branch }: StartFacts): string => `“${branch.name ?? branch.label}”`;

/** Where all begin at a saved update, a setting is its knobs: the rest is that run's. An order of as many arms stays. */
export function fitted({ predicted, ...setup }: RaceSetup): RaceSetup {
  const { start } = setup;
  // Of other arms nothing has been said.
  if (predicted?.length === setup.arms.length) return { ...fitted(setup), predicted };
  if (!start) return setup;
  const arms = setup.arms.map(({ knobs, held }) => ({ ...start.config, knobs, ...(held && { held }) }));
  return { ...setup, arms };
}

/** Of every run, so that curves of two minutes have points. */
export const EVAL_EVERY = 5;
export const MOST_ARMS = 4;
export const MOST_SEEDS = 8;
export const updateChoices: readonly number[] = [10, 20, 40, 60];

const withFilter = (knobs: Knobs, name: string) => fitKnobs({ ...knobs, filter: { ...knobs.filter, name } });

/** As one of those that are compared. */
export function armOf({ evalFrom: _, ...config }: RaceArm, knobs: Knobs): RaceArm {
  return { ...config, knobs: { ...knobs, evalEvery: EVAL_EVERY } };
}

/** What a comparison begins with: these settings without a filter, and with theirs. */
export function setupFrom(config: RunConfig, knobs: Knobs): RaceSetup {
  const own = knobs.filter.name === noneName ? withFilter(knobs, defaultKnobs.filter.name) : knobs;
  return {
    arms: [armOf(config, withFilter(knobs, noneName)), armOf(config, own)],
    seeds: [config.seed, config.seed + 1, config.seed + 2],
    updates: 20,
  };
}

/** With the code that was held, which may now run, or for good without it. */
export function released({ held, ...arm }: RaceArm, mayRun: boolean): RaceArm {
  return mayRun && held ? { ...arm, knobs: withCodes(arm.knobs, held) } : arm;
}
