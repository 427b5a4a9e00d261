import { limits } from './limits.ts';
import { outcomeKinds } from './outcome.ts';
import type { Outcome, OutcomeKind, ProgramJob } from './outcome.ts';

/** What the frame's script says first, to show that it runs. */
export const frameGreeting = 'judge-frame';

/** To the worker, first of all. */
export interface OpenMessage {
  type: 'open';
  /** QuickJS's WebAssembly: bytes, since a module cannot be posted into an opaque origin. */
  wasm: ArrayBuffer;
}
/** Run these in order; urgent ones beside those that are not. */
export interface RunMessage {
  type: 'run';
  isUrgent: boolean;
  jobs: NumberedJob[];
}
export interface NumberedJob extends ProgramJob {
  id: number;
}

/** From the untrusted side. Whoever receives one checks it with `isReport` first. */
export type RunnerReport =
  | { type: 'ready' }
  /** A sign of life from within a slow program. */
  | { type: 'alive' }
  /** One outcome a test, and the milliseconds they took, measured where they ran. */
  | { type: 'outcomes'; id: number; outcomes: Outcome[]; ms: number }
  /** The place where programs run is gone, or cannot be trusted any more. */
  | { type: 'lost'; why: string };

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= limits.valueLength;
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, text, line } = value as Partial<Outcome>;
  const isLine = line === undefined || (Number.isSafeInteger(line) && line > 0);
  return outcomeKinds.includes(kind as OutcomeKind) && isText(text) && isLine;
}

/**
 * Whether a message from the untrusted side is a report, within the sizes that one may have.
 *
 * @param testCount the number of tests of a job that has been sent and not been answered; undefined where there is none
 */
export function isReport(
  message: unknown,
  testCount: (id: number) => number | undefined,
): message is RunnerReport {
  if (typeof message !== 'object' || message === null) return false;
  const report = message as Partial<RunnerReport>;
  switch (report.type) {
    case 'ready':
    case 'alive':
      return true;
    case 'lost':
      return isText(report.why);
    case 'outcomes': {
      const { id, outcomes, ms } = report;
      if (typeof id !== 'number' || typeof ms !== 'number' || !Array.isArray(outcomes)) return false;
      return outcomes.length === testCount(id) && outcomes.every(isOutcome);
    }
    case undefined:
      return false;
    default:
      report satisfies never;
      return false;
  }
}

/** Where programs run: a sandboxed frame in the page, a thread in Node. */
export interface Runner {
  /** @param isUrgent whether they wait for nothing that is not urgent, where there is a second thread for them */
  run(jobs: NumberedJob[], isUrgent: boolean): void;
  /** Ends it at once, whatever it is doing; no report comes any more. */
  close(): void;
}
/** Starts a runner, which first of all reports `ready`, or `lost` where it cannot start. Reports come later, never at once. */
export type OpenRunner = (onReport: (report: unknown) => void) => Runner;
