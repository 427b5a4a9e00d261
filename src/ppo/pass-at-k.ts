/**
 * The chance that at least one of k responses passes, without bias, from n of which c passed: 1 − C(n − c, k) / C(n, k) (Chen et al. 2021,
 * arXiv 2107.03374), as a product, so that nothing overflows.
 * @throws RangeError unless 0 ≤ c ≤ n and 1 ≤ k ≤ n, all whole.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (![n, c, k].every(Number.isInteger) || c < 0 || c > n || k < 1 || k > n)
    throw new RangeError(`passAtK needs 0 ≤ c ≤ n and 1 ≤ k ≤ n: got n = ${n}, c = ${c}, k = ${k}.`);
  let noneOf = 1;
  for (let i = n - c + 1; i <= n; i++) noneOf *= Math.max(0, 1 - k / i);
  return 1 - noneOf;
}

/**
 * The mean of pass@k over the prompts of a batch: (P·N) shares of tests passed, NaN where the judge itself failed. A prompt of which fewer than
 * k responses were judged is left out. NaN where no prompt is left, and where N ≤ k: of all N responses it would tell whether any
 * passed, and of fewer there are not k.
 */
export function meanPassAtK(testScores: ArrayLike<number>, groupSize: number, k: number): number {
  if (groupSize <= k) return NaN;
  let [sum, prompts] = [0, 0];
  for (let first = 0; first < testScores.length; first += groupSize) {
    const group = Array.from({ length: groupSize }, (_, i) => testScores[first + i]);
    const judged = group.filter((testScore) => !Number.isNaN(testScore));
    if (judged.length < k) continue;
    sum += passAtK(judged.length, judged.filter((testScore) => testScore === 1).length, k);
    prompts++;
  }
  return sum / prompts;
}
