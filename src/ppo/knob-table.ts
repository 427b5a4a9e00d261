import type { Phase } from '../protocol/batch.ts';
import {
  estimators,
  OFF,
  teachers,
  whitenings,
  type FilterConfig,
  type Knobs,
  type NoiseConfig,
} from '../protocol/config.ts';
import { noiseNames, standardNoise } from './noise.ts';

/** Headings under which knobs stand together on the page, in order. */
export const knobGroups = [
  { title: 'Learning from' },
  { title: 'Writing' },
  { title: 'Scoring' },
  { title: 'Learning' },
  { title: 'Advantages' },
  { title: 'Credit', isRare: true },
  { title: 'Steps', isRare: true },
  { title: 'Measuring', isRare: true },
] as const satisfies readonly {
  title: string;
  /** Few change it: behind *more*. */
  isRare?: boolean;
}[];

/** What every knob has. */
interface Common<Value> {
  standard: Value;
  /** As the page names it. */
  label: string;
  group: (typeof knobGroups)[number]['title'];
  /** Its entry in the page's glossary. */
  term: string;
  /** The stage of an update that reads it; changed later, it waits for the next update. */
  readAt: Phase;
  /** Its name in the page's address. */
  address: string;
}
/** A number from `low` to `high`; the page's dial stands on one of `steps`, least first. */
export interface NumberKnob extends Common<number> {
  /** It may also be `OFF`. */
  canBeOff?: true;
  kind: 'number';
  low: number;
  high: number;
  integer: boolean;
  steps: readonly number[];
}
export interface ChoiceKnob<Value extends string = string> extends Common<Value> {
  kind: 'choice';
  options: readonly Value[];
  /** Options in plain words, where their names are not. */
  optionLabels?: Readonly<Partial<Record<Value, string>>>;
}
export interface FilterKnob extends Common<FilterConfig> {
  kind: 'filter';
}
export interface NoiseKnob extends Common<NoiseConfig> {
  kind: 'noise';
}
/** JavaScript that a visitor writes; empty where there is none. */
export interface CodeKnob extends Common<string> {
  kind: 'code';
}
type KnobOf<Value> = [Value] extends [number]
  ? NumberKnob
  : [Value] extends [string]
    ? string extends Value
      ? CodeKnob
      : ChoiceKnob<Value>
    : [Value] extends [FilterConfig]
      ? FilterKnob
      : NoiseKnob;
type KnobTable = { readonly [Name in keyof Knobs]: KnobOf<Knobs[Name]> };
export type AnyKnob = NumberKnob | ChoiceKnob | FilterKnob | NoiseKnob | CodeKnob;

