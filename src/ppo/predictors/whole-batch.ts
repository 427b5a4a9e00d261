/** What can be told of a batch before anything is chosen from it. */
import { assertFits, type Known } from './definition.ts';

/**
 * f(n), n = 1 … N: the chance that the best-scored of n responses to a prompt passes, mean over prompts. f(1) is the pass rate.
 * Each prompt's N responses, sorted by score ascending, estimate it without bias: Σ s₍ᵢ₎ C(i−1, n−1)/C(N, n), the mean over all
 * choices of n of them. Equal scores share their mean truth, as if ties were broken at random.
 *
 * A prompt with a response whose score or truth is unknown is left out whole, so that all of the curve is of the same prompts.
 * @returns (N) in [0, 1], place n − 1; undefined if no prompt is left
 */
export function bestOfNTruth(batch: Known): number[] | undefined {
  assertFits(batch);
  const { scores, truths, groupSize } = batch;
  const totals = new Array<number>(groupSize).fill(0);
  let prompts = 0;
  for (let start = 0; start < scores.length; start += groupSize) {
    const rows = Array.from({ length: groupSize }, (_, sample) => start + sample);
    if (!rows.every((row) => Number.isFinite(scores[row]) && Number.isFinite(truths[row]))) continue;
    prompts++;
    const sorted = truthsByScore(scores, truths, rows);
    for (let n = 1; n <= groupSize; n++) {
      // C(N−1, n−1)/C(N, n) = n/N, and C(i−2, n−1)/C(i−1, n−1) = (i−n)/(i−1): factors of at most 1 cannot overflow.
      let weight = n / groupSize;
      for (let i = groupSize; i >= n; i--) {
        totals[n - 1] += weight * sorted[i - 1];
        weight *= (i - n) / (i - 1);
      }
    }
  }
  return prompts > 0 ? totals.map((total) => total / prompts) : undefined;
}

/**
 * The n, from 1, where the curve of `bestOfNTruth` is highest; the least of them where several are, up to rounding. Below N, the
 * very best scores are worse than those after them: an alarm that the score is being exploited, unless the curve is nearly flat.
 * @param curve (N), at least one
 */
export function peakOfBestOfN(curve: readonly number[]): number {
  const highest = Math.max(...curve);
  return 1 + curve.findIndex((truth) => truth >= highest - 1e-9);
}

/**
 * Mean over prompts of the variance of the score within a prompt (÷ n − 1, so that it does not depend on the number of responses),
 * in the score's unit squared. Where it is small, there is little to learn from, however right the scores are. Prompts with fewer
 * than 2 scores are left out; undefined if none is left.
 */
export function scoreVariance(batch: Known): number | undefined {
  assertFits(batch);
  let total = 0;
  let prompts = 0;
  for (let start = 0; start < batch.scores.length; start += batch.groupSize) {
    const group = Array.from({ length: batch.groupSize }, (_, sample) => batch.scores[start + sample]);
    const scores = group.filter(Number.isFinite);
    if (scores.length < 2) continue;
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    total += scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1);
    prompts++;
  }
  return prompts > 0 && Number.isFinite(total) ? total / prompts : undefined;
}

/** (N) truths of rows sorted by score ascending, each the mean over the rows that share its score. */
function truthsByScore(
  scores: ArrayLike<number>,
  truths: ArrayLike<number>,
  rows: readonly number[],
): number[] {
  const order = rows.toSorted((a, b) => scores[a] - scores[b]);
  const sorted: number[] = [];
  for (let start = 0, end = 0; start < order.length; start = end) {
    let total = 0;
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++)
      total += truths[order[end]];
    for (let place = start; place < end; place++) sorted.push(total / (end - start));
  }
  return sorted;
}
