import { groupOf, type BatchFilter } from './definition.ts';

/**
 * Drops the prompts whose scores are all equal, and keeps all of the others: DAPO (arXiv 2503.14476), which then samples more prompts
 * until the batch is full. Here it is not filled up, so that all filters draw as many responses.
 */
export const dynamicSampling: BatchFilter = {
  name: 'dynamic-sampling',
  readsScores: true,
  chances: (batch) =>
    Array.from(batch.scores, (score, row) => (groupOf(row, batch).some((other) => other !== score) ? 1 : 0)),
  says: 'all responses to prompts whose scores are not all equal',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Dynamic sampling',
    text: 'Drops the prompts whose scores are all equal, from which nothing can be learned by comparison, and keeps all of the others. Made for scores that are right or wrong: with the unit tests as the teacher it drops what every response solves, or none; a learned score is hardly ever equal, so that it then keeps nearly everything.',
    paper: 'Not in the paper; DAPO, arXiv 2503.14476, which samples other prompts in their place.',
  },
};
