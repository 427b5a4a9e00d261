import type { OwnName } from './own-model.ts';
import type { OwnTask } from './task.ts';

/** `select`: a subset without repetition. `resample`: N draws per prompt with replacement by weight. */
export const filterModes = ['select', 'resample'] as const;
export type FilterMode = (typeof filterModes)[number];

/** Over what advantages are whitened: the kept responses, all of them, scale only (no centring), or not at all. */
export const whitenings = ['kept', 'all', 'scale', 'off'] as const;
export type Whitening = (typeof whitenings)[number];

/** How a token's advantage is estimated: with the critic (GAE), or against the other responses to its prompt (GRPO, RLOO). */
export const estimators = ['gae', 'group', 'rloo'] as const;
export type Estimator = (typeof estimators)[number];

/** The learned ones, those that every preset has first. */
export const rewardModelNames = [
  'strong',
  'weak',
  'some-idioms',
  'one-round',
  'flipped-labels',
  'length-biased',
  'gullible',
] as const;
export type RewardModelName = (typeof rewardModelNames)[number];

/** Teachers that are more than a name, options apart: the reward models that come with the page, and the unit tests themselves. */
export const readyTeachers = [...rewardModelNames, 'tests'] as const;
/** Where scores come from; `own-score` is code that a visitor writes. */
export const teachers = [...readyTeachers, 'own-score'] as const;
export type ShippedTeacher = (typeof teachers)[number];
/** A reward model can also be one that a visitor trained. */
export type Teacher = ShippedTeacher | OwnName;
/** A learned one. */
export type ScoringTeacher = RewardModelName | OwnName;
export const isRewardModel = (teacher: Teacher): teacher is ScoringTeacher =>
  teacher !== 'tests' && teacher !== 'own-score';

/** Engines with kernels of our own. */
export const ownEngines = ['webgpu', 'cpu'] as const;
export type OwnEngine = (typeof ownEngines)[number];
export const engineNames = [...ownEngines, 'tfjs'] as const;
export type EngineName = (typeof engineNames)[number];
export const engineChoices = ['auto', ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];

export interface FilterConfig {
  /** One of the catalogue's, see `ppo/filter.ts`. */
  name: string;
  mode: FilterMode;
  /** Responses kept per prompt in mode `select`, 1 … groupSize; used by the filters that say so. */
  keep: number;
  /** Relative weight of each rank, best first; used by `rank-profile`. Shorter than groupSize means 0 for the rest. */
  profile: number[];
  /** JavaScript, at most `MOST_CODE` characters; used by the filter that runs it. */
  code?: string;
}

/** UTF-16 code units of code that a visitor writes. */
export const MOST_CODE = 4000;

/** How far the scores of the teacher `tests` are from the truth. A noise reads some of the options. */
export interface NoiseConfig {
  /** One of the catalogue's, see `ppo/noise.ts`. */
  name: string;
  /** Share of responses that it strikes, 0 … 1: of all (`unsure`), or of those that fail (`exploits`). */
  share: number;
  /** Size of the random part, in units of the score, 0 … 5: a deviation where it is Gaussian, else a scale. */
  spread: number;
  /** What an exploit scores, −1 … 5. */
  height: number;
  /** ρ₊: share of failures that are said to pass, 0 … 1. */
  falsePass: number;
  /** ρ₋: share of passes that are said to fail, 0 … 1. */
  falseFail: number;
  /** (K) how much a score speaks for having passed, 0 … 1, lowest scores first; used by `profile`. */
  profile: number[];
}

/** What a visitor can change in mid-run. Bounds, words and the stage that reads each: the table in `ppo/knobs.ts`. */
export interface Knobs {
  promptsPerUpdate: number;
  /** Responses per prompt, N. */
  groupSize: number;
  temperature: number;
  teacher: Teacher;
  /** JavaScript, at most `MOST_CODE` characters: the score of the teacher `own-score`; others do not read it. */
  teacherCode: string;
  /** On the scores of the teacher `tests`; others do not read it. */
  noise: NoiseConfig;
  filter: FilterConfig;
  whitening: Whitening;
  advantage: Estimator;
  /** β, nats⁻¹: what a token's log-ratio to the reference costs. */
  klCoef: number;
  gamma: number;
  gaeLambda: number;
  /** Passes over the kept responses per update. */
  epochs: number;
  /** Adam steps an update takes, whatever the filter keeps: minibatches are as large as that asks for. */
  stepsPerUpdate: number;
  learningRate: number;
  /** ε; `OFF` where nothing is clipped. */
  clipRange: number;
  /** Updates between evaluations. */
  evalEvery: number;
  /** Prompts per split in an evaluation. */
  evalPrompts: number;
}

/** A limit that no number reaches, of knobs that can be off: JSON has no infinity. */
export const OFF = 1e30;

/** What stage 7 makes advantages by. */
export type AdvantageKnobs = Pick<Knobs, 'klCoef' | 'gamma' | 'gaeLambda' | 'whitening' | 'advantage'>;

/** What is fixed for the length of a run, and the knobs it begins with. */
export interface RunConfig {
  /** The models' folder, or `auto`: which one it was, the run's `opened` event says. */
  preset: string;
  seed: number;
  engine: EngineChoice;
  knobs: Knobs;
  /** A policy of the visitor's own to begin with, and to be the reference, in place of the preset's. */
  policy?: OwnName;
  /** What it trains on and is measured on, in place of the corpus. */
  tasks?: readonly OwnTask[];
  /** The update from which evaluations are counted, 0 unless the run goes another way from there than before: then it is measured there first. */
  evalFrom?: number;
  /** Of the critic's own Adam. */
  criticLearningRate: number;
  valueClipRange: number;
  entropyCoef: number;
  maxGradNorm: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  weightDecay: number;
}
