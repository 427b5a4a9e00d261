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
