/** States of a run along its way, from which another can branch off. */
import type { TrainingState } from '../../protocol/state.ts';

/** Updates between two checkpoints of a run that is young. */
const EVERY = 5;
/** Those of one run take at most so many bytes, unless even a few would take more. */
const MOST_BYTES = 8e6;
const FEWEST = 2;
export const MOST_CHECKPOINTS = 8;

export const isCheckpoint = (update: number): boolean => update > 0 && update % EVERY === 0;

/** Bytes of the arenas of a state; what else there is of it is small. */
export function bytesOf({ learner, critic }: TrainingState): number {
  const arenas = [learner, critic].flatMap((l) => [l.parameters, l.firstMoment, l.secondMoment]);
  return arenas.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * Of the updates at which there are checkpoints, those that can go, since they would be too many: of a run that grows, first every
 * second one, then three of four, so that what stays is spread over all of it.
 *
 * @param stateBytes of one of them
 */
export function thinnedOut(updates: readonly number[], stateBytes: number): number[] {
  const most = Math.min(MOST_CHECKPOINTS, Math.max(FEWEST, Math.floor(MOST_BYTES / stateBytes)));
  let stride = EVERY;
  while (Math.max(...updates) / stride >= most + 1) stride *= 2;
  return updates.filter((update) => update % stride !== 0);
}
