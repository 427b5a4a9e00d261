import { meanOf, type BatchFilter } from './definition.ts';

/**
 * Keeps what scores above a threshold (arXiv 2409.06957, which gives none). Here it is the mean of the batch's scores: the paper's
 * threshold too is one for all prompts, unlike a rank, and this one needs no knob, moves with the policy, and always leaves something
 * above it, but where all scores are equal.
 */
export const top: BatchFilter = {
  name: 'top',
  readsScores: true,
  chances({ scores }) {
    const mean = meanOf(Array.from(scores));
    return Array.from(scores, (score) => (score > mean ? 1 : 0));
  },
  says: 'what scores above the mean of the batch, however many that is',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Top',
    text: 'Keeps every response that scores above the average of the whole batch: many of an easy prompt, few or none of a hard one.',
    paper: 'Tried with a threshold that is not given; here it is the average of the batch.',
    section: 'section 5.6, table 3',
  },
};
