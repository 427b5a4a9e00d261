import type { Phase } from '../protocol/batch.ts';
import {
  filterModes,
  teachers,
  whitenings,
  type FilterConfig,
  type Knobs,
  type RunConfig,
} from '../protocol/config.ts';
import { checkFilter, filterNames, fitFilter, reads, samplingPlan } from './filter.ts';

/** What every knob has. */
interface Common<Value> {
  standard: Value;
  /** As the page names it. */
  label: string;
  /** Its entry in the page's glossary. */
  term: string;
  /** The stage of an update that reads it; changed later, it waits for the next update. */
  readAt: Phase;
  /** Its name in the page's address. */
  address: string;
}
/** A number from `low` to `high`; the page's dial stands on one of `steps`, least first. */
export interface NumberKnob extends Common<number> {
  kind: 'number';
  low: number;
  high: number;
  integer: boolean;
  steps: readonly number[];
}
export interface ChoiceKnob<Value extends string = string> extends Common<Value> {
  kind: 'choice';
  options: readonly Value[];
}
export interface FilterKnob extends Common<FilterConfig> {
  kind: 'filter';
}
type KnobOf<Value> = [Value] extends [number]
  ? NumberKnob
  : [Value] extends [string]
    ? ChoiceKnob<Value>
    : FilterKnob;
