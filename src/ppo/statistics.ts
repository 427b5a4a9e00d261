/** What a comparison of runs over seeds needs: paired differences, p-values and their correction, rank correlation. */
import type { RandomStream } from '../protocol/random-stream.ts';
import { percentileInterval } from './bootstrap.ts';
import { meanError, meanInterval } from './interval.ts';
import { squaredCorrelation } from './reliability.ts';

/** Mean of a − b with its 95 % t-interval, over n pairs, and the p-value of "it is 0". */
export interface PairedDifference {
  mean: number;
  low: number;
  high: number;
  /** Two-sided; NaN with fewer than two pairs. */
  p: number;
  n: number;
}

/**
 * Student's paired t-test. Pairs in which either side is not finite are left out. Differences that are all the same have
 * no spread: p is then 1 if they are 0, else 0, and the interval is that one number.
 * @param a one value per seed
 * @param b of the same seeds, in the same order
 * @throws RangeError on different lengths
 */
export function pairedDifference(a: ArrayLike<number>, b: ArrayLike<number>): PairedDifference {
  if (a.length !== b.length)
    throw new RangeError(`pairedDifference needs pairs: got ${a.length} and ${b.length} values.`);
  const differences = Array.from(a, (value, i) => value - b[i]);
  const { mean, low, high, n } = meanInterval(differences);
  const { error } = meanError(differences);
  const t = mean === 0 ? 0 : mean / error;
  const p = n < 2 ? NaN : 2 * studentCdf(-Math.abs(t), n - 1);
  return { mean, low, high, p, n };
}

/**
 * The chance that Student's t is at most `t`, to about 1e-13: I_x(ν/2, 1/2)/2 beyond |t|, with x = ν/(ν + t²)
 * (Abramowitz & Stegun 26.5.27).
 * @param t may be infinite
 * @param degrees ν > 0, which need not be whole
 */
export function studentCdf(t: number, degrees: number): number {
  const square = (t * t) / degrees;
  const tail = incompleteBeta(1 / (1 + square), 1 / (1 + 1 / square), degrees / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/**
 * The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz & Stegun 26.5.8) in Lentz's
 * form; beyond (a + 1)/(a + b + 2), where that is slow, by I_x(a, b) = 1 − I_{1−x}(b, a).
 * @param x in [0, 1]
 * @param rest 1 − x, which rounding would take away near x = 1
 */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, x, b, a);
  const logFactor =
    a * Math.log(x) + b * Math.log(rest) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a);
  /** Instead of a zero divisor, as Lentz's form asks. */
  const nonZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  const refine = (coefficient: number) => {
    d = 1 / nonZero(1 + coefficient * d);
    c = nonZero(1 + coefficient / c);
    fraction *= c * d;
    return c * d;
  };
  // It needs about √max(a, b) rounds here.
  for (let m = 1; m <= 10_000; m++) {
    refine((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    const change = refine((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return Math.exp(logFactor) * fraction;
}

/** ln Γ(z), z > 0: Stirling's series (Abramowitz & Stegun 6.1.41) from 10 on, below by Γ(z) = Γ(z + 1)/z. */
function logGamma(z: number): number {
  if (z < 10) return logGamma(z + 1) - Math.log(z);
  const square = z * z;
  const series =
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series;
}

/**
 * Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979): whoever rejects what is below α here is wrong
 * about any at all with a chance of at most α, however the tests depend on each other.
 * @returns in the order given; NaN stays NaN and counts as no test
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).filter((i) => !Number.isNaN(pValues[i]));
  order.sort((i, j) => pValues[i] - pValues[j]);
  const adjusted = pValues.map(() => NaN);
  let most = 0;
  order.forEach((i, place) => {
    most = Math.max(most, Math.min(1, (order.length - place) * pValues[i]));
    adjusted[i] = most;
  });
  return adjusted;
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties having the mean of theirs. Pairs in which either side is not
 * finite are left out; undefined with fewer than 3 or if a side does not vary.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  const rows = finitePairs(x, y);
  const ranksX = averageRanks(rows.map((row) => x[row]));
  const ranksY = averageRanks(rows.map((row) => y[row]));
  const square = squaredCorrelation(ranksX, ranksY);
  if (square === undefined) return undefined;
  // Of ranks 1 … n, ties or not, the mean is this.
  const middle = (rows.length + 1) / 2;
  const covariance = ranksX.reduce((sum, rank, i) => sum + (rank - middle) * (ranksY[i] - middle), 0);
  return Math.sign(covariance) * Math.sqrt(square);
}

/**
 * 95 % percentile interval of `spearman` over bootstrap samples of the pairs. Samples without a correlation are left out;
 * undefined if they are more than half, or there is no correlation to begin with. Of few pairs it is rough.
 * @param draws bootstrap samples
 */
export function spearmanInterval(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  random: RandomStream,
  draws: number,
): [low: number, high: number] | undefined {
  if (spearman(x, y) === undefined) return undefined;
  const rows = finitePairs(x, y);
  const draw = () => {
    const sample = rows.map(() => rows[random.integer(rows.length)]);
    return spearman(
      sample.map((row) => x[row]),
      sample.map((row) => y[row]),
    );
  };
  return percentileInterval(Array.from({ length: draws }, draw));
}

function finitePairs(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  if (x.length !== y.length)
    throw new RangeError(`spearman needs pairs: got ${x.length} and ${y.length} values.`);
  return Array.from(x, (_, i) => i).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
}

/** The rank of each value, 1 for the least; equal values share the mean of their ranks. */
function averageRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = values.map(() => 0);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (const i of order.slice(start, end)) ranks[i] = (start + 1 + end) / 2;
  }
  return ranks;
}
