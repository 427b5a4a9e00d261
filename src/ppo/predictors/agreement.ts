/** How well scores tell kept responses that pass from kept responses that fail. None of these counts how many are kept. */
import type { RandomStream } from '../../protocol/random-stream.ts';
import { auc, binned, r2Binned, r2WithInterval, squaredCorrelation } from '../reliability.ts';
import { assertFits, valuesAt, type Estimate, type Known } from './definition.ts';

/** `squaredCorrelation` of the kept, in [0, 1]. */
export function r2OfKept(batch: Known, kept: readonly number[]): number | undefined {
  const { scores, truths } = keptOf(batch, kept);
  return squaredCorrelation(scores, truths);
}

/** `r2WithInterval` of the kept: the sign of the correlation is not lost in its draws. */
export function r2OfKeptWithInterval(
  batch: Known,
  kept: readonly number[],
  random: RandomStream,
  draws: number,
): Estimate {
  const { scores, truths } = keptOf(batch, kept);
  const prompts = kept.map((row) => Math.floor(row / batch.groupSize));
  const r2 = r2WithInterval(scores, truths, prompts, random, draws);
  return 'why' in r2 ? r2 : { value: r2.r2, low: r2.low, high: r2.high, n: r2.n };
}

/** The paper's R² (`r2Binned`, over 10 bins or as many as can hold 10 responses) of the kept, in [0, 1]. */
export function r2BinnedOfKept(batch: Known, kept: readonly number[]): number | undefined {
  const { scores, truths } = keptOf(batch, kept);
  return r2Binned(binned(scores, truths).bins)?.r2;
}

/** `auc` of the kept, in [0, 1]; 0.5 is chance. */
export function aucOfKept(batch: Known, kept: readonly number[]): number | undefined {
  const { scores, truths } = keptOf(batch, kept);
  return auc(scores, truths);
}

/**
 * Youden's J = TPR − FPR, in [−1, 1], of "its score is above the median of the kept": the share of the kept passing responses of
 * which this is true, less that of the failing ones. Where many scores are equal to the median, it is true of fewer than half.
 * Unknown truths have no part in the shares, but do in the median. Undefined unless some pass and some fail.
 */
export function youden(batch: Known, kept: readonly number[]): number | undefined {
  assertFits(batch, kept);
  const rows = kept.filter((row) => Number.isFinite(batch.scores[row]));
  const middle = median(valuesAt(batch.scores, rows));
  const above = [0, 0];
  const all = [0, 0];
  for (const row of rows) {
    const truth = batch.truths[row];
    if (truth !== 0 && truth !== 1) continue;
    all[truth]++;
    if (batch.scores[row] > middle) above[truth]++;
  }
  return all[0] > 0 && all[1] > 0 ? above[1] / all[1] - above[0] / all[0] : undefined;
}

/** The median of finite values, which it sorts: of two in the middle the lower, above which is what is above any point between. */
function median(values: Float64Array): number {
  values.sort();
  return values[(values.length - 1) >> 1];
}

function keptOf(batch: Known, kept: readonly number[]) {
  assertFits(batch, kept);
  return { scores: valuesAt(batch.scores, kept), truths: valuesAt(batch.truths, kept) };
}
