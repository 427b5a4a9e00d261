import type { Batch, Phase } from './batch.ts';
import type { EngineName, Knobs, RewardModelName, RunConfig } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { Verdict } from './verdict.ts';

declare global {
  /** This world knows no browser; where the name means something, this merges into it and adds nothing. */
  interface MessagePort {}
}

/** Page → policy worker. */
export type Command =
  /**
   * Once, first: load the models, sample and score a batch of the untrained policy, evaluate it, and wait. `baseUrl` is
   * where `models/` lies; `rewardPort` leads to the reward worker, `judgePort` to the page's judge host. To start afresh
   * (reset, new seed, another engine) the page ends both workers and makes new ones.
   */
  | { type: 'open'; config: RunConfig; baseUrl: string; rewardPort: MessagePort; judgePort: MessagePort }
  | { type: 'play' }
  | { type: 'pause' }
  /** Go on to the end of the phase or of the update, then pause. */
  | { type: 'step'; unit: 'phase' | 'update' }
  | { type: 'knobs'; knobs: Knobs }
  /** Score a program that a visitor edited; answered by `scored` with the same id. */
  | { type: 'score'; id: number; rewardModel: RewardModelName; taskId: string; program: string }
  /** Prove this engine's gradients against TensorFlow.js here and now; answered by `checked`. */
  | { type: 'check' };

/** Policy worker → page. */
export type RunEvent =
  | { type: 'loading'; what: string; received: number; total: number }
  /** `why` is a sentence: which engine runs and why. */
  | { type: 'ready'; engine: EngineName; why: string; config: RunConfig; parameterCount: number }
  /** Running or waiting; sent at every change. */
  | { type: 'state'; state: 'running' | 'paused'; update: number }
  /** A stage of the update begins. `minibatch` counts Adam steps within `update`. */
  | { type: 'phase'; update: number; phase: Phase; minibatch?: { index: number; count: number } }
  /** After the filter: everything there is to draw before the truth is known. Update 0 is the untrained policy's. */
  | { type: 'batch'; batch: Batch }
  /** (kept) sum over tokens of the KL to the reference, and the mean advantage, of each row in `batch.kept`. */
  | { type: 'experience'; update: number; kept: number[]; kl: Float32Array; advantages: Float32Array }
  /** An update is done. */
  | { type: 'updated'; update: number; metrics: Metrics }
  /** The truth about a batch, at most two updates late. (P·N) NaN where the judge itself failed. */
  | { type: 'judged'; update: number; testScores: Float32Array; metrics: Metrics }
  | { type: 'evaluated'; update: number; metrics: Metrics }
  | { type: 'scored'; id: number; rmScore?: number; problem?: string }
  /**
   * Every gradient tensor of the PPO loss compared with the autograd of TensorFlow.js on `backend`: `worst` is the largest
   * difference relative to its tensor's largest number, found in `tensor`.
   */
  | { type: 'checked'; backend: string; tensors: number; tensor: string; worst: number }
  | { type: 'checked'; problem: string }
  | { type: 'failed'; stage: string; name: string; message: string; stack: string };

/** Policy worker → judge host (over its port). */
export interface JudgeRequest {
  id: number;
  /** Same length; program r is judged by the tests of task r. */
  taskIds: string[];
  programs: string[];
}
/** Judge host → policy worker. */
export interface JudgeReply {
  id: number;
  verdicts: Pick<Verdict, 'name' | 'testScore'>[];
  /** Why programs could not be judged, where that happened. */
  problem?: string;
}

/** Policy worker → reward worker (over its port). */
export type RewardRequest =
  | { type: 'open'; id: number; preset: string; baseUrl: string; engine: EngineName }
  /** tokens (rows, T): prompt, response, end tokens; lengths (rows): ids in use, end token included. */
  | {
      type: 'score';
      id: number;
      rewardModel: string;
      tokens: Uint32Array;
      lengths: Uint32Array;
      ended: Uint8Array;
    };
/** Reward worker → policy worker. */
export type RewardReply =
  | { type: 'loading'; what: string; received: number; total: number }
  | { type: 'opened'; id: number }
  | { type: 'scored'; id: number; rmScores: Float32Array }
  | { type: 'failed'; id: number; stage: string; name: string; message: string; stack: string };
