import { meanOf, ranksOf, scoredRanks, type Filter } from './definition.ts';

/** The k whose scores are furthest from the prompt's mean, on either side: CPPO (arXiv 2503.22342); ties go to the better rank. */
export const advantageK: Filter = {
  name: 'advantage-k',
  ...scoredRanks((scores, keep) => {
    const mean = meanOf(scores);
    const size = (rank: number) => Math.abs(scores[rank] - mean);
    return ranksOf(scores.length)
      .sort((a, b) => size(b) - size(a) || a - b)
      .slice(0, keep);
  }),
  says: () => ': those whose scores are furthest from the prompt’s mean',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Advantage-k',
    text: 'Keeps the responses whose scores are furthest from the average of their prompt, be it above or below: those from which the step would be largest.',
    paper: 'Not in the paper; CPPO, arXiv 2503.22342.',
  },
};
