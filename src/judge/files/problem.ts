/** What a problem of a published set comes to, whatever the set. */
import type { UnitTest } from '../../protocol/task.ts';

/** What a set asserts and the judge cannot, since it says more than arguments and a value. */
export interface Unread {
  /** Where in the problem, such as `line 3 of its test`. */
  where: string;
  /** As a sentence without its end. */
  why: string;
}

/** A problem with the programs that came with it. */
export interface Problem {
  /** The set's own name of it, such as `JavaScript/0`. */
  task: string;
  entryPoint: string;
  /** What a completion is put behind. */
  prompt: string;
  /** Empty where nothing that the set asserts is a call and a value. */
  tests: readonly UnitTest[];
  /** How far a number may be off, relative to the larger. */
  tolerance: number;
  unread: readonly Unread[];
  /** Programs that came with it and whose verdict the set knows. */
  references: readonly { name: string; program: string; label: 'pass' | 'fail' }[];
  /** Completions that came with it, of which nothing is known. */
  completions: readonly string[];
}

/** A line's object. */
export type Fields = Record<string, unknown>;

/** Takes the problems of one set. */
export interface Importer {
  /** Whether an object is of this set. */
  takes: (fields: Fields) => boolean;
  /** @throws Error saying why the object cannot be judged by */
  problemsOf: (fields: Fields) => Problem[];
}

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** @throws Error where a problem is in another language */
export function checkLanguage(task: string, language: string): void {
  if (!/^(javascript|js|mbjsp)$/i.test(language))
    throw new Error(`${task} is a problem in ${language || 'no language'}; the judge runs JavaScript`);
}

/** The function that a prompt begins to define; `said` where the prompt does not show it. */
export function entryPointOf(prompt: string, said = ''): string {
  const names = [...prompt.matchAll(/\b(?:const|let|var|function)\s+([\w$]+)\s*[=(]/g)];
  return names.at(-1)?.[1] ?? said;
}
