import type { Batch } from './batch.ts';
import type { EngineName, Knobs, RunConfig, ScoringTeacher, Teacher } from './config.ts';
import type { EngineReport } from './engine-report.ts';
import type { RunEvent } from './events.ts';
import type { TrainingState } from './state.ts';
import type { TokenNumbers } from './tokens.ts';
import type { Verdict } from './verdict.ts';

/** At the end of which update to pause: of this one, or where an evaluation has measured so much; whatever comes first. */
export interface Until {
  update?: number;
  /** Nats per response, or more. */
  kl?: number;
  /** Held-out pass@1, or more. */
  passRate?: number;
}

/** Page → policy worker. */
export type Command =
  /**
   * Once, first: load the models and begin a run (sample and score a batch of the untrained policy, evaluate it, and wait), or go on
   * with one `from` a state. `baseUrl` is where `models/` lies; the ports lead to the reward worker, to the page's judge, and bring
   * the page's questions. To begin another run the page ends both workers and makes new ones.
   */
  | {
      type: 'open';
      config: RunConfig;
      from?: TrainingState;
      baseUrl: string;
      rewardPort: MessagePort;
      judgePort: MessagePort;
      questionPort: MessagePort;
    }
  /** Go on, and pause by itself, where that is to come. */
  | { type: 'play'; until?: Until }
  | { type: 'pause' }
  /** Go on to the end of the phase or of the update, then pause. */
  | { type: 'step'; unit: 'phase' | 'update' }
  | { type: 'knobs'; knobs: Knobs };

/** Files on their way. */
export interface Loading {
  type: 'loading';
  what: string;
  received: number;
  total: number;
}

/** Policy worker → page: what the run does, and what is no part of it. */
export type Notice =
  | RunEvent
  | Loading
  /** Between two updates, once everything up to here has been told. */
  | { type: 'saved'; state: TrainingState };

/** Page → policy worker, over the question port. */
export type Question =
  /** Score a program that a visitor edited. */
  | { type: 'score'; teacher: ScoringTeacher; taskId: string; program: string }
  /**
   * How far would each filter's step on this batch lead where the truth would have it go? `truths` (R) as shares of tests passed;
   * `kept` are the rows that each keeps. Answered between two stages.
   */
  | { type: 'cosines'; batch: Batch; testScores: Float32Array; kept: number[][]; knobs: Knobs }
  /**
   * What are the numbers of every token of response `row`? `kept` are the rows that are learned from, or would be: over them the
   * advantages are whitened, where the update itself has not done so. Answered between two stages.
   */
  | { type: 'tokens'; batch: Batch; row: number; kept: readonly number[]; knobs: Knobs }
  /** How likely does the policy, as it is now, find what it wrote? `temperature` is that of sampling. Answered between two stages. */
  | { type: 'policy-facts'; batch: Batch; temperature: number }
  /** What does the policy answer to a task? `count` answers, which no other draw depends on. Answered where no step of an update is taken yet. */
  | { type: 'answers'; taskId: string; count: number }
  /** What does the engine run, and what does it take? The next runs of its plans are timed. */
  | { type: 'times' }
  /** Are you there? */
  | { type: 'ping' };

/** `problem`, a sentence, says why there is no score. */
export type Scored = { score: number; problem?: undefined } | { score?: undefined; problem: string };
/** A number with its 95 % interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** What the policy wrote after `update` was done. `scores` are there where a reward model teaches. */
export interface Answers {
  update: number;
  programs: string[];
  scores?: Float32Array;
}

/** Cosines: null where one does not exist. */
export type Answer =
  | { type: 'cosines'; cosines: (Interval | null)[] }
  /** (R) each, sums over the tokens of a response. */
  | { type: 'policy-facts'; logprob: Float32Array; kl: Float32Array; entropy: Float32Array }
  | ({ type: 'answers' } & Answers)
  | ({ type: 'scored' } & Scored)
  | ({ type: 'tokens' } & TokenNumbers)
  | ({ type: 'timed' } & EngineReport)
  | { type: 'pong' };

/**
 * A check's thread → page. Every gradient tensor of the PPO loss was compared with the autograd of TensorFlow.js on `backend`: `worst`
 * is the largest difference relative to its tensor's largest number, found in `tensor`.
 */
export type Checked =
  { backend: string; tensors: number; tensor: string; worst: number } | { problem: string };

/** Policy worker → judge. Of one length: program r is judged by the tests of task r. */
export interface JudgeRequest {
  taskIds: string[];
  programs: string[];
  purpose: 'batch' | 'evaluation';
}
export interface JudgeReply {
  /** `passes`: by test. */
  verdicts: (Pick<Verdict, 'name' | 'testScore'> & { passes: boolean[] })[];
  /** Why programs could not be judged, where that happened. */
  problem?: string;
}

/** Policy worker → judge: calls `entryPoint` of a program once for each of `args`, the JSON of an array. */
export interface CallRequest {
  program: string;
  entryPoint: string;
  args: readonly string[];
}
/** What became of one call: `value` with its canonical text, or another kind with words, and the line where it happened. */
export interface Called {
  kind: string;
  text: string;
  line?: number;
}
export interface CallReply {
  outcomes: Called[];
}

/** Policy worker → reward worker. */
export type RewardRequest =
  /** `teacher` is the one that will be asked first. */
  | { type: 'open'; preset: string; baseUrl: string; engine: EngineName; teacher: Teacher }
  /** tokens (rows, T): prompt, response, end tokens; lengths (rows): ids in use, end token included. */
  | {
      type: 'score';
      teacher: ScoringTeacher;
      tokens: Uint32Array;
      lengths: Uint32Array;
      ended: Uint8Array;
    };
/** (rows) scores, or the answer to `open`. */
export type RewardReply = Float32Array | undefined;
