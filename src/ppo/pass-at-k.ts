/**
 * Unbiased estimate of pass@k, the chance that at least one of k samples passes: 1 − C(n−c, k)/C(n, k)
 * (Chen et al., arXiv 2107.03374, equation 1), as a product, so that no factorial overflows.
 * @param n samples drawn
 * @param c samples that passed, 0 … n
 * @param k 1 … n
 * @throws RangeError on anything else.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (![n, c, k].every(Number.isInteger) || c < 0 || c > n || k < 1 || k > n) {
    throw new RangeError(`passAtK needs integers 0 ≤ c ≤ n and 1 ≤ k ≤ n: got n = ${n}, c = ${c}, k = ${k}.`);
  }
  let allFail = 1;
  // With too few failures to fill k, a factor is 0 before any is negative.
  for (let i = 0; i < k; i++) allFail *= (n - c - i) / (n - i);
  return 1 - allFail;
}
