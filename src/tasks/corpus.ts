import type { RandomStream } from '../protocol/random-stream.ts';
import type { Task } from '../protocol/task.ts';
import { drawAuthor, soundAuthors, type Author } from './forms.ts';
import { idioms, write, type Idiom } from './idioms.ts';
import { lexemesOf } from './program-text.ts';
import { compositionOf } from './tasks.ts';
import { contextLength, encode } from './vocabulary.ts';

/** How an author writes a task in an idiom: response ids without end token, or null where that would be too long. */
export function solutionBy(author: Author, idiom: Idiom, task: Task): number[] | null {
  const body = lexemesOf(write(compositionOf(task), idiom, author));
  return task.promptIds.length + body.length + 1 > contextLength ? null : encode(body);
}

/** What some author answers to a task: response ids without end token. Right or wrong as the author is. */
export function sampleSolution(task: Task, stream: RandomStream): number[] {
  const choices = idioms[compositionOf(task).source];
  for (;;) {
    // Who would write more than fits is not heard; the reference authors fit every task, so somebody always is.
    const solution = solutionBy(drawAuthor(stream), choices[stream.integer(choices.length)], task);
    if (solution !== null) return solution;
  }
}

/** Right solutions of a task, all different: every idiom that fits, by authors who know what they do. */
export function referenceSolutions(task: Task): number[][] {
  const found = new Map<string, number[]>();
  for (const idiom of idioms[compositionOf(task).source])
    for (const author of soundAuthors) {
      const solution = solutionBy(author, idiom, task);
      if (solution !== null) found.set(solution.join(), solution);
    }
  return [...found.values()];
}
