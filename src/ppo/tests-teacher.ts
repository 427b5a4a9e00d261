import type { NoiseConfig } from '../protocol/config.ts';
import { noisyScores } from './noise.ts';
import { stream } from './random.ts';

/** What a response that never ended scores, whoever scores it. */
export const NO_END_SCORE = -2;

/**
 * What the teacher `tests` says of the responses of an update, with noise: training scores by this, and a preview asks the same.
 * @param testScores (R) share of tests passed, 0 … 1
 * @param ended (R)
 * @returns (R) a row's noise comes from its own part of the stream `noise`, so that no other number moves when noise does; its score depends on the other rows
 *   only where the noise asks for the batch's pass rate
 * @throws RangeError as `noisyScores`
 */
export function scoresOfTests(
  testScores: Float32Array,
  ended: ArrayLike<number | boolean>,
  noise: NoiseConfig,
  seed: number,
  update: number,
): Float32Array {
  const scores = noisyScores(testScores, noise, (row) => stream(seed, 'noise', update, row), ended);
  return scores.map((score, row) => (ended[row] ? score : NO_END_SCORE));
}
