/** What one update on the kept responses is expected to gain. */
import type { Whitening } from '../../protocol/config.ts';
import { assertFits, type Known } from './definition.ts';

/**
 * Γ = Σ A (s − p) / √ΣA² over the kept: A the advantage, s the truth of a response, p the pass rate of its prompt over the whole
 * batch, kept or not.
 *
 * If the score functions ∇log π of different responses are nearly orthogonal, a step along Σ A ∇log π moves the log-probability of
 * each response in proportion to its own A, and so the pass rate in proportion to Σ A (s − p). The step's size is normalised by
 * whitening and Adam, which divides by the length of that sum, in proportion to √ΣA².
 *
 * Unit: pass rate times √responses, from −√Σ(s − p)² to +√Σ(s − p)² (Cauchy–Schwarz), which only A ∝ s − p reaches. The scale
 * of the scores does not matter. What it leaves out: (1) each response counts once, where whitening counts tokens; (2) errors that
 * responses share, such as an exploit that can be learned, break the orthogonality.
 *
 * Left out are rows of unknown truth, and those of prompts with fewer than 2 known truths, whose pass rate would be the response
 * itself. Undefined if nothing is left or ΣA² = 0.
 * @param how A is the score minus its mean over the kept rows (`kept`), over the whole batch (`all`), or as it is (`scale`, `off`)
 */
export function gamma(batch: Known, kept: readonly number[], how: Whitening): number | undefined {
  assertFits(batch, kept);
  return gain(batch, kept, how, batch.truths);
}

/**
 * Γ/√cost. More prompts alone raise Γ with the square root of their number, and the cost in proportion: this stays as it is.
 * Undefined where Γ is, or the cost is not a number above 0.
 */
export function gammaPerCost(
  batch: Known,
  kept: readonly number[],
  how: Whitening,
  cost: number | undefined,
): number | undefined {
  const value = gamma(batch, kept, how);
  if (value === undefined || cost === undefined || !(cost > 0 && Number.isFinite(cost))) return undefined;
  return value / Math.sqrt(cost);
}

/**
 * Γ₂: Γ without the truth. A second reward model's score minus its mean over the prompt stands for s − p; its unit is that of the
 * second score times √responses, so that it compares filters, not reward models. Errors that both share count as agreement.
 * Undefined as Γ is, or without a second score.
 * @param second (P·N)
 */
export function gamma2(
  batch: Known,
  kept: readonly number[],
  how: Whitening,
  second: ArrayLike<number> | undefined,
): number | undefined {
  assertFits(batch, kept);
  if (second === undefined) return undefined;
  assertFits({ ...batch, truths: second });
  return gain(batch, kept, how, second);
}

/** Γ with any measure of a response's worth (P·N) for s. */
function gain(
  { scores, groupSize }: Known,
  kept: readonly number[],
  how: Whitening,
  worth: ArrayLike<number>,
): number | undefined {
  const centre = {
    kept: () => meanOf(scores, kept),
    all: () => meanOf(scores),
    scale: () => 0,
    off: () => 0,
  }[how]();
  const gains = centredWithinPrompt(worth, groupSize);
  let product = 0;
  let squares = 0;
  let uncentred = 0;
  for (const row of kept) {
    if (!Number.isFinite(scores[row]) || Number.isNaN(gains[row])) continue;
    const advantage = scores[row] - centre;
    product += advantage * gains[row];
    squares += advantage ** 2;
    uncentred += scores[row] ** 2;
  }
  // Equal scores may leave of their difference from the mean what rounding leaves of it, not 0.
  if (squares <= 1e-24 * uncentred) return undefined;
  const value = product / Math.sqrt(squares);
  return Number.isFinite(value) ? value : undefined;
}

/** Mean of the finite values of some rows, or of all; NaN if there are none. */
function meanOf(values: ArrayLike<number>, rows?: readonly number[]): number {
  const count = rows?.length ?? values.length;
  let total = 0;
  let n = 0;
  for (let place = 0; place < count; place++) {
    const value = values[rows ? rows[place] : place];
    if (!Number.isFinite(value)) continue;
    total += value;
    n++;
  }
  return total / n;
}

/** (P·N) values minus the mean of the prompt's finite ones; NaN where not finite, or where the prompt has fewer than 2 of them. */
function centredWithinPrompt(values: ArrayLike<number>, groupSize: number): Float64Array {
  const centred = new Float64Array(values.length).fill(NaN);
  for (let start = 0; start < values.length; start += groupSize) {
    let total = 0;
    let n = 0;
    for (let row = start; row < start + groupSize; row++) {
      if (!Number.isFinite(values[row])) continue;
      total += values[row];
      n++;
    }
    if (n < 2) continue;
    for (let row = start; row < start + groupSize; row++) {
      if (Number.isFinite(values[row])) centred[row] = values[row] - total / n;
    }
  }
  return centred;
}
