import { profile } from './profile.ts';
import { numberText, type Noise } from './definition.ts';

/** Odds are moved by up to this factor, either way. */
const FARTHEST = 2 ** 40;
/** Halvings of what is between the two: more than a double can tell apart. */
const HALVINGS = 60;

/**
 * As `profile`, with f moved to the share p that passes: f′ = λf/(λf + 1 − f), λ such that the mean of f′ is p. Then P(b | passed) ∝ f′ and
 * P(b | failed) ∝ 1 − f′ fill all bins alike, P(b) = 1/K, so that they are percentiles of the score, and f′ is the pass rate in each. 0 and 1 stay; where
 * p is below the share of ones or above that of the others than zeros there is no such λ, and the nearest is taken.
 */
export const percentiles: Noise = {
  ...{ name: 'percentiles', reads: ['profile'], along: 'percentiles' },
  check: (config) => profile.check!(config),
  forBatch(config, passRate) {
    // No powers or logarithms, which engines round in their own ways.
    let [low, high] = [1 / FARTHEST, FARTHEST];
    const moved = (odds: number) =>
      config.profile.map((right) => (odds * right) / (odds * right + 1 - right));
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = Math.sqrt(low * high);
      if (mean(moved(middle)) < passRate) low = middle;
      else high = middle;
    }
    return { ...config, profile: moved(Math.sqrt(low * high)) };
  },
  score: (testScore, config, random) => profile.score(testScore, config, random),
  says: ({ profile: numbers }) =>
    `the share that passes along the percentiles of the score, lowest first, with all odds moved to the batch’s pass rate: ${numbers.map(numberText).join(', ')}`,
  words: {
    title: 'Profile by percentiles',
    text: 'Draw which share passes among the lowest scores of a batch, which among the next, up to the highest. A rising line is a judge that can be trusted, a flat stretch one that knows nothing there.',
    here: 'Percentiles are of the batch’s responses that ended, and hold in the mean. Where more of these pass, or fewer, than the drawn numbers are in the mean, all odds are multiplied alike, so that each stretch still holds as many responses.',
  },
};
