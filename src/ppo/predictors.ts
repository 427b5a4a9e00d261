/** Predictors: what a filter is worth on a batch, told before anything is learned. Each looks at the batch and what is kept alone. */
import { aucOfKept, r2BinnedOfKept, r2OfKept, r2OfKeptWithInterval, youden } from './predictors/agreement.ts';
import type { Predictor } from './predictors/definition.ts';
import { gamma, gamma2, gammaPerCost } from './predictors/gamma.ts';

export type { Context, Estimate, Known, Predictor } from './predictors/definition.ts';
export { withInterval } from './predictors/interval.ts';
export { bestOfNTruth, peakOfBestOfN, scoreVariance } from './predictors/whole-batch.ts';

const needsBoth = 'it needs kept responses that pass and some that fail';
const contrast = 'kept responses whose advantages are not all 0, to prompts with at least 2';

/** In the order in which they are shown: the paper's first. */
export const predictors: readonly Predictor[] = [
  {
    name: 'r2-binned',
    label: 'R² of bins',
    symbol: 'R²(bins)',
    usesTruth: true,
    words:
      'The paper’s measure: kept responses are sorted by score into bins of equal count, and this is how well a line through the bins’ pass rates fits, from 0 to 1. Averaging hides the noise within bins, so it is high by construction.',
    needs: 'it needs at least 3 bins of 10 kept responses, of different scores and pass rates',
    of: (batch, kept) => r2BinnedOfKept(batch, kept),
  },
  {
    name: 'r2',
    label: 'R² per response',
    symbol: 'R²',
    usesTruth: true,
    words:
      'How much of the difference between passing and failing the score accounts for, response by response, from 0 to 1. It knows neither how many responses are kept nor how advantages are centred.',
    needs: 'it needs at least 3 kept responses, of different scores and results',
    of: (batch, kept) => r2OfKept(batch, kept),
    interval: r2OfKeptWithInterval,
  },
  {
    name: 'auc',
    label: 'Chance of the right order',
    symbol: 'AUC',
    usesTruth: true,
    words:
      'The chance that a kept response that passes has a higher score than a kept one that fails. 1 is the right order throughout, 0.5 is chance, and below that the score points the wrong way.',
    needs: needsBoth,
    of: (batch, kept) => aucOfKept(batch, kept),
  },
  {
    name: 'youden',
    label: 'Youden’s J',
    symbol: 'J',
    usesTruth: true,
    words:
      'Call a kept response good if its score is above the median of the kept: J is the share of the passing ones that are called good, less that of the failing ones. 1 is never wrong, 0 is chance, and below 0 learning goes backwards.',
    needs: needsBoth,
    of: (batch, kept) => youden(batch, kept),
  },
  {
    name: 'gamma',
    label: 'Expected gain',
    symbol: 'Γ',
    usesTruth: true,
    words:
      'How far one update should raise the pass rate, up to a factor that all filters share: each kept advantage times how much better than its prompt’s average the response is, added up and divided by the size of the advantages. Higher is better, 0 teaches nothing. It is blind to mistakes that the policy can learn to exploit.',
    needs: `it needs ${contrast} results`,
    of: (batch, kept, { whitening }) => gamma(batch, kept, whitening),
  },
  {
    name: 'gamma-per-cost',
    label: 'Expected gain at equal cost',
    symbol: 'Γ/√cost',
    usesTruth: true,
    words:
      'The expected gain divided by the square root of what the update costs: what a filter is worth if all may spend the same, and cheap ones use more prompts. Higher is better.',
    needs: `it needs a cost above 0, and ${contrast} results`,
    of: (batch, kept, { whitening, cost }) => gammaPerCost(batch, kept, whitening, cost),
  },
  {
    name: 'gamma-2',
    label: 'Expected gain by a second opinion',
    symbol: 'Γ₂',
    usesTruth: false,
    words:
      'The expected gain with a second reward model’s score in place of the tests, so that no test need be run. Higher is better, but mistakes that both models make count as gain, and only filters can be compared by it, not models.',
    needs: `it needs scores of a second reward model, and ${contrast} of them`,
    of: (batch, kept, { whitening, second }) => gamma2(batch, kept, whitening, second),
  },
];

/** Not of the batch alone: it takes the policy, see `gradient-cosine.ts`. As the others in words. */
export const cosine = {
  name: 'gradient-cosine',
  label: 'Cosine with the truth’s gradient',
  symbol: 'cos ∇',
  usesTruth: true,
  words:
    'The step that a filter would have the policy take on this batch, and the step that raises what passes over its prompt’s average: how far do they point the same way? 1 is the same direction, 0 across, below 0 away from it. Unlike the others it sees mistakes that responses share and the policy can learn. It takes a backward pass through the policy as it is, prompt by prompt, so it is worked out when you ask.',
} satisfies Pick<Predictor, 'name' | 'label' | 'symbol' | 'usesTruth' | 'words'>;
