/**
 * Per-token rewards of RLHF: −klCoef · (logprob − refLogprob) on every response token, plus the row's score on its last.
 * @param logprobs (R, T) at sampling time
 * @param refLogprobs (R, T)
 * @param mask (R, T) 1 on the positions that predict a response token, contiguous in each row; else 0. What stands in
 *   the other arrays where it is 0 is not read.
 * @param scores (R)
 * @param klCoef β ≥ 0
 * @param length T
 * @returns rewards (R, T), 0 where masked
 * @throws RangeError if sizes differ, or if a row without response tokens has a score other than 0.
 */
export function shapeRewards(
  logprobs: ArrayLike<number>,
  refLogprobs: ArrayLike<number>,
  mask: ArrayLike<number>,
  scores: ArrayLike<number>,
  klCoef: number,
  length: number,
): Float32Array {
  const size = scores.length * length;
  if (logprobs.length !== size || refLogprobs.length !== size || mask.length !== size) {
    throw new RangeError(
      `shapeRewards expects ${scores.length} × ${length} values each: got ${logprobs.length} logprobs, ` +
        `${refLogprobs.length} refLogprobs, ${mask.length} of mask.`,
    );
  }
  const rewards = new Float32Array(size); // (R, T)
  for (let row = 0; row < scores.length; row++) {
    let last = -1;
    for (let i = row * length; i < (row + 1) * length; i++) {
      if (mask[i] === 0) continue;
      rewards[i] = -klCoef * (logprobs[i] - refLogprobs[i]);
      last = i;
    }
    if (last >= 0) rewards[last] = -klCoef * (logprobs[last] - refLogprobs[last]) + scores[row];
    else if (scores[row] !== 0) {
      throw new RangeError(`Row ${row} has no response token to carry its score of ${scores[row]}.`);
    }
  }
  return rewards;
}
