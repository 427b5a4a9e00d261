import type { FilterConfig, RewardModelName, RewardSource } from './config.ts';

/** The stages of one update, in order, numbered alike in `src/train.ts`; an evaluation follows every few updates. */
export const phases = [
  'prompts',
  'rollouts',
  'score',
  'filter',
  'judge',
  'experience',
  'advantages',
  'update',
  'evaluate',
] as const;
export type Phase = (typeof phases)[number];

/** One update's responses as the page shows them. Row r = prompt · groupSize + sample. */
export interface Batch {
  update: number;
  promptCount: number;
  /** Responses per prompt, N. */
  groupSize: number;
  /** (P) */
  taskIds: string[];
  /** (P·N) the whole function, signature included. */
  programs: string[];
  /** (P·N) whether the response closed with the end token. */
  ended: boolean[];
  /**
   * (P·N) the scores that were ranked and learned from: the reward model's, standardised and clamped to ±5, or with `tests` as their
   * source the oracle's, in ±1; −2 without an end token.
   */
  rmScores: Float32Array;
  rewardSource: RewardSource;
  rewardModel: RewardModelName;
  filter: FilterConfig;
  /** (P·N) what the paper calls w: sums to 1 per prompt. */
  weights: Float32Array;
  /** Rows trained on, repeated when resampled. */
  kept: number[];
}