/** Every knob there is. Dials, defaults, checks, differences and the address are made from this table. */
export const knobTable = {
  promptsPerUpdate: {
    kind: 'number',
    standard: 32,
    low: 1,
    high: 256,
    integer: true,
    steps: [8, 16, 24, 32, 48, 64],
    label: 'Prompts per update',
    group: 'Writing',
    term: 'prompts',
    readAt: 'prompts',
    address: 'prompts',
  },
  groupSize: {
    kind: 'number',
    standard: 8,
    low: 1,
    high: 64,
    integer: true,
    steps: [2, 3, 4, 5, 6, 7, 8, 12, 16],
    label: 'Responses per prompt',
    group: 'Writing',
    term: 'group-size',
    readAt: 'prompts',
    address: 'n',
  },
  temperature: {
    kind: 'number',
    standard: 1,
    low: 0.05,
    high: 5,
    integer: false,
    steps: [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5],
    label: 'Temperature',
    group: 'Writing',
    term: 'temperature',
    readAt: 'prompts',
    address: 'temperature',
  },
  teacher: {
    kind: 'choice',
    standard: 'some-idioms',
    options: teachers,
    optionLabels: {
      strong: 'strong model',
      weak: 'weak model',
      'some-idioms': 'chain reader',
      'one-round': 'one-round model',
      'flipped-labels': 'mislabelled model',
      'length-biased': 'length-biased model',
      gullible: 'gullible model',
      tests: 'unit tests',
      'own-score': 'own score',
    },
    label: 'Teacher',
    group: 'Scoring',
    term: 'teacher',
    readAt: 'prompts',
    address: 'teacher',
  },
  teacherCode: {
    kind: 'code',
    standard: '',
    label: 'Own score',
    group: 'Scoring',
    term: 'teacher',
    readAt: 'prompts',
    address: 'score-code',
  },
  noise: {
    kind: 'noise',
    standard: standardNoise(noiseNames[0]),
    label: 'Noise',
    group: 'Scoring',
    term: 'noise',
    readAt: 'score',
    address: 'noise',
  },
  epochs: {
    kind: 'number',
    standard: 2,
    low: 1,
    high: 16,
    integer: true,
    steps: [1, 2, 3, 4, 6, 8],
    label: 'Epochs',
    group: 'Steps',
    term: 'epochs',
    readAt: 'prompts',
    address: 'epochs',
  },
  stepsPerUpdate: {
    kind: 'number',
    standard: 4,
    low: 1,
    high: 64,
    integer: true,
    steps: [2, 4, 8, 16],
    label: 'Adam steps per update',
    group: 'Steps',
    term: 'adam-steps',
    readAt: 'prompts',
    address: 'steps',
  },
  evalEvery: {
    kind: 'number',
    standard: 5,
    low: 1,
    high: 1000,
    integer: true,
    steps: [1, 2, 5, 10, 20, 50],
    label: 'Updates between evaluations',
    group: 'Measuring',
    term: 'evaluation',
    readAt: 'prompts',
    address: 'eval-every',
  },
  filter: {
    kind: 'filter',
    standard: { name: 'best-worst', mode: 'select', keep: 2, profile: [1, 0, 0, 0, 0, 0, 0, 1] },
    label: 'Filter',
    group: 'Learning from',
    term: 'filter',
    readAt: 'filter',
    address: 'filter',
  },
  whitening: {
    kind: 'choice',
    standard: 'kept',
    options: whitenings,
    label: 'Whitening',
    group: 'Advantages',
    term: 'whitening',
    readAt: 'experience',
    address: 'whitening',
  },
  advantage: {
    kind: 'choice',
    standard: 'gae',
    options: estimators,
    optionLabels: { gae: 'critic (GAE)', group: 'group (GRPO)', rloo: 'leave one out (RLOO)' },
    label: 'Compared with',
    group: 'Credit',
    term: 'advantage-estimator',
    readAt: 'advantages',
    address: 'advantage',
  },
  klCoef: {
    kind: 'number',
    standard: 0.1,
    low: 0,
    high: 10,
    integer: false,
    steps: [0, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1],
    label: 'KL coefficient',
    group: 'Advantages',
    term: 'kl-coefficient',
    readAt: 'advantages',
    address: 'kl',
  },
  gamma: {
    kind: 'number',
    standard: 1,
    low: 0,
    high: 1,
    integer: false,
    steps: [0.9, 0.95, 0.98, 0.99, 1],
    label: 'Discount γ',
    group: 'Credit',
    term: 'discount',
    readAt: 'advantages',
    address: 'gamma',
  },
  gaeLambda: {
    kind: 'number',
    standard: 0.95,
    low: 0,
    high: 1,
    integer: false,
    steps: [0, 0.5, 0.8, 0.9, 0.95, 0.98, 1],
    label: 'GAE λ',
    group: 'Credit',
    term: 'gae',
    readAt: 'advantages',
    address: 'lambda',
  },
  learningRate: {
    kind: 'number',
    standard: 2e-4,
    low: 0,
    high: 1,
    integer: false,
    steps: [0, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 3e-4, 6e-4, 1e-3],
    label: 'Learning rate',
    group: 'Learning',
    term: 'learning-rate',
    readAt: 'update',
    address: 'lr',
  },
  clipRange: {
    kind: 'number',
    standard: 0.2,
    low: 0.001,
    high: 10,
    canBeOff: true,
    integer: false,
    steps: [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, OFF],
    label: 'Clip range',
    group: 'Learning',
    term: 'clip-range',
    readAt: 'update',
    address: 'clip',
  },
  evalPrompts: {
    kind: 'number',
    standard: 200,
    low: 1,
    high: 1000,
    integer: true,
    steps: [50, 100, 200, 400],
    label: 'Prompts per evaluation',
    group: 'Measuring',
    term: 'evaluation',
    readAt: 'evaluate',
    address: 'eval-prompts',
  },
} as const satisfies KnobTable;

export const knobNames = Object.keys(knobTable) as (keyof Knobs)[];

/** Names of the knobs that a stage reads. */
export type ReadAt<Stage extends Phase> = {
  [Name in keyof Knobs]: (typeof knobTable)[Name]['readAt'] extends Stage ? Name : never;
}[keyof Knobs];
