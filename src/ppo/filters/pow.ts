import type { BatchFilter } from './definition.ts';

/**
 * Draws from the whole batch by |r|^k (arXiv 2409.06957, k = 1, 2, 3; verl's `pow`, k = 2 unless said otherwise). There r is a reward in
 * [−1, 1]; here it is the score, within ±5: a factor cancels, since weights are relative. Its 0 is an average program of the
 * untrained policy, or, where the tests teach, one that passes half of them. verl adds 1e-8 to every weight, so that something is
 * drawn where all scores are 0; here nothing is. An exponent is a filter and no option, as there are three, and nothing else has one.
 */
const pow = (name: string, exponent: number, by: string): BatchFilter => ({
  name,
  readsScores: true,
  chances: ({ scores }) => Array.from(scores, (score) => Math.abs(score) ** exponent),
  isDrawn: true,
  says: `from the whole batch, each by ${by}`,
  isCompared: false,
  isRare: true,
  words: {
    title: `Pow-${exponent}`,
    text: `Draws as many responses as there are, with repetition, from the whole batch, each by ${by}: the further from 0, be it above or below, the more often.`,
    paper: 'Rewards from −1 to 1, drawn from the whole buffer; tried with the exponents 1, 2 and 3.',
    section: 'section 5.6, table 3',
    unknown: 'What 0 should be: a reward model’s scores have none of their own.',
  },
});

export const pow1 = pow('pow-1', 1, 'the size of its score');
export const pow2 = pow('pow-2', 2, 'the square of its score');
export const pow3 = pow('pow-3', 3, 'the cube of its score’s size');
