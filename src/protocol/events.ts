import type { Batch, Evaluation, Phase } from './batch.ts';
import type { EngineName, Knobs, RunConfig } from './config.ts';
import type { Metrics } from './metrics.ts';

/**
 * What stopped a run, by what helps: `device` the GPU is gone; `worker` a thread ended or fell silent; `numbers` a loss or a
 * gradient is not finite; `filter`, `score` a visitor's own failed; `files` models could not be loaded; `own-model` one that
 * a visitor trained is not here; `judge` programs could not be
 * judged; `error` anything else.
 */
export const failureKinds = [
  'device',
  'worker',
  'numbers',
  'filter',
  'score',
  'files',
  'own-model',
  'judge',
  'error',
] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface Failure {
  kind: FailureKind;
  stage: string;
  name: string;
  /** Sentences for the visitor: what happened, what to do. */
  message: string;
  stack: string;
}

/**
 * All that a run does, said where it happens, and all that is remembered of it. `update` is the one that the event belongs to: a
 * run taken back to update u is its events up to u.
 */
export type RunEvent =
  /** The models are there. `update` is the last that is done: 0 for a new run. `why` is a sentence: which engine runs, and why. */
  | {
      type: 'opened';
      update: number;
      config: RunConfig;
      engine: EngineName;
      why: string;
      /** Which models, where the config leaves it open. */
      preset: string;
      parameterCount: number;
    }
  /** Training goes on, or waits. */
  | { type: 'state'; update: number; state: 'running' | 'paused' }
  /** Knobs that from here on are others than before, sent by the stage that reads them. */
  | { type: 'knobs'; update: number; phase: Phase; knobs: Partial<Knobs> }
  /** A stage of the update begins. `minibatch` counts Adam steps within `update`. */
  | { type: 'phase'; update: number; phase: Phase; minibatch?: { index: number; count: number } }
  /** After the filter: everything there is before the truth is known. Update 0 is the untrained policy's. */
  | { type: 'batch'; update: number; batch: Batch }
  /** (kept) sum over tokens of the KL to the reference, and the mean advantage, of each row in the batch's `kept`. */
  | { type: 'experience'; update: number; kl: Float32Array; advantages: Float32Array }
  /** An update is done. */
  | { type: 'updated'; update: number; metrics: Metrics }
  /** The truth about a batch, at most two updates late, in the order of updates. (R) NaN where the judge itself failed. */
  | { type: 'judged'; update: number; testScores: Float32Array; metrics: Metrics }
  | { type: 'evaluated'; update: number; metrics: Metrics }
  /** What those metrics were measured by; told right after them. */
  | { type: 'evaluation'; update: number; evaluation: Evaluation }
  | ({ type: 'failed'; update: number } & Failure);

/** Of all but programs and what is known of each of them. */
export const isLight = (type: RunEvent['type']): boolean =>
  type !== 'batch' && type !== 'experience' && type !== 'evaluation';
