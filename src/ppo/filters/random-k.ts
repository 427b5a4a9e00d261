import { shuffled } from '../random.ts';
import { none } from './none.ts';
import type { Filter } from './definition.ts';

/** The control: fewer responses, whatever their rank. */
export const randomK: Filter = {
  name: 'random-k',
  reads: ['keep'],
  keeps: ({ keep }) => keep,
  weights: (config, groupSize) => none.weights(config, groupSize),
  select: ({ keep }, weights, random) => shuffled(weights.length, random).slice(0, keep),
  says: () => ', drawn at random',
  isCompared: true,
  words: {
    title: 'Random-k',
    text: 'Keeps k responses whatever their rank: the control that shows what learning from fewer responses does by itself.',
    paper: 'Not in the paper.',
  },
};
