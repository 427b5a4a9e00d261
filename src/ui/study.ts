import { workOut } from './tried.ts';
import { ownTurn, slicer } from './turns.ts';

/** Works out what is long of what a batch is told, in turns, so that no task is long; what it is asked is what `tryFilter` is. */
export async function study(...asked: Parameters<typeof workOut>): Promise<void> {
  const pieces = workOut(...asked);
  try {
    await ownTurn();
    // Many pieces are short, and a turn of its own for each would be mostly waiting.
    for (const pause = slicer(); !pieces.next().done;) await pause();
  } catch {
    // What cannot be worked out is said where it would be drawn.
  }
}
