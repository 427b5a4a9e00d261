import { groupOf, meanOf, type BatchFilter } from './definition.ts';

/**
 * Keeps the responses on which score and truth agree: right and above the prompt's mean score, or wrong and below it. After PROF
 * (arXiv 2509.03403), which so filters by consistency of process and outcome rewards. What could not be judged is dropped, and so is
 * what scores the mean itself.
 */
export const agreement: BatchFilter = {
  name: 'agreement',
  readsScores: true,
  readsTruth: true,
  chances(batch) {
    return Array.from(batch.scores, (score, row) => {
      const difference = score - meanOf(groupOf(row, batch));
      const truth = batch.truths[row];
      const agrees = truth === 1 ? difference > 0 : truth < 1 && difference < 0;
      return agrees ? 1 : 0;
    });
  },
  says: 'what is right and scores above its prompt’s mean, or is wrong and scores below it, however many that is',
  isCompared: false,
  isRare: true,
  words: {
    title: 'Agreement',
    text: 'Keeps the responses about which the score is right: those that pass and score above the average of their prompt, and those that fail and score below it. So it waits for the unit tests, and learns from the truth: it shows what a filter could gain that knew it.',
    paper: 'Not in the paper; after PROF, arXiv 2509.03403.',
  },
};
