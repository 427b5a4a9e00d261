import { shuffled } from '../random.ts';
import { bestRandom } from './best-random.ts';
import type { Filter } from './definition.ts';

/** Best-random turned round: w = (1/(2(N−1)), …, ½), and carried on to other k than 2 as there. The control for what the best adds. */
export const worstRandom: Filter = {
  ...bestRandom,
  name: 'worst-random',
  weights: (config, groupSize) => bestRandom.weights(config, groupSize).toReversed(),
  select({ keep }, weights, random) {
    const last = weights.length - 1;
    return [...shuffled(last, random).slice(0, keep - 1), last];
  },
  says: ({ keep }) => (keep === 1 ? ': the worst' : `: the worst and ${keep - 1} at random`),
  isCompared: false,
  isRare: true,
  words: {
    title: 'Worst-random',
    text: 'Keeps the worst-scored response and others at random: best-random turned round, to see what the best one adds.',
    paper: 'Not in the paper.',
  },
};
