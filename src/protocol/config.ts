/** Names of the filters; what each keeps is defined in `ppo/filter.ts`. */
export const filterNames = [
  'none',
  'single',
  'best-of-n',
  'best-random',
  'best-worst',
  'random-k',
  'rank-profile',
] as const;
export type FilterName = (typeof filterNames)[number];

/** `select`: a subset without repetition. `resample`: N draws per prompt with replacement by weight. */
export const filterModes = ['select', 'resample'] as const;
export type FilterMode = (typeof filterModes)[number];

/** Over what advantages are whitened: the kept responses, all of them, scale only (no centring), or not at all. */
export const whitenings = ['kept', 'all', 'scale', 'off'] as const;
export type Whitening = (typeof whitenings)[number];

export const rewardSources = ['reward-model', 'tests'] as const;
export type RewardSource = (typeof rewardSources)[number];

export const rewardModelNames = ['strong', 'weak'] as const;
export type RewardModelName = (typeof rewardModelNames)[number];

export const engineChoices = ['auto', 'webgpu', 'cpu'] as const;
export type EngineChoice = (typeof engineChoices)[number];
export type EngineName = 'webgpu' | 'cpu';

export interface FilterConfig {
  name: FilterName;
  mode: FilterMode;
  /** Responses kept per prompt in mode `select`, 1 … groupSize; used by best-random, best-worst, random-k, rank-profile. */
  keep: number;
  /** Relative weight of each rank, best first; used by `rank-profile`. Shorter than groupSize means 0 for the rest. */
  profile: number[];
}

/** What a visitor can change in mid-run. */
export interface Knobs {
  /** Read before every minibatch. */
  learningRate: number;
  /** Read before every minibatch. */
  clipRange: number;
  /** β, per token; read when the per-token rewards are made. */
  klCoef: number;
  /** Read when an update begins to sample; one update uses one temperature throughout. */
  temperature: number;
  /** Read when the filter is applied. */
  filter: FilterConfig;
  /** Read when advantages are whitened. */
  whitening: Whitening;
  /** Read when an update begins. */
  promptsPerUpdate: number;
  /** Responses per prompt, N; read when an update begins. */
  groupSize: number;
  /** Read when an update begins to score. */
  rewardSource: RewardSource;
  /** Read when an update begins to score. */
  rewardModel: RewardModelName;
}

/** What is fixed for the length of a run. */
export interface RunConfig {
  preset: string;
  seed: number;
  engine: EngineChoice;
  knobs: Knobs;
  /** Passes over the kept responses per update. */
  epochs: number;
  /** Responses per Adam step; a short last minibatch is padded by masked rows. */
  minibatchSize: number;
  gamma: number;
  gaeLambda: number;
  valueCoef: number;
  valueClipRange: number;
  entropyCoef: number;
  maxGradNorm: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  weightDecay: number;
  /** Updates between evaluations. */
  evalEvery: number;
  /** Prompts per split in an evaluation. */
  evalPrompts: number;
}

export const defaultKnobs: Knobs = {
  learningRate: 2e-4,
  clipRange: 0.2,
  klCoef: 0.1,
  temperature: 1,
  filter: { name: 'best-worst', mode: 'select', keep: 2, profile: [1, 0, 0, 0, 0, 0, 0, 1] },
  whitening: 'kept',
  promptsPerUpdate: 32,
  groupSize: 8,
  rewardSource: 'reward-model',
  rewardModel: 'strong',
};

export const defaultConfig: RunConfig = {
  preset: 'tiny',
  seed: 1,
  engine: 'auto',
  knobs: defaultKnobs,
  epochs: 2,
  minibatchSize: 64,
  gamma: 1,
  gaeLambda: 0.95,
  valueCoef: 0.1,
  valueClipRange: 0.2,
  entropyCoef: 0,
  maxGradNorm: 1,
  adamBeta1: 0.9,
  adamBeta2: 0.98,
  adamEpsilon: 1e-8,
  weightDecay: 0,
  evalEvery: 5,
  evalPrompts: 200,
};
