import { bestAndWorst, fixedRanks, bests, worsts, type Filter } from './definition.ts';

/**
 * w = (0, ½, 0, …, 0, ½, 0): best-worst of the N − 2 ranks inside, for rewards whose very best are often exploits. Groups of 1 or 2
 * have no inside; it then keeps the best. A candidate of ours, not from the literature.
 */
export const trimmedBestWorst: Filter = {
  name: 'trimmed-best-worst',
  ...fixedRanks(
    (keep, groupSize) => (groupSize < 3 ? [0] : bestAndWorst(keep, groupSize - 2).map((rank) => rank + 1)),
    (groupSize) => Math.max(1, groupSize - 2),
  ),
  says({ keep }, groupSize) {
    if (groupSize < 3) return ': the best';
    if (keep === 1) return ': the second best';
    if (keep === 2) return ': the second best and the second worst';
    return `: without the two extremes ${bests(Math.ceil(keep / 2))} and ${worsts(Math.floor(keep / 2))}`;
  },
  isCompared: false,
  isRare: true,
  words: {
    title: 'Trimmed best-worst',
    text: 'Keeps the second best and the second worst: like best-worst, but without the two extremes, which are more often accidents or programs that fool the score.',
    paper: 'Not in the paper.',
  },
};
