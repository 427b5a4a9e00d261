import type { Noise } from './definition.ts';

/** s = 2t − 1, t = share of tests passed: the one noise that tells half-right from wrong. */
export const none: Noise = {
  name: 'none',
  reads: [],
  score: (testScore) => 2 * testScore - 1,
  says: () => 'the score is the share of tests passed, from −1 to 1',
  words: {
    title: 'No noise',
    text: 'The score is the truth: the share of tests passed, −1 for none and +1 for all. Every other noise begins with yes or no: +1 where all tests pass, else −1.',
  },
};
