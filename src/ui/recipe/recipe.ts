import { checkFilter } from '../../ppo/filter.ts';
import {
  defaultKnobs,
  rewardModelNames,
  type FilterName,
  type Knobs,
  type Whitening,
} from '../../protocol/config.ts';
import { describeChange } from '../markers.ts';
import type { TermId } from '../glossary.ts';

/** Numbers a visitor can set. */
export type NumberKnob =
  'learningRate' | 'clipRange' | 'klCoef' | 'temperature' | 'promptsPerUpdate' | 'groupSize';

/** A number with the values it can take, least first. */
export interface Ladder {
  label: string;
  term: TermId;
  values: readonly number[];
}

export const ladders: Record<NumberKnob, Ladder> = {
  learningRate: {
    label: 'Learning rate',
    term: 'learning-rate',
    values: [0, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 3e-4, 6e-4, 1e-3],
  },
  klCoef: {
    label: 'KL coefficient',
    term: 'kl-coefficient',
    values: [0, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1],
  },
  clipRange: { label: 'Clip range', term: 'clip-range', values: [0.05, 0.1, 0.15, 0.2, 0.3, 0.4] },
  temperature: {
    label: 'Temperature',
    term: 'temperature',
    values: [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5],
  },
  promptsPerUpdate: { label: 'Prompts per update', term: 'prompts', values: [8, 16, 24, 32, 48, 64] },
  groupSize: { label: 'Responses per prompt', term: 'group-size', values: [2, 3, 4, 5, 6, 7, 8, 12, 16] },
};

export const filterLabels: Record<FilterName, string> = {
  none: 'none',
  single: 'single',
  'best-of-n': 'best-of-n',
  'best-random': 'best-random',
  'best-worst': 'best-worst',
  'random-k': 'random-k',
  'rank-profile': 'rank profile',
};

export const whiteningLabels: Record<Whitening, string> = {
  kept: 'kept',
  all: 'all',
  scale: 'scale',
  off: 'off',
};

/** Where the scores come from: one of the reward models, or the unit tests themselves. */
export const teachers = [...rewardModelNames, 'tests'] as const;
export type Teacher = (typeof teachers)[number];

export const teacherLabels: Record<Teacher, string> = {
  strong: 'strong model',
  weak: 'weak model',
  tests: 'unit tests',
};

export function teacherOf({ rewardSource, rewardModel }: Knobs): Teacher {
  return rewardSource === 'tests' ? 'tests' : rewardModel;
}

export function withTeacher(knobs: Knobs, teacher: Teacher): Knobs {
  return teacher === 'tests'
    ? { ...knobs, rewardSource: 'tests' }
    : { ...knobs, rewardSource: 'reward-model', rewardModel: teacher };
}

/** True where `keep` means something. */
export function usesKeep(name: FilterName, mode: Knobs['filter']['mode']): boolean {
  return (
    mode === 'select' &&
    (['best-random', 'best-worst', 'random-k', 'rank-profile'] as FilterName[]).includes(name)
  );
}

/** What is wrong with a recipe, as a sentence that says what is allowed; undefined if it can be trained with. */
export function checkKnobs(knobs: Knobs): string | undefined {
  return checkFilter(knobs.filter, knobs.groupSize);
}

/**
 * A recipe after a change of N: the number kept is lowered to fit, and a rank profile is cut or filled with zeros before its
 * last rank, so that "best and worst" stays that.
 */
export function fitGroupSize(knobs: Knobs, groupSize: number): Knobs {
  const { profile } = knobs.filter;
  const fitted =
    groupSize >= profile.length
      ? [
          ...profile.slice(0, -1),
          ...new Array<number>(groupSize - profile.length).fill(0),
          ...profile.slice(-1),
        ]
      : [...profile.slice(0, groupSize - 1), ...profile.slice(-1)];
  const usable = fitted.some((weight) => weight > 0) ? fitted : fitted.map(() => 1);
  return {
    ...knobs,
    groupSize,
    filter: { ...knobs.filter, keep: Math.min(knobs.filter.keep, groupSize), profile: usable },
  };
}

/** What differs from the default, in words. */
export function changesFromDefault(knobs: Knobs): string[] {
  return describeChange(defaultKnobs, knobs);
}
