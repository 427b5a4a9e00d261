/**
 * How many independent responses tell as much of the pass rate as a batch does: those to one prompt are alike, so a batch of P·N tells less
 * than that many. It is p (1 − p) over the variance of the share p that passes, of clusters of unequal size (a ratio estimate, P / (P − 1) as
 * correction), as Korn and Graubard (1998) have it for intervals of shares in surveys; no more than there are responses. Where all or none
 * pass, that variance says nothing: then it is the number of prompts.
 *
 * @param testScores (P·N) shares of tests passed, NaN where the judge itself failed
 * @returns in [1, P·N]; NaN of fewer than two prompts that were judged
 */
export function effectiveTrials(testScores: ArrayLike<number>, groupSize: number): number {
  const groups: { judged: number; passed: number }[] = [];
  for (let first = 0; first < testScores.length; first += groupSize) {
    const known = Array.from({ length: groupSize }, (_, i) => testScores[first + i]).filter(
      (testScore) => !Number.isNaN(testScore),
    );
    if (known.length > 0)
      groups.push({ judged: known.length, passed: known.filter((testScore) => testScore === 1).length });
  }
  const prompts = groups.length;
  if (prompts < 2) return NaN;
  const judged = groups.reduce((sum, group) => sum + group.judged, 0);
  const p = groups.reduce((sum, group) => sum + group.passed, 0) / judged;
  if (p === 0 || p === 1) return prompts;
  const squares = groups.reduce((sum, group) => sum + (group.passed - p * group.judged) ** 2, 0);
  const variance = ((prompts / (prompts - 1)) * squares) / judged ** 2;
  return Math.max(1, Math.min(judged, (p * (1 - p)) / variance));
}
