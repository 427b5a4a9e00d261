/** What every predictor is, and what several of them need. */
import type { Whitening } from '../../protocol/config.ts';
import type { RandomStream } from '../../protocol/random-stream.ts';

/** A batch whose truth is known. */
export interface Known {
  /** (P·N), row = prompt · groupSize + sample; not finite: no score, left out. */
  scores: ArrayLike<number>;
  /** (P·N) 1 passed, 0 failed, NaN unknown and left out. */
  truths: ArrayLike<number>;
  /** Responses per prompt, N. */
  groupSize: number;
}

/** What a predictor may need besides a batch and the rows that are kept of it. */
export interface Context {
  whitening: Whitening;
  /** What the update costs, in any unit, as long as it is the same for all that are compared; above 0. */
  cost?: number;
  /** (P·N) the scores of another reward model for the same responses. */
  second?: ArrayLike<number>;
}

/** A value with its 95 % interval over n kept responses; or why there is none, as a clause for "J is undefined: …". */
export type Estimate = { value: number; low: number; high: number; n: number } | { n: number; why: string };

/** A number that is to tell, before anything is learned, which filter will teach most. Higher is better. */
export interface Predictor {
  readonly name: string;
  readonly label: string;
  readonly symbol: string;
  /** Whether tests must have been run to know it. */
  readonly usesTruth: boolean;
  /** What it is and how to read it. */
  readonly words: string;
  /** What must be so for it to exist, as a clause for "J is undefined: …". */
  readonly needs: string;
  /** @param kept rows, may repeat @returns undefined where it does not exist; never NaN */
  readonly of: (batch: Known, kept: readonly number[], context: Context) => number | undefined;
  /** Where percentiles of the value itself would mislead. */
  readonly interval?: (
    batch: Known,
    kept: readonly number[],
    random: RandomStream,
    draws: number,
  ) => Estimate;
}

/** @throws RangeError if sizes do not fit or a row is not of the batch. */
export function assertFits({ scores, truths, groupSize }: Known, kept: readonly number[] = []): void {
  if (truths.length !== scores.length)
    throw new RangeError(`Expected as many truths as scores: got ${truths.length} and ${scores.length}.`);
  if (!Number.isInteger(groupSize) || groupSize < 1 || scores.length % groupSize !== 0)
    throw new RangeError(`${scores.length} scores do not make whole groups of ${groupSize}.`);
  for (const row of kept) {
    if (!Number.isInteger(row) || row < 0 || row >= scores.length)
      throw new RangeError(`Row ${row} is kept, but the batch has rows 0 to ${scores.length - 1}.`);
  }
}

/** (kept) the values of the rows that are kept, in their order. */
export function valuesAt(values: ArrayLike<number>, kept: readonly number[]): Float64Array {
  const found = new Float64Array(kept.length);
  for (let place = 0; place < found.length; place++) found[place] = values[kept[place]];
  return found;
}
