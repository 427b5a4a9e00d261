import { ranksOf, type RankFilter } from './definition.ts';

/** PPO-M: ordinary PPO on every response. */
export const none: RankFilter = {
  name: 'none',
  reads: [],
  keeps: (_, groupSize) => groupSize,
  weights: (_, groupSize) => ranksOf(groupSize).map(() => 1 / groupSize),
  select: (_, weights) => ranksOf(weights.length),
  isCompared: true,
  words: {
    title: 'No filter (PPO-M)',
    text: 'Every response is kept: ordinary PPO with several responses per prompt.',
    paper:
      'HumanEval pass@1 80.2 with a 7B model; best-random 82.9, best-worst 82.4. No seeds were reported; the standard error is 2 to 4 points.',
    section: 'section 5.4, tables 1 to 4 (PPO-M)',
  },
};
