import { ranksOf, type Filter } from './definition.ts';

/** w = (1, 0, …, 0). */
export const bestOfN: Filter = {
  name: 'best-of-n',
  reads: [],
  keeps: () => 1,
  weights: (_, groupSize) => ranksOf(groupSize).map((rank) => (rank === 0 ? 1 : 0)),
  select: () => [0],
  says: () => ': the best',
  isCompared: true,
  words: {
    title: 'Best-of-n',
    text: 'Keeps only the best-scored response. All that is left looks good to the reward model, so its mistakes at the top are all the policy hears.',
    paper: 'The worst choice: R² 0.454, HumanEval pass@1 75.8.',
    section: 'section 4, tables 1 to 3',
    unknown:
      'How much of that is whitening’s doing: centring advantages over a set that is all good pushes half of it down. Try whitening “all”.',
  },
};
