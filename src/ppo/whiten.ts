import type { Whitening } from '../protocol/config.ts';

/** Advantages with the mask of the tokens that count, both of one length. */
export interface Masked {
  advantages: ArrayLike<number>;
  mask: ArrayLike<number>;
}

/**
 * Whitens advantages once per batch: (x − mean)·rsqrt(var + 1e-8), mean and population variance over response tokens
 * (each token counts once, so long responses count more).
 *
 * `kept`: mean and variance of `advantages` themselves; `all`: those of `over`, the whole batch before filtering;
 * `scale`: x·rsqrt(var + 1e-8) with the variance of `advantages` about their mean, signs untouched; `off`: a copy.
 * @param advantages (R, T) of the kept responses
 * @param mask (R, T) 1 on response tokens, else 0
 * @param over needed by `all` alone
 * @returns (R, T), 0 where masked
 * @throws RangeError if sizes differ, or if `all` gets no `over` or one without tokens.
 */
export function whiten(
  advantages: ArrayLike<number>,
  mask: ArrayLike<number>,
  how: Whitening,
  over?: Masked,
): Float32Array {
  if (advantages.length !== mask.length || over?.advantages.length !== over?.mask.length) {
    throw new RangeError(
      `whiten got ${advantages.length} advantages and ${mask.length} of mask, or such an \`over\`.`,
    );
  }
  const { shift, factor } = affine({ advantages, mask }, how, over);
  const whitened = new Float32Array(advantages.length);
  for (let i = 0; i < whitened.length; i++) {
    if (mask[i] !== 0) whitened[i] = (advantages[i] - shift) * factor;
  }
  return whitened;
}

function affine(kept: Masked, how: Whitening, over?: Masked): { shift: number; factor: number } {
  switch (how) {
    case 'off':
      return { shift: 0, factor: 1 };
    case 'kept':
      return moments(kept);
    case 'scale':
      return { ...moments(kept), shift: 0 };
    case 'all': {
      const all = over === undefined ? undefined : moments(over);
      if (all === undefined || Number.isNaN(all.shift)) {
        throw new RangeError("whiten 'all' needs the advantages of the whole batch as `over`: got none.");
      }
      return all;
    }
    default:
      throw new RangeError(`No whitening is named '${String(how satisfies never)}'.`);
  }
}

/** Mean and rsqrt(var + 1e-8) over the tokens that count; NaN if there are none. */
function moments({ advantages, mask }: Masked): { shift: number; factor: number } {
  let count = 0;
  let total = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    count++;
    total += advantages[i];
  }
  const mean = total / count;
  let squares = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 0) squares += (advantages[i] - mean) ** 2;
  }
  return { shift: mean, factor: 1 / Math.sqrt(squares / count + 1e-8) };
}
