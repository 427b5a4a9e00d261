import type { Knobs } from '../../protocol/config.ts';
import { workOut } from '../tried.ts';
import { ownTurn, slicer } from '../turns.ts';
import type { JudgedBatch } from './run-model.ts';

/** Works out what is told of a batch, in turns, so that the figures need not when they show it. */
export async function study(
  shown: JudgedBatch,
  isWaiting: boolean,
  seed: number,
  knobs: Knobs,
): Promise<void> {
  const pieces = workOut(shown, knobs.filter, isWaiting, seed, knobs);
  try {
    await ownTurn();
    // Many pieces are short, and a turn of its own for each would be mostly waiting.
    for (const pause = slicer(); !pieces.next().done;) await pause();
  } catch {
    // What cannot be worked out is said where it would be drawn.
  }
}
