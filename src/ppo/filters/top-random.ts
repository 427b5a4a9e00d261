import { top } from './top.ts';
import type { BatchFilter } from './definition.ts';

/** As `top`, and each of the others with a chance of ½ (arXiv 2409.06957). */
export const topRandom: BatchFilter = {
  ...top,
  name: 'top-random',
  chances: (batch) => top.chances(batch).map((chance) => Math.max(chance, 0.5)),
  says: 'what scores above the mean of the batch, and of the rest each with a chance of one half',
  words: {
    title: 'Top-random',
    text: 'Keeps every response that scores above the average of the whole batch, and half of the others at random.',
    paper: 'Tried with a threshold that is not given; here it is the average of the batch.',
    section: 'section 5.6, table 3',
  },
};
