import type { UnitTest } from '../../protocol/task.ts';
import type { TestResult, Verdict } from '../../protocol/verdict.ts';
import type { Outcome } from './outcome.ts';
import { limits } from './limits.ts';
import { argumentsText, isNearly, shownText, valueText } from './value-text.ts';

/** A task's tests as the trusted side holds them. */
export interface Suite {
  /** One a test: what is sent to the program. */
  args: readonly string[];
  /** One a test: what must come back, as canonical text. It never leaves the trusted side. */
  expected: readonly string[];
  /** The same for people. */
  shown: readonly string[];
}

/** @throws RangeError where an expected value, or all of them, is larger than any that a program may return, or there is no test. */
export function suiteOf(tests: readonly UnitTest[]): Suite {
  if (tests.length === 0)
    throw new RangeError('There are no tests: a program needs at least one to be judged by.');
  const expected = tests.map((test) => valueText(test.expected));
  if (expected.reduce((sum, text) => sum + text.length, 0) > limits.programLength)
    throw new RangeError(
      `The expected values' texts are longer than ${limits.programLength} in all: make them smaller.`,
    );
  return {
    args: tests.map((test) => argumentsText(test.args)),
    expected,
    shown: expected.map((text) => shownText(text, limits.shownLength)),
  };
}

/**
 * Compares what came back with what must; runs on the trusted side alone.
 *
 * @param outcomes one a test
 * @param tolerance how far a number may be off, relative to the larger
 */
export function verdictOf(outcomes: readonly Outcome[], suite: Suite, tolerance: number): Verdict {
  const tests = outcomes.map(({ kind, text }, index): TestResult => {
    const expected = suite.shown[index];
    if (kind !== 'value') return { verdict: kind, expected, message: text };
    const wanted = suite.expected[index];
    const isRight = text === wanted || (tolerance > 0 && isNearly(text, wanted, tolerance));
    return { verdict: isRight ? 'passed' : 'failed', got: shownText(text, limits.shownLength), expected };
  });
  const passed = tests.filter((test) => test.verdict === 'passed').length;
  return {
    name: tests.find((test) => test.verdict !== 'passed')?.verdict ?? 'passed',
    testScore: passed / tests.length,
    tests,
  };
}

/** The verdict about a program that could not be judged: no score (NaN), to be kept out of every statistic. */
export function infraVerdict(suite: Suite, message: string): Verdict {
  const tests = suite.shown.map((expected): TestResult => ({ verdict: 'infra', expected, message }));
  return { name: 'infra', testScore: NaN, tests };
}
