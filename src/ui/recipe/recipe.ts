import { knobTable } from '../../ppo/knobs.ts';
import type { Phase } from '../../protocol/batch.ts';
import type { Knobs } from '../../protocol/config.ts';

/** Knobs that stand together in the recipe. */
export interface Group {
  title: string;
  names: readonly (keyof Knobs)[];
  /** The stages that read them. */
  stages: readonly Phase[];
  /** Kept behind *more*. */
  isRare: boolean;
}

const group = (title: string, names: readonly (keyof Knobs)[], isRare = false): Group => ({
  title,
  names,
  stages: [...new Set(names.map((name) => knobTable[name].readAt))],
  isRare,
});

/** Every knob but the filter, which has a panel of its own. */
export const groups: readonly Group[] = [
  group('Writing', ['promptsPerUpdate', 'groupSize', 'temperature']),
  group('Scoring', ['teacher']),
  group('Learning', ['learningRate', 'clipRange']),
  group('Advantages', ['klCoef', 'whitening']),
  group('Credit', ['gamma', 'gaeLambda'], true),
  group('Steps', ['epochs', 'minibatchSize'], true),
  group('Measuring', ['evalEvery', 'evalPrompts'], true),
];

/** Options in plain words, where their names are not. */
export const optionLabels: Readonly<Partial<Record<string, string>>> = {
  strong: 'strong model',
  weak: 'weak model',
  tests: 'unit tests',
};

/** When a change counts that is read at these stages: in words that hold for all of them. */
export function whenRead(stages: readonly Phase[]): string {
  if (stages.every((stage) => stage === 'update')) return 'from the next minibatch';
  if (stages.every((stage) => stage === 'experience' || stage === 'advantages'))
    return 'when next worked out';
  return stages.every((stage) => stage === 'evaluate') ? 'from the next evaluation' : 'from the next update';
}
