import type { Whitening } from '../protocol/config.ts';

/**
 * Whitens advantages once per batch: (x − mean)·rsqrt(var + 1e-8), mean and population variance over response tokens
 * (each token counts once, so long responses count more).
 *
 * `kept` and `all` do the same with what they are given: the kept responses, or the whole batch before filtering; `scale` is
 * x·rsqrt(var + 1e-8) with the variance about the mean, signs untouched; `off` a copy.
 * @param advantages (R, T)
 * @param mask (R, T) 1 on response tokens, else 0
 * @returns (R, T), 0 where masked
 * @throws RangeError if sizes differ
 */
export function whiten(advantages: ArrayLike<number>, mask: ArrayLike<number>, how: Whitening): Float32Array {
  if (advantages.length !== mask.length)
    throw new RangeError(`whiten got ${advantages.length} advantages and ${mask.length} of mask.`);
  const { shift, scale } = whiteningOf(advantages, mask, how);
  const whitened = new Float32Array(advantages.length);
  for (let i = 0; i < whitened.length; i++) if (mask[i] !== 0) whitened[i] = (advantages[i] - shift) * scale;
  return whitened;
}

/** What whitening makes of an advantage x: (x − shift)·scale. NaN where it takes moments and no token counts. */
export function whiteningOf(
  advantages: ArrayLike<number>,
  mask: ArrayLike<number>,
  how: Whitening,
): { shift: number; scale: number } {
  if (how === 'off') return { shift: 0, scale: 1 };
  const { mean, factor } = moments(advantages, mask);
  return { shift: how === 'scale' ? 0 : mean, scale: factor };
}

/** Mean and rsqrt(var + 1e-8) over the tokens that count; NaN if there are none. */
function moments(advantages: ArrayLike<number>, mask: ArrayLike<number>): { mean: number; factor: number } {
  let count = 0;
  let total = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    count++;
    total += advantages[i];
  }
  const mean = total / count;
  let squares = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) squares += (advantages[i] - mean) ** 2;
  return { mean, factor: 1 / Math.sqrt(squares / count + 1e-8) };
}
