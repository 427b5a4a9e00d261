/** The 97.5 % point of the normal distribution: 95 % lie within ± this many deviations. */
const z95 = 1.959963984540054;

/** The 97.5 % points of Student's t for 1 … 30 degrees of freedom. */
const t95 = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604,
  2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555,
  2.0518, 2.0484, 2.0452, 2.0423,
];

/** A share with its 95 % interval, all in [0, 1], out of n. */
export interface Rate {
  rate: number;
  low: number;
  high: number;
  n: number;
}

/**
 * Wilson's 95 % score interval for k successes out of n independent trials; k need not be whole (a sum of shares in [0, 1]
 * varies less than successes do, so that the interval is then wider than need be). n = 0: the rate is NaN in [0, 1].
 * @throws RangeError unless 0 ≤ k ≤ n.
 */
export function wilson(k: number, n: number): Rate {
  if (!(k >= 0 && k <= n)) throw new RangeError(`wilson needs 0 ≤ k ≤ n: got k = ${k}, n = ${n}.`);
  if (n === 0) return { rate: NaN, low: 0, high: 1, n };
  const rate = k / n;
  const shrink = 1 + z95 ** 2 / n;
  const centre = (rate + z95 ** 2 / (2 * n)) / shrink;
  const half = (z95 / shrink) * Math.sqrt((rate * (1 - rate)) / n + (z95 / (2 * n)) ** 2);
  // At k = 0 and k = n one end is the rate itself, which rounding would miss by a hair.
  return { rate, low: k === 0 ? 0 : centre - half, high: k === n ? 1 : centre + half, n };
}

/**
 * Mean of independent values (one a seed, say) with its 95 % t-interval; values that are not finite are left out. One value
 * says nothing of its spread: low and high are NaN, as is the mean of none.
 */
export function meanInterval(values: ArrayLike<number>): {
  mean: number;
  low: number;
  high: number;
  n: number;
} {
  const { mean, error, n } = meanError(values);
  if (n < 2) return { mean, low: NaN, high: NaN, n };
  const half = tQuantile(n - 1) * error;
  return { mean, low: mean - half, high: mean + half, n };
}

/** Mean of independent values with its standard error, NaN for fewer than two; values that are not finite are left out. */
export function meanError(values: ArrayLike<number>): { mean: number; error: number; n: number } {
  const finite = Array.from(values).filter(Number.isFinite);
  const n = finite.length;
  const mean = finite.reduce((total, value) => total + value, 0) / n;
  const squares = finite.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, error: n < 2 ? NaN : Math.sqrt(squares / (n - 1) / n), n };
}

/** The 97.5 % point of Student's t: from the table, beyond it by its expansion in 1/degrees (to 1e-5). */
function tQuantile(degrees: number): number {
  if (degrees <= t95.length) return t95[degrees - 1];
  const first = (z95 ** 3 + z95) / 4;
  const second = (5 * z95 ** 5 + 16 * z95 ** 3 + 3 * z95) / 96;
  const third = (3 * z95 ** 7 + 19 * z95 ** 5 + 17 * z95 ** 3 - 15 * z95) / 384;
  return z95 + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
