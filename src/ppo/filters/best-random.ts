import { shuffled } from '../random.ts';
import { ranksOf, type RankFilter } from './definition.ts';

/** w = (½, 1/(2(N−1)), …) as in the paper; in mode `select` carried on to other k than 2: (1/k, (k−1)/(k(N−1)), …). */
export const bestRandom: RankFilter = {
  name: 'best-random',
  reads: ['keep'],
  keeps: ({ keep }) => keep,
  weights({ mode, keep }, groupSize) {
    const k = mode === 'select' ? keep : Math.min(2, groupSize);
    return ranksOf(groupSize).map((rank) => (rank === 0 ? 1 / k : (k - 1) / (k * (groupSize - 1))));
  },
  select({ keep }, weights, random) {
    const others = shuffled(weights.length - 1, random).slice(0, keep - 1);
    return [0, ...others.map((other) => other + 1)];
  },
  says: ({ keep }) => (keep === 1 ? ': the best' : `: the best and ${keep - 1} at random`),
  isCompared: true,
  words: {
    title: 'Best-random',
    text: 'Keeps the best-scored response and others at random.',
    paper: 'Weights ½, 1/(2(N−1)), …; best on HumanEval (82.9) and LeetCode (33.0).',
    section: 'section 4, tables 1 to 4',
  },
};
