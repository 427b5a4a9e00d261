import { meanOf, ranksOf, scoredRanks, type Filter } from './definition.ts';

/**
 * The best, and those nearest to two deviations below the prompt's mean in place of the worst: the very worst are often accidents. After arXiv
 * 2502.16825, which builds preference pairs so. The best stays the best where it is also the nearest; ties go to the better rank.
 */
export const mu2Sigma: Filter = {
  name: 'mu-2-sigma',
  ...scoredRanks((scores, keep) => {
    const mean = meanOf(scores);
    const deviation = Math.sqrt(meanOf(scores.map((score) => (score - mean) ** 2)));
    const distance = (rank: number) => Math.abs(scores[rank] - (mean - 2 * deviation));
    const others = ranksOf(scores.length)
      .slice(1)
      .sort((a, b) => distance(a) - distance(b) || a - b);
    return [0, ...others.slice(0, keep - 1)];
  }),
  says: ({ keep }) =>
    keep === 1
      ? ': the best'
      : `: the best and ${keep - 1} nearest to two deviations below the prompt’s mean`,
  isCompared: false,
  isRare: true,
  words: {
    title: 'μ − 2σ',
    text: 'Keeps the best, and in place of the worst what is nearest to two standard deviations below the prompt’s average: bad, but no accident.',
    paper: 'Not in the paper; after arXiv 2502.16825.',
  },
};
