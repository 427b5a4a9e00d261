import type { Estimator } from '../protocol/config.ts';

/** Keeps the deviation of equal scores from being divided by. */
const EPSILON = 1e-6;

/**
 * Scores against those of the same prompt, for advantages that ask no critic:
 * `group` (GRPO: Shao et al., arXiv 2402.03300, section 4.1.2): (score − mean) / deviation of the N responses, the deviation a population's;
 * `rloo` (Ahmadian et al., arXiv 2402.14740, equation 7): score − mean of the other N − 1.
 * All N that were sampled count, also those that no filter keeps. Of N = 1 there is nothing to compare with: 0 with `group`, the score with `rloo`.
 * @param scores (P·N), row = prompt · groupSize + sample
 * @returns (P·N); with `group` 0 where all scores of a prompt are equal
 * @throws RangeError if the scores do not make whole groups
 */
export function againstGroup(
  scores: Float32Array,
  groupSize: number,
  how: Exclude<Estimator, 'gae'>,
): Float32Array {
  if (scores.length % groupSize !== 0)
    throw new RangeError(`${scores.length} scores do not make groups of ${groupSize}.`);
  const against = new Float32Array(scores.length);
  for (let start = 0; start < scores.length; start += groupSize) {
    const baselines = baselinesOf(scores.subarray(start, start + groupSize), how);
    baselines.forEach(({ baseline, deviation }, i) => {
      against[start + i] = (scores[start + i] - baseline) / deviation;
    });
  }
  return against;
}

/** What is taken off the score of each of a prompt's responses, and what the rest is divided by. */
export function baselinesOf(
  group: Float32Array,
  how: Exclude<Estimator, 'gae'>,
): { baseline: number; deviation: number }[] {
  const total = group.reduce((sum, score) => sum + score, 0);
  const mean = total / group.length;
  const variance = group.reduce((sum, score) => sum + (score - mean) ** 2, 0) / group.length;
  const others = Math.max(1, group.length - 1);
  return Array.from(group, (score) =>
    how === 'rloo'
      ? { baseline: (total - score) / others, deviation: 1 }
      : { baseline: mean, deviation: Math.sqrt(variance) + EPSILON },
  );
}
