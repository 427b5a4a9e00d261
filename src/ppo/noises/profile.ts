import { drawByWeight } from '../filters/definition.ts';
import { numberText, passes, type Noise } from './definition.ts';

/**
 * A visitor's own: f_b ∈ [0, 1] for each of K bins of the score, lowest first. A bin is drawn given the truth, P(b | passed) ∝ f_b and
 * P(b | failed) ∝ 1 − f_b, and the score is uniform within it: s = 2(b + u)/K − 1.
 *
 * f is a likelihood. Where a share p passes and f̄ is the mean of f, the odds of having passed in bin b are f_b/(1 − f_b) times
 * [p/(1 − p)] / [f̄/(1 − f̄)]. Only where p = f̄ is f the pass rate itself; only then are bins equally full, and are they percentiles.
 */
export const profile: Noise = {
  name: 'profile',
  reads: ['profile'],
  check({ profile }) {
    if (profile.every((right) => right === 0))
      return 'A profile needs a number above 0, or a response that passes has no score: got only zeros.';
    if (profile.every((right) => right === 1))
      return 'A profile needs a number below 1, or a response that fails has no score: got only ones.';
    return undefined;
  },
  score(testScore, { profile }, random) {
    const weights = passes(testScore) ? profile : profile.map((right) => 1 - right);
    const bin = drawByWeight(weights, random);
    return (2 * (bin + random.uniform())) / profile.length - 1;
  },
  says: ({ profile }) =>
    `how much a score speaks for having passed, from −1 to 1: ${profile.map(numberText).join(', ')}`,
  words: {
    title: 'Profile',
    text: 'Draw how much a score says, from the lowest scores to the highest: at 1 only what passed scores so, at 0 only what failed, at ½ both do alike. A rising line is a judge that can be trusted, a flat stretch one that knows nothing there.',
    here: 'If as many responses pass as the drawn numbers are in the mean (half, for a line that is even about ½), each number is the share that passes at that percentile of the score. If more pass, more do so at every score, and high scores are more common.',
  },
};
