import { fixedRanks, ranksOf, type Filter } from './definition.ts';

/** 1/k on the k ranks in the middle, the better ones where they cannot be in the very middle: the control for best-worst. */
export const middleK: Filter = {
  name: 'middle-k',
  ...fixedRanks((keep, groupSize) =>
    ranksOf(keep).map((place) => Math.floor((groupSize - keep) / 2) + place),
  ),
  says: () => ', from the middle of the ranks',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Middle-k',
    text: 'Keeps the responses in the middle and leaves out the extremes: the opposite of best-worst. It helps only where the extremes are what cannot be trusted.',
    paper: 'Not in the paper.',
  },
};
