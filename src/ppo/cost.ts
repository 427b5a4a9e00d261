import { isRewardModel, type Teacher, type Whitening } from '../protocol/config.ts';

/** What an update does with responses. */
export interface Spent {
  drawn: number;
  kept: number;
  epochs: number;
  teacher: Teacher;
  /** The filter asks policy and reference about every response. */
  isAsked?: boolean;
  whitening: Whitening;
}

/**
 * What an update costs, in forward passes over one response; all four networks are of one size, and a backward pass counts as two. A
 * response is written (1) and scored by a reward model (1; tests and code run no network); of those that are kept, or of all where the whitening looks at
 * all, come log-probs under policy and reference, and values (3); those kept are learned from by policy and critic, forward and
 * backward (6 an epoch). A filter that asks what the policy says of responses has policy and reference look at all of them (2).
 */
export function passesOf({ drawn, kept, epochs, teacher, isAsked = false, whitening }: Spent): number {
  const looked = whitening === 'all' ? drawn : kept;
  return drawn * ((isRewardModel(teacher) ? 2 : 1) + (isAsked ? 2 : 0)) + 3 * looked + 6 * epochs * kept;
}
