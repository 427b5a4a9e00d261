import { keptPerPrompt, samplingPlan } from '../ppo/filter.ts';
import type { Knobs } from '../protocol/config.ts';

/** How an update of verl's is cut into Adam steps. */
export interface Minibatches {
  /** Prompts of an update, and responses to each. */
  prompts: number;
  groupSize: number;
  /** Responses learned from; undefined where it depends on the batch. */
  kept: number | undefined;
  /** `ppo_mini_batch_size`, which verl counts in prompts: a minibatch has `groupSize` times as many rows. */
  size: number;
  rows: number;
  /** Adam steps of an update in verl; undefined where it depends on the batch. */
  steps: number | undefined;
  /** Adam steps of an update in the tab. */
  tabSteps: number;
}

/**
 * The minibatch that makes as many Adam steps as the tab makes, as near as verl allows: its rows are those of whole prompts, also where
 * only some of a prompt's responses are kept.
 */
export function minibatchesOf(knobs: Knobs): Minibatches {
  const { filter, promptsPerUpdate, epochs, stepsPerUpdate } = knobs;
  const { promptCount: prompts, groupSize } = samplingPlan(filter, promptsPerUpdate, knobs.groupSize);
  const ofPrompt = keptPerPrompt(filter, knobs.groupSize);
  const kept = ofPrompt === undefined ? undefined : prompts * Math.min(ofPrompt, groupSize);
  const perEpoch = Math.ceil(stepsPerUpdate / epochs);
  // Rather one that is not full than an Adam step more.
  const size = Math.max(1, Math.ceil((kept ?? prompts * groupSize) / perEpoch / groupSize));
  const rows = size * groupSize;
  const steps = kept === undefined ? undefined : epochs * Math.ceil(kept / rows);
  return {
    prompts,
    groupSize,
    kept,
    size,
    rows,
    steps,
    tabSteps: epochs * Math.min(perEpoch, kept ?? Infinity),
  };
}
