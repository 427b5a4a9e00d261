import { turn } from './shell.ts';

let last = Promise.resolve();

/**
 * Resolves in a task of its own, after those of all who asked before. What is made in turns is made in the order in which it was
 * asked for, and between two of them the page answers: no task is long.
 */
export function ownTurn(): Promise<void> {
  last = last.then(turn);
  return last;
}

/** Milliseconds that a turn of long work takes. */
const SLICE = 10;

/** For long work, to be asked after each of its pieces: where it has been long enough at it, a turn to wait for. */
export function slicer(): () => Promise<void> | undefined {
  let end = performance.now() + SLICE;
  return () => {
    if (performance.now() < end) return undefined;
    return ownTurn().then(() => void (end = performance.now() + SLICE));
  };
}
