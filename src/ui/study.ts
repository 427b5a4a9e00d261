import { workOut } from './tried.ts';
import { ownTurn } from './turns.ts';

/** Milliseconds of a turn that is spent on what is told of a batch. */
const STUDY = 10;

/** Works out what is long of what a batch is told, in turns, so that no task is long; what it is asked is what `tryFilter` is. */
export async function study(...asked: Parameters<typeof workOut>): Promise<void> {
  const pieces = workOut(...asked);
  try {
    let isDone: boolean | undefined = false;
    while (!isDone) {
      await ownTurn();
      // Many pieces are short, and a turn of its own for each would be mostly waiting.
      const end = performance.now() + STUDY;
      do isDone = pieces.next().done;
      while (!isDone && performance.now() < end);
    }
  } catch {
    // What cannot be worked out is said where it would be drawn.
  }
}
