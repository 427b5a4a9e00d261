import { bestAndWorst, fixedRanks, bests, worsts, type Filter } from './definition.ts';

/** w = (½, 0, …, 0, ½) as in the paper; in mode `select` carried on to other k than 2: 1/k on each rank that is kept. */
export const bestWorst: Filter = {
  name: 'best-worst',
  ...fixedRanks(bestAndWorst),
  says: ({ keep }) =>
    keep === 1 ? ': the best' : `: ${bests(Math.ceil(keep / 2))} and ${worsts(Math.floor(keep / 2))}`,
  isCompared: true,
  words: {
    title: 'Best-worst',
    text: 'Keeps the best- and the worst-scored responses and leaves out the middle, where the score tells good from bad least.',
    paper: 'Weights ½, 0, …, 0, ½; highest R² of the simple filters (0.952), HumanEval pass@1 82.4.',
    section: 'section 4, tables 1 to 4',
  },
};
