import type { Failure, FailureKind } from './events.ts';

/** A sentence with one full stop, whoever wrote the words and whether or not they had one. */
export function ended(words: string): string {
  return `${words.replace(/[.\s]+$/, '')}.`;
}

/** An error that says what kind of help there is, in sentences. */
export class RunError extends Error {
  override name = 'RunError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(ended(message), options);
    this.kind = kind;
  }
}

/** What was thrown in a stage, as it is told to the page. */
export function failureOf(thrown: unknown, stage: string): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack = '' } = error;
  return { kind: error instanceof RunError ? error.kind : 'error', stage, name, message, stack };
}

/** What `work` throws, as a failure of this kind. */
export async function failingAs<Result>(kind: FailureKind, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new RunError(kind, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
