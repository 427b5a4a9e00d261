import { fixedRanks, worsts, ranksOf, type Filter } from './definition.ts';

/** 1/k on the k last ranks: the control that learns from bad examples alone. */
export const worstK: Filter = {
  name: 'worst-k',
  ...fixedRanks((keep, groupSize) => ranksOf(keep).map((place) => groupSize - keep + place)),
  says: ({ keep }) => `: ${worsts(keep)}`,
  isCompared: false,
  isRare: true,
  words: {
    title: 'Worst-k',
    text: 'Keeps the worst-scored responses alone: the control for what the bad examples teach by themselves.',
    paper: 'Not in the paper.',
  },
};
