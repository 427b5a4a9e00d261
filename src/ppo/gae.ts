/**
 * Generalised advantage estimation (Schulman et al., arXiv 1506.02438, equation 16):
 * δ_t = r_t + γ·V_{t+1} − V_t, A_t = δ_t + γλ·A_{t+1}, with V = A = 0 after the response's end.
 * @param rewards (R, T) per-token shaped rewards
 * @param values (R, T) V_t, of the state in which token t is chosen
 * @param mask (R, T) 1 on the positions that predict a response token, contiguous in each row; else 0
 * @param length T
 * @returns advantages and returns = advantages + values, (R, T), 0 where masked; not whitened
 * @throws RangeError if sizes differ or are no multiple of T.
 */
export function gae(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  mask: ArrayLike<number>,
  length: number,
  gamma: number,
  lambda: number,
): { advantages: Float32Array; returns: Float32Array } {
  const size = rewards.length;
  if (values.length !== size || mask.length !== size || size % length !== 0) {
    throw new RangeError(
      `gae expects rows of ${length}: got ${size} rewards, ${values.length} values, ${mask.length} of mask.`,
    );
  }
  const advantages = new Float32Array(size);
  const returns = new Float32Array(size);
  for (let start = 0; start < size; start += length) {
    let nextValue = 0;
    let nextAdvantage = 0;
    for (let i = start + length - 1; i >= start; i--) {
      if (mask[i] === 0) continue;
      nextAdvantage = rewards[i] + gamma * nextValue - values[i] + gamma * lambda * nextAdvantage;
      nextValue = values[i];
      advantages[i] = nextAdvantage;
      returns[i] = nextAdvantage + values[i];
    }
  }
  return { advantages, returns };
}
