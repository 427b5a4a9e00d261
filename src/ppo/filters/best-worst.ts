import { many, ranksOf, type Filter } from './definition.ts';

/** The ⌈keep/2⌉ first and ⌊keep/2⌋ last ranks. */
function bestAndWorst(keep: number, groupSize: number): number[] {
  const best = Math.ceil(keep / 2);
  return ranksOf(keep).map((place) => (place < best ? place : groupSize - keep + place));
}

/** w = (½, 0, …, 0, ½) as in the paper; in mode `select` carried on to other k than 2: 1/k on each rank that is kept. */
export const bestWorst: Filter = {
  name: 'best-worst',
  reads: ['keep'],
  keeps: ({ keep }) => keep,
  weights({ mode, keep }, groupSize) {
    const k = mode === 'select' ? keep : Math.min(2, groupSize);
    const extremes = bestAndWorst(k, groupSize);
    return ranksOf(groupSize).map((rank) => (extremes.includes(rank) ? 1 / k : 0));
  },
  select: ({ keep }, weights) => bestAndWorst(keep, weights.length),
  says: ({ keep }) =>
    keep === 1
      ? ': the best'
      : `: ${many(Math.ceil(keep / 2), 'best')} and ${many(Math.floor(keep / 2), 'worst')}`,
  isCompared: true,
  words: {
    title: 'Best-worst',
    text: 'Keeps the best- and the worst-scored responses and leaves out the middle, where the score tells good from bad least.',
    paper: 'Weights ½, 0, …, 0, ½; highest R² of the simple filters (0.952), HumanEval pass@1 82.4.',
  },
};
