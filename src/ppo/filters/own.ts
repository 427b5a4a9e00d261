import type { BatchFilter } from './definition.ts';

/**
 * What a visitor writes: code that weighs the responses of a prompt, as `ppo/own/own-filter.ts` says. It is run in the judge's sandbox; its
 * weights, cut off at 1, come here as chances.
 */
export const own: BatchFilter = {
  name: 'own',
  readsScores: true,
  runsCode: true,
  chances: ({ byCode }) => Array.from(byCode),
  says: 'what its code says, however many that is',
  isCompared: false,
  words: {
    title: 'Your own filter',
    text: 'A function in JavaScript, written by you: it gets the responses to a prompt with their scores and says how each weighs. It is tried before it may train, and shown on the batch as you type.',
  },
};
