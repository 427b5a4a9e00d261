/** A program and what to call it with. There is no expected value in it. */
export interface ProgramJob {
  program: string;
  /** The name, or dotted path, of the function that the tests call. */
  entryPoint: string;
  /** One a test: its arguments as `argumentsText` writes them. */
  args: readonly string[];
}

/** What may become of one call, as seen where it runs: whether a value is the right one is not known there. */
export const outcomeKinds = [
  'value',
  'syntax',
  'load-error',
  'no-entry',
  'threw',
  'bad-value',
  'stack',
  'fuel',
  'timeout',
  'memory',
  'crash',
] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

export interface Outcome {
  kind: OutcomeKind;
  /** The value's canonical text, or what went wrong in words. */
  text: string;
  /** Line of the program, from 1, where it went wrong, as far as the engine knows it. */
  line?: number;
}

/** Whether a name may be evaluated to find a program's entry: identifiers with dots between them, and nothing else. */
export function isEntryPoint(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*(\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u.test(name);
}
