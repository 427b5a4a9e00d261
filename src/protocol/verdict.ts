/**
 * What became of a program, or of one of its tests. `infra` is a failure that no program explains: it is no score
 * and enters no statistic.
 */
export type VerdictName =
  | 'passed'
  | 'failed'
  | 'syntax'
  | 'load-error'
  | 'no-entry'
  | 'threw'
  | 'bad-value'
  | 'stack'
  | 'fuel'
  | 'timeout'
  | 'memory'
  | 'crash'
  | 'infra';

/** One unit test, as run. */
export interface TestResult {
  verdict: VerdictName;
  /** The returned value as text, its first 200 characters; absent when nothing came back. */
  got?: string;
  /** The expected value as text, its first 200 characters. */
  expected: string;
  /** What went wrong, in words, e.g. the message of what was thrown. */
  message?: string;
}

/** What is known of R programs that were judged. */
export interface Judged {
  /** (R) shares of tests passed; NaN where the judge itself failed. */
  testScores: Float32Array;
  /** (R) whether each passed each of its tests, in order. */
  passes: readonly (readonly boolean[])[];
}

/** The judge's answer about one program. */
export interface Verdict {
  /** `passed` iff every test passed; otherwise the verdict of the first test that did not. */
  name: VerdictName;
  /** Share of tests passed, in [0, 1]. */
  testScore: number;
  /** One entry a test, in order. */
  tests: TestResult[];
}
