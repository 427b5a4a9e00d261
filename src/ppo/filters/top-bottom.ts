import { meanOf, type BatchFilter } from './definition.ts';

/** In deviations of the batch's scores. */
const HALF_WIDTH = 0.5;

/**
 * Keeps what scores above one threshold or below another (arXiv 2409.06957, which gives neither). Here they are half a deviation
 * above and below the mean of the batch's scores. Of normal scores 62 % are kept; of scores that have two values alone, as the tests' nearly do, both sides are, as long as each is more than a fifth of the batch. With a
 * whole deviation the larger side would always be left out.
 */
export const topBottom: BatchFilter = {
  name: 'top-bottom',
  readsScores: true,
  chances({ scores }) {
    const all = Array.from(scores);
    const mean = meanOf(all);
    const deviation = Math.sqrt(meanOf(all.map((score) => (score - mean) ** 2)));
    return all.map((score) => (Math.abs(score - mean) > HALF_WIDTH * deviation ? 1 : 0));
  },
  says: 'what scores more than half a deviation above or below the mean of the batch, however many that is',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Top-bottom',
    text: 'Keeps the responses whose scores are high or low for the whole batch, and leaves out those within half a standard deviation of its average. Like best-worst, but a prompt whose scores are all in the middle is left out whole.',
    paper:
      'Tried with thresholds that are not given; here they are half a standard deviation from the average of the batch.',
    section: 'section 5.6, table 3',
  },
};
