import { meanOf, ranksOf, scoredRanks, type Filter } from './definition.ts';

/**
 * The k of N whose scores have the largest variance: always some of the top and the rest of the bottom, so that it is enough to try every
 * split. PODS (arXiv 2504.13818); ties go to more from the top.
 */
export const maxVariance: Filter = {
  name: 'max-variance',
  ...scoredRanks((scores, keep) => {
    const splits = ranksOf(keep + 1).map((bottom) =>
      ranksOf(keep).map((place) => (place < keep - bottom ? place : scores.length - keep + place)),
    );
    const variances = splits.map((ranks) => {
      const values = ranks.map((rank) => scores[rank]);
      const mean = meanOf(values);
      return meanOf(values.map((value) => (value - mean) ** 2));
    });
    return splits[variances.indexOf(Math.max(...variances))];
  }),
  says: ({ keep }) => (keep === 1 ? ': the best' : ': those whose scores are furthest apart'),
  isCompared: false,
  isRare: true,
  words: {
    title: 'Max-variance',
    text: 'Keeps the responses whose scores differ most: some from the top, the rest from the bottom, as many of each as make the variance largest.',
    paper: 'Not in the paper; PODS, arXiv 2504.13818.',
  },
};
