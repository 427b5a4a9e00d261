import type { Knobs } from './config.ts';

/** A learner between two Adam steps: flat arenas as `layoutOf` lays them out. */
export interface LearnerState {
  parameters: Float32Array;
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  /** Adam steps taken. */
  steps: number;
}

/** Scores and passes (0 or 1) of the kept responses of recent batches, oldest first. */
export type Recent = readonly { scores: readonly number[]; passed: readonly number[] }[];

/**
 * A run between two updates: all that what follows depends on. Trained on from here, a run does what it would have done had it never
 * stopped, bit for bit on one engine and device.
 */
export interface TrainingState {
  /** The last update that is done; 0 where only the untrained policy's batch is. */
  update: number;
  /** As they were last read. */
  knobs: Knobs;
  learner: LearnerState;
  critic: LearnerState;
  recent: Recent;
}
