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

/** Characters of a value that a result keeps: enough to be shown. */
const shownLength = 200;
const shown = (text: string) => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);

/** Strings, and what is written without quotation marks and may be a number. */
const parts = /"(?:[^"\\]|\\.)*"|[\w.+-]+/g;

/**
 * The same text with every number as this engine writes it: two engines may print one number differently, as 2⁻²⁴ is printed
 * 5.960464477539063e-8 or 5.9604644775390625e-8. A BigInt, which ends in n, is no such number.
 */
function withOwnNumbers(text: string): string {
  return text.replace(parts, (part) => {
    if (part.startsWith('"')) return part;
    const value = Number(part);
    return Number.isNaN(value) || Object.is(value, -0) ? part : String(value);
  });
}

function resultOf(outcome: Outcome, expected: string): TestResult {
  const wanted = shown(expected);
  if (outcome.kind !== 'value') return { verdict: outcome.kind, expected: wanted, message: outcome.text };
  const passed = outcome.text === expected || withOwnNumbers(outcome.text) === expected;
  return { verdict: passed ? 'passed' : 'failed', got: shown(outcome.text), expected: wanted };
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
