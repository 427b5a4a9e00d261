import type { Task } from '../../src/protocol/task.ts';
import { concepts, soundAuthors, ways } from '../../src/tasks/forms.ts';
import { idioms } from '../../src/tasks/idioms.ts';
import { solutionBy } from '../../src/tasks/corpus.ts';
import { programText } from '../../src/tasks/program-text.ts';
import { compositionOf } from '../../src/tasks/tasks.ts';
import { decode, encode, idOf } from '../../src/tasks/vocabulary.ts';

const swapped: Record<string, string[]> = {
  '>': ['>=', '<'],
  '>=': ['>', '<='],
  '<': ['<=', '>'],
  '<=': ['<', '>='],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-', '*'],
  '-': ['+'],
  '*': ['+', '/'],
  '/': ['*'],
  '**': ['*'],
  '+=': ['-=', '*=', '='],
  '*=': ['+=', '='],
  'Math.max': ['Math.min'],
  'Math.min': ['Math.max'],
  '.push': ['.unshift'],
  '.unshift': ['.push'],
};

/** One lexeme exchanged: another operator, or a constant one larger or smaller. */
function exchanged(lexemes: readonly string[]): string[][] {
  return lexemes.flatMap((lexeme, i) => {
    const others = /^\d+$/.test(lexeme)
      ? [String(Number(lexeme) + 1), String(Number(lexeme) - 1)]
      : (swapped[lexeme] ?? []);
    return others.filter((other) => idOf(other) !== undefined).map((other) => lexemes.with(i, other));
  });
}

/** One clause left out: a `.filter(…)`, a `.map(…)` or an `if (…)`. */
function shortened(lexemes: readonly string[]): string[][] {
  return lexemes.flatMap((lexeme, i) => {
    if (!['.filter', '.map', 'if'].includes(lexeme)) return [];
    let depth = 0;
    let end = i + 1;
    do {
      if (lexemes[end] === '(') depth++;
      if (lexemes[end] === ')') depth--;
      end++;
    } while (depth > 0);
    return [lexemes.toSpliced(i, end - i)];
  });
}

/** Everything that goes wrong in one place of a task's reference solutions, as programs: mechanical mutants and misconceptions. */
export function mutantsOf(
  task: Task,
): { kind: 'exchanged' | 'shortened' | 'misconception'; program: string }[] {
  const found = new Map<string, ReturnType<typeof mutantsOf>[number]>();
  const add = (
    kind: 'exchanged' | 'shortened' | 'misconception',
    ids: number[] | null,
    reference: number[],
  ) => {
    if (ids === null || ids.join() === reference.join()) return;
    found.set(ids.join(), { kind, program: programText(task, ids) });
  };
  for (const idiom of idioms[compositionOf(task).source])
    for (const author of soundAuthors) {
      const reference = solutionBy(author, idiom, task);
      if (reference === null) continue;
      const lexemes = decode(reference);
      for (const mutant of exchanged(lexemes)) add('exchanged', encode(mutant), reference);
      for (const mutant of shortened(lexemes)) add('shortened', encode(mutant), reference);
      for (const concept of concepts)
        for (const { code, sound } of ways[concept])
          if (!sound)
            add('misconception', solutionBy({ ...author, [concept]: code }, idiom, task), reference);
    }
  return [...found.values()];
}
