import type { BatchFilter } from './definition.ts';

/**
 * Draws from the whole batch, those with its highest score by 0.4 and every other one by 0.1: verl's `max_random`
 * (`compute_pf_ppo_reweight_data`). With a large batch that is hardly more than drawing them all alike.
 */
export const maxRandom: BatchFilter = {
  name: 'max-random',
  readsScores: true,
  chances({ scores }) {
    const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    return Array.from(scores, (score) => (score === highest ? 0.4 : 0.1));
  },
  isDrawn: true,
  says: 'from the whole batch, those with its highest score four times as often',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Max-random',
    text: 'Draws as many responses as there are, with repetition, from the whole batch, those with its highest score four times as often as any other. Best-random draws half of each prompt’s from its best; here the best of all is one in hundreds.',
    paper: 'Not in the paper; an option of verl’s implementation of it.',
  },
};
