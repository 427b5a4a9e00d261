import {
  filterModes,
  OFF,
  type FilterConfig,
  type Knobs,
  type NoiseConfig,
  type RunConfig,
  type Teacher,
} from '../protocol/config.ts';
import {
  checkFilter,
  checkFilterCode,
  filterNames,
  fitFilter,
  reads,
  readsMode,
  runsCode,
  samplingPlan,
} from './filter.ts';
import { knobNames, knobTable, type AnyKnob, type NumberKnob } from './knob-table.ts';
import { isOwnTeacher, ownLabel } from './own-models.ts';
import { presetNames, type PresetName } from './preset-names.ts';
import { checkNoise, fitNoise, noiseOptions, noises, standardNoise } from './noise.ts';
import { checkScoreCode } from './own/own-score.ts';
import { scoreExamples } from './own/score-examples.ts';

export { presetNames };
export { knobGroups, knobNames, knobTable, type AnyKnob, type ReadAt } from './knob-table.ts';

/** The knobs as the table sets them. */
export const defaultKnobs = Object.fromEntries(
  knobNames.map((name) => [name, knobTable[name].standard]),
) as unknown as Knobs;

export const presetChoices = ['auto', ...presetNames] as const;

/** The preset that a choice stands for: `auto` is the smallest, but where a real GPU trains. */
export function presetFor(choice: string, hasGpu: boolean): string {
  if (choice !== 'auto') return choice;
  const name: PresetName = hasGpu ? 'small' : 'tiny';
  return name;
}

export const defaultConfig: RunConfig = {
  preset: 'auto',
  seed: 1,
  engine: 'auto',
  knobs: defaultKnobs,
  criticLearningRate: 1e-3,
  valueClipRange: 0.5,
  entropyCoef: 0,
  maxGradNorm: 1,
  adamBeta1: 0.9,
  adamBeta2: 0.98,
  adamEpsilon: 1e-8,
  weightDecay: 0,
};

/** Programs an update can have: each can be to a training task of its own. */
export const MOST_PROGRAMS = 4096;

/** "a number from 0.001 to 10, or off" */
export const allowedNumbers = ({ integer, low, high, canBeOff }: Omit<NumberKnob, 'standard'>): string =>
  `${integer ? 'a whole number' : 'a number'} from ${low} to ${high}${canBeOff ? ', or off' : ''}`;

/** What is wrong with one knob's value, as a sentence that says what is allowed; undefined if nothing. */
export function checkKnob(name: keyof Knobs, value: unknown): string | undefined {
  if (!Object.hasOwn(knobTable, name)) return `No knob is named '${name}'.`;
  const knob: AnyKnob = knobTable[name];
  switch (knob.kind) {
    case 'number': {
      const { label, low, high, integer, canBeOff } = knob;
      if (canBeOff && value === OFF) return undefined;
      const isRight = typeof value === 'number' && value >= low && value <= high;
      if (isRight && (!integer || Number.isInteger(value))) return undefined;
      return `${label} is ${String(value)}; it can be ${allowedNumbers(knob)}.`;
    }
    case 'choice':
      if ((knob.options as readonly unknown[]).includes(value)) return undefined;
      if (name === 'teacher' && isOwnTeacher(String(value))) return undefined;
      return `${knob.label} is ${String(value)}; it can be ${knob.options.join(', ')}.`;
    case 'filter': {
      const { name: filter, mode, keep, profile, code } = (value ?? {}) as Partial<FilterConfig>;
      if (!filterNames.includes(String(filter)))
        return `No filter is named '${String(filter)}': there are ${filterNames.join(', ')}.`;
      if (!filterModes.some((known) => known === mode))
        return `Mode is ${String(mode)}; it can be ${filterModes.join(', ')}.`;
      if (typeof keep !== 'number') return 'The number kept per prompt is missing.';
      if (!Array.isArray(profile)) return 'The rank profile is missing.';
      return code === undefined ? undefined : checkFilterCode(code);
    }
    case 'code':
      return value === '' ? undefined : checkScoreCode(value);
    case 'noise':
      return checkNoise((value ?? { name: '' }) as NoiseConfig);
  }
}

/** What is wrong with knobs that come from elsewhere, as a sentence; undefined if they can be trained with. */
export function checkKnobs(knobs: Knobs): string | undefined {
  for (const name of knobNames) {
    const problem = checkKnob(name, knobs[name]);
    if (problem !== undefined) return problem;
  }
  const { filter, promptsPerUpdate, groupSize, teacher, teacherCode } = knobs;
  const ofScore = teacher === 'own-score' ? checkScoreCode(teacherCode) : undefined;
  if (ofScore !== undefined) return ofScore;
  const programs = promptsPerUpdate * groupSize;
  if (programs > MOST_PROGRAMS)
    return `An update can have up to ${MOST_PROGRAMS} programs: ${promptsPerUpdate} prompts with ${groupSize} responses are ${programs}.`;
  return checkFilter(filter, samplingPlan(filter, promptsPerUpdate, groupSize).groupSize);
}

/** Knobs that an older page kept: one that it did not have stands at its standard, which is what that page did. */
export const completeKnobs = (knobs: Partial<Knobs>): Knobs => ({ ...defaultKnobs, ...knobs });

