import type { BatchFilter } from './definition.ts';

/**
 * Draws from the responses with the highest and the lowest score of the whole batch, all alike: verl's `max_min`
 * (`compute_pf_ppo_reweight_data`), there called PF-PPO. verl adds 1e-8 to every weight, which is left out here.
 */
export const maxMin: BatchFilter = {
  name: 'max-min',
  readsScores: true,
  chances({ scores }) {
    const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const lowest = scores.reduce((a, b) => Math.min(a, b), Infinity);
    return Array.from(scores, (score) => (score === highest || score === lowest ? 1 : 0));
  },
  isDrawn: true,
  says: 'from those with the highest and the lowest score of the whole batch',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Max-min',
    text: 'Draws as many responses as there are, with repetition, from those with the highest and the lowest score of the whole batch: often two programs, again and again. Best-worst looks at each prompt by itself.',
    paper: 'Not in the paper; an option of verl’s implementation of it.',
  },
};
