/**
 * Ranks responses within their prompt, best first.
 * @param scores (P·N), row = prompt · groupSize + sample; infinities are ordered, NaN is refused.
 * @param groupSize responses per prompt, N
 * @returns (P·N): place [p·N + rank] holds the row of prompt p that has this rank; ties keep sampling order.
 * @throws RangeError on a NaN, or if the length is no multiple of groupSize.
 */
export function rankWithin(scores: Float32Array, groupSize: number): Uint32Array {
  assertScored(scores, groupSize);
  const ranked = Uint32Array.from(scores, (_, row) => row);
  for (let start = 0; start < ranked.length; start += groupSize) {
    // Sorting is stable, and takes the NaN of ∞ − ∞ for a tie.
    ranked.subarray(start, start + groupSize).sort((a, b) => scores[b] - scores[a]);
  }
  return ranked;
}

/** @throws RangeError on a NaN among the scores (P·N), or if they are no multiple of groupSize. */
export function assertScored(scores: Float32Array, groupSize: number): void {
  if (!Number.isInteger(groupSize) || groupSize < 1 || scores.length % groupSize !== 0) {
    throw new RangeError(`${scores.length} scores do not make whole groups of ${groupSize}.`);
  }
  const bad = scores.findIndex((score) => Number.isNaN(score));
  if (bad >= 0)
    throw new RangeError(`Score ${bad} is NaN and has no rank: score every response before ranking.`);
}