/**
 * Knobs that can be trained with, as near as possible: prompts and the filter's options follow the group's size. Code that cannot be run at all
 * becomes the first example's.
 */
export function fitKnobs(knobs: Knobs): Knobs {
  const { promptsPerUpdate, groupSize, filter, teacher, teacherCode } = knobs;
  const isCodeBad = teacher === 'own-score' && checkScoreCode(teacherCode) !== undefined;
  return {
    ...knobs,
    promptsPerUpdate: Math.min(promptsPerUpdate, Math.floor(MOST_PROGRAMS / groupSize)),
    noise: fitNoise(knobs.noise),
    filter: fitFilter(filter, groupSize),
    teacherCode: isCodeBad ? scoreExamples[0].code : teacherCode,
  };
}

/** A setting as short as it can be written exactly: 0.1, 1, and 2e−4 below a hundredth; `OFF` as off. */
export function settingText(value: number): string {
  if (value === OFF) return 'off';
  const text = value !== 0 && Math.abs(value) < 0.01 ? value.toExponential() : String(value);
  return text.replace('-', '\u2212');
}

/** A choice as it is written; a model of one's own, whose name is long, in short. */
export const nameText = (choice: string): string => (isOwnTeacher(choice) ? ownLabel(choice) : choice);

/** A teacher in plain words: "chain reader", "own model 3fa9". */
export const teacherLabel = (teacher: Teacher): string =>
  isOwnTeacher(teacher) ? ownLabel(teacher) : knobTable.teacher.optionLabels[teacher];

/** One thing that differs. `what` is empty where the values say by themselves what they are of. */
interface Difference {
  what: string;
  before: string;
  after: string;
  /** In place of all three, where they are too long to be read. */
  says?: string;
}

function filterDifferences(before: FilterConfig, after: FilterConfig): Difference[] {
  const options: Difference[] = [{ what: '', before: before.name, after: after.name }];
  if (readsMode(after)) options.push({ what: '', before: before.mode, after: after.mode });
  if (reads(after, 'keep'))
    options.push({ what: 'keep', before: String(before.keep), after: String(after.keep) });
  if (runsCode(before) && runsCode(after))
    options.push({
      what: 'code',
      before: before.code ?? '',
      after: after.code ?? '',
      says: 'other code of its own',
    });
  // A profile has no meaning under another filter.
  if (reads(before, 'profile') && reads(after, 'profile'))
    options.push({
      what: 'profile',
      before: before.profile.join(),
      after: after.profile.join(),
      says: 'new rank profile',
    });
  return options;
}

/** Of what has a meaning: noise where the tests teach. A teacher that is no test has none. */
function noiseDifferences(before: Knobs, after: Knobs): Difference[] {
  if (after.teacher !== 'tests') return [];
  const was = before.teacher === 'tests' ? before.noise : defaultKnobs.noise;
  const is = after.noise;
  const isOther = was.name !== is.name;
  // What another noise begins with is no change of an option.
  const from = isOther ? standardNoise(is.name) : was;
  const reads = noises.find(({ name }) => name === is.name)?.reads ?? [];
  const options = reads.map((option): Difference => {
    const what = `noise ${noiseOptions[option].label.toLowerCase()}`;
    const after = String(is[option]);
    const says = option === 'profile' ? 'new noise profile' : isOther ? `${what} ${after}` : undefined;
    return { what, before: String(from[option]), after, says };
  });
  return [{ what: 'noise', before: was.name, after: is.name }, ...options];
}

/** Of code alone: that it is another teacher is said by the teacher. */
function codeDifferences(before: Knobs, after: Knobs): Difference[] {
  if (before.teacher !== 'own-score' || after.teacher !== 'own-score') return [];
  const [was, is] = [before.teacherCode, after.teacherCode];
  return [{ what: 'code', before: was, after: is, says: 'other code of its own score' }];
}

/** A knob's label in mid-sentence: in small letters, but for a symbol or an abbreviation that it may begin with. */
export function labelWithin(name: keyof Knobs): string {
  const { label } = knobTable[name];
  return /^[A-Z][a-z]/.test(label) ? label[0].toLowerCase() + label.slice(1) : label;
}

/** The filter first, then in the order of the table. */
function compare(before: Knobs, after: Knobs): Difference[] {
  const text = (value: unknown) => (typeof value === 'number' ? settingText(value) : nameText(String(value)));
  const others = knobNames.flatMap((name) => {
    const { kind } = knobTable[name];
    if (kind === 'filter') return [];
    if (kind === 'noise') return noiseDifferences(before, after);
    if (kind === 'code') return codeDifferences(before, after);
    return [{ what: labelWithin(name), before: text(before[name]), after: text(after[name]) }];
  });
  return [...filterDifferences(before.filter, after.filter), ...others].filter(
    (difference) => difference.before !== difference.after,
  );
}

/** What differs, in words, one entry a knob: "best-worst → none", "learning rate 2e−4 → 1e−4". */
export function differences(before: Knobs, after: Knobs): string[] {
  return compare(before, after).map((d) => d.says ?? `${d.what} ${d.before} → ${d.after}`.trimStart());
}

/** How knobs differ from the default, in words, one entry a knob: "none", "learning rate 1e−4". */
export function settings(knobs: Knobs): string[] {
  return compare(defaultKnobs, knobs).map(({ what, after }) => `${what} ${after}`.trimStart());
}
