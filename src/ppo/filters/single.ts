import { none } from './none.ts';
import type { Filter } from './definition.ts';

/** PPO-S: as many responses, each to a prompt of its own. On a batch of larger groups it keeps everything. */
export const single: Filter = {
  ...none,
  name: 'single',
  sampling: {
    plan: (promptCount, groupSize) => ({ promptCount: promptCount * groupSize, groupSize: 1 }),
    says: 'samples one response per prompt and keeps every one',
  },
  isCompared: false,
  words: {
    title: 'Single (PPO-S)',
    text: 'As many programs, but each to another prompt: there are no ranks and nothing to filter.',
    paper: 'HumanEval pass@1 78.1, below several responses per prompt (80.2).',
    section: 'section 5.4, tables 2 to 4 (PPO-S, in table 3 PPO)',
  },
};
