import type { UnitTest } from '../../protocol/task.ts';
import type { TestResult, Verdict } from '../../protocol/verdict.ts';
import type { Outcome } from './outcome.ts';
import { argumentsText, valueText } from './value-text.ts';

/** A task's tests as the trusted side holds them. */
export interface Suite {
  /** One a test: what is sent to the program. */
  args: readonly string[];
  /** One a test: what must come back. It never leaves the trusted side. */
  expected: readonly string[];
}

/** @throws RangeError where an expected value is larger than any that a program may return, or there is no test. */
export function suiteOf(tests: readonly UnitTest[]): Suite {
  if (tests.length === 0)
    throw new RangeError('There are no tests: a program needs at least one to be judged by.');
  return {
    args: tests.map((test) => argumentsText(test.args)),
    expected: tests.map((test) => valueText(test.expected)),
  };
}

function resultOf(outcome: Outcome, expected: string): TestResult {
  if (outcome.kind !== 'value') return { verdict: outcome.kind, expected, message: outcome.text };
  if (outcome.text === expected) return { verdict: 'passed', got: outcome.text, expected };
  return { verdict: 'failed', got: outcome.text, expected };
}

/** Compares what came back with what must; runs on the trusted side alone. `outcomes` has one entry a test. */
export function verdictOf(outcomes: readonly Outcome[], suite: Suite): Verdict {
  const tests = suite.expected.map((expected, index) => resultOf(outcomes[index], expected));
  const passed = tests.filter((test) => test.verdict === 'passed').length;
  return {
    name: tests.find((test) => test.verdict !== 'passed')?.verdict ?? 'passed',
    testScore: passed / tests.length,
    tests,
  };
}

/** The verdict about a program that could not be judged: no score (NaN), to be kept out of every statistic. */
export function infraVerdict(suite: Suite, message: string): Verdict {
  const tests = suite.expected.map((expected): TestResult => ({ verdict: 'infra', expected, message }));
  return { name: 'infra', testScore: NaN, tests };
}