type KnobTable = { readonly [Name in keyof Knobs]: KnobOf<Knobs[Name]> };

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
    term: 'temperature',
    readAt: 'prompts',
    address: 'temperature',
  },
  teacher: {
    kind: 'choice',
    standard: 'strong',
    options: teachers,
    label: 'Teacher',
    term: 'teacher',
    readAt: 'prompts',
    address: 'teacher',
  },
  epochs: {
    kind: 'number',
    standard: 2,
    low: 1,
    high: 16,
    integer: true,
    steps: [1, 2, 3, 4, 6, 8],
    label: 'Epochs',
    term: 'epochs',
    readAt: 'prompts',
    address: 'epochs',
  },
  minibatchSize: {
    kind: 'number',
    standard: 64,
    low: 1,
    high: 64,
    integer: true,
    steps: [8, 16, 32, 64],
    label: 'Minibatch size',
    term: 'minibatch',
    readAt: 'prompts',
    address: 'minibatch',
  },
  evalEvery: {
    kind: 'number',
    standard: 5,
    low: 1,
    high: 1000,
    integer: true,
    steps: [1, 2, 5, 10, 20, 50],
    label: 'Updates between evaluations',
    term: 'evaluation',
    readAt: 'prompts',
    address: 'eval-every',
  },
  filter: {
    kind: 'filter',
    standard: { name: 'best-worst', mode: 'select', keep: 2, profile: [1, 0, 0, 0, 0, 0, 0, 1] },
    label: 'Filter',
    term: 'filter',
    readAt: 'filter',
    address: 'filter',
  },
  whitening: {
    kind: 'choice',
    standard: 'kept',
    options: whitenings,
    label: 'Whitening',
    term: 'whitening',
    readAt: 'experience',
    address: 'whitening',
  },
  klCoef: {
    kind: 'number',
    standard: 0.1,
    low: 0,
    high: 10,
    integer: false,
    steps: [0, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1],
    label: 'KL coefficient',
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
    term: 'learning-rate',
    readAt: 'update',
    address: 'lr',
  },
  clipRange: {
    kind: 'number',
    standard: 0.2,
    low: 0.001,
    high: 10,
    integer: false,
    steps: [0.05, 0.1, 0.15, 0.2, 0.3, 0.4],
    label: 'Clip range',
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

/** The knobs as the table sets them. */
export const defaultKnobs = Object.fromEntries(
  knobNames.map((name) => [name, knobTable[name].standard]),
) as unknown as Knobs;

export const defaultConfig: RunConfig = {
  preset: 'tiny',
  seed: 1,
  engine: 'auto',
  knobs: defaultKnobs,
  valueCoef: 0.1,
  valueClipRange: 0.2,
  entropyCoef: 0,
  maxGradNorm: 1,
  adamBeta1: 0.9,
  adamBeta2: 0.98,
  adamEpsilon: 1e-8,
  weightDecay: 0,
};

/** What is wrong with one knob's value, as a sentence that says what is allowed; undefined if nothing. */
export function checkKnob(name: keyof Knobs, value: unknown): string | undefined {
  if (!Object.hasOwn(knobTable, name)) return `No knob is named '${name}'.`;
  const knob = knobTable[name];
  switch (knob.kind) {
    case 'number': {
      const { label, low, high, integer } = knob;
      const isRight = typeof value === 'number' && value >= low && value <= high;
      if (isRight && (!integer || Number.isInteger(value))) return undefined;
      return `${label} is ${String(value)}; it can be ${integer ? 'a whole number' : 'a number'} from ${low} to ${high}.`;
    }
    case 'choice':
      if ((knob.options as readonly unknown[]).includes(value)) return undefined;
      return `${knob.label} is ${String(value)}; it can be ${knob.options.join(', ')}.`;
    case 'filter': {
      const { name: filter, mode, keep, profile } = (value ?? {}) as Partial<FilterConfig>;
      if (!filterNames.includes(String(filter)))
        return `No filter is named '${String(filter)}': there are ${filterNames.join(', ')}.`;
      if (!filterModes.some((known) => known === mode))
        return `Mode is ${String(mode)}; it can be ${filterModes.join(', ')}.`;
      if (typeof keep !== 'number') return 'The number kept per prompt is missing.';
      return Array.isArray(profile) ? undefined : 'The rank profile is missing.';
    }
  }
}

/** What is wrong with knobs that come from elsewhere, as a sentence; undefined if they can be trained with. */
export function checkKnobs(knobs: Knobs): string | undefined {
  for (const name of knobNames) {
    const problem = checkKnob(name, knobs[name]);
    if (problem !== undefined) return problem;
  }
  const { filter, promptsPerUpdate, groupSize } = knobs;
  return checkFilter(filter, samplingPlan(filter, promptsPerUpdate, groupSize).groupSize);
}

/** Knobs that can be trained with, as near as possible: the filter's options follow the group's size. */
export function fitKnobs(knobs: Knobs): Knobs {
  return { ...knobs, filter: fitFilter(knobs.filter, knobs.groupSize) };
}

/** A setting as short as it can be written exactly: 0.1, 1, and 2e−4 below a hundredth. */
export function settingText(value: number): string {
  const text = value !== 0 && Math.abs(value) < 0.01 ? value.toExponential() : String(value);
  return text.replace('-', '\u2212');
}

function filterDifferences(before: FilterConfig, after: FilterConfig): string[] {
  const changes: string[] = [];
  if (before.name !== after.name) changes.push(`${before.name} → ${after.name}`);
  if (before.mode !== after.mode) changes.push(`${before.mode} → ${after.mode}`);
  if (before.keep !== after.keep && reads(after, 'keep')) changes.push(`keep ${before.keep} → ${after.keep}`);
  const isReshaped = before.profile.join() !== after.profile.join();
  if (isReshaped && before.name === after.name && reads(after, 'profile')) changes.push('new rank profile');
  return changes;
}

/** What differs, in words, one entry a knob: "best-worst → none", "learning rate 2e−4 → 1e−4". */
export function differences(before: Knobs, after: Knobs): string[] {
  return knobNames
    .toSorted((a, b) => Number(b === 'filter') - Number(a === 'filter'))
    .flatMap((name) => {
      const { kind, label } = knobTable[name];
      if (kind === 'filter') return filterDifferences(before.filter, after.filter);
      if (before[name] === after[name]) return [];
      const text = (value: unknown) => (typeof value === 'number' ? settingText(value) : String(value));
      // Not of a symbol or an abbreviation that the label may begin with.
      const lower = /^[A-Z][a-z]/.test(label) ? label[0].toLowerCase() + label.slice(1) : label;
      return [`${lower} ${text(before[name])} → ${text(after[name])}`];
    });
}
