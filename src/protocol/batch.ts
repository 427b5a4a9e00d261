import type { FilterConfig, NoiseConfig, Teacher } from './config.ts';

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

/** What an evaluation is measured by: one response to each of E prompts, those of the train split first. Shapes as in `Batch`. */
export interface Evaluation extends Pick<Batch, 'taskIds' | 'tokens' | 'lengths' | 'programs' | 'ended'> {
  /** Rows from this one on are held out. */
  trainCount: number;
  /** (E) share of tests passed; NaN where the judge itself failed. */
  testScores: Float32Array;
  /** (E) the teacher's, the tests' without noise; NaN where they are not known. */
  scores: Float32Array;
  /** (E) nats over the whole response. */
  kl: Float32Array;
}

/** One update's responses, R = P·N of them. Row r = prompt · groupSize + sample. */
export interface Batch {
  update: number;
  promptCount: number;
  /** Responses per prompt, N. */
  groupSize: number;
  /** (P) */
  taskIds: string[];
  /** (R, T) the prompt, the response, its end token where it has one, then end tokens. */
  tokens: Uint32Array;
  /** (R) ids in use: prompt, response and, where there is one, its end token. */
  lengths: Uint32Array;
  /** (R) the whole function, signature included. */
  programs: string[];
  /** (R) whether the response closed with the end token. */
  ended: boolean[];
  /**
   * (R) what was ranked and learned from: a reward model's scores, standardised and clamped to ±5, or with `tests` as the teacher
   * the oracle's, in ±1, or with noise in ±5; −2 without an end token. With `own-score` what its code says, clamped to ±5.
   */
  scores: Float32Array;
  teacher: Teacher;
  /** The code of the teacher `own-score`, where that was it. */
  teacherCode?: string;
  /** As it was set; of a meaning with `tests` as the teacher. */
  noise: NoiseConfig;
  filter: FilterConfig;
  /** (R) what the paper calls w: sums to 1 per prompt; of a filter that looks at the whole batch to P, or to 0 where nothing is kept. */
  weights: Float32Array;
  /** Rows trained on, ascending, repeated when resampled; there may be none. */
  kept: number[];
}
