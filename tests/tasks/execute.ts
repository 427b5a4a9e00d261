import { isDeepStrictEqual } from 'node:util';
import type { Json, Task } from '../../src/protocol/task.ts';

type EntryPoint = (...args: unknown[]) => unknown;

/** Loops count their rounds and stop at this many, so that no program, however wrong, hangs the tests. */
const mostRounds = 10_000;

/** A program as a function, made in this very process: only for what our own grammar wrote. Null if it does not parse. */
export function compile(program: string): EntryPoint | null {
  const counted = program
    .replaceAll('while (', 'while (round() && ')
    .replace(/(for \(let [^;]*; )/g, '$1round() && ');
  try {
    let rounds = 0;
    const round = () => {
      if (++rounds > mostRounds) throw new Error('too many rounds');
      return true;
    };
    const make = new Function('round', `${counted}; return f;`) as (round: () => boolean) => EntryPoint;
    const f = make(round);
    return (...args) => {
      rounds = 0;
      return f(...args);
    };
  } catch {
    return null;
  }
}

/** What a call returns, or a value that equals no answer where it throws. */
export function call(f: EntryPoint, args: readonly Json[]): unknown {
  try {
    return f(...args.map((arg) => (Array.isArray(arg) ? [...arg] : arg)));
  } catch (error) {
    return error;
  }
}

/** Share of a task's tests that a program passes; NaN where it does not parse. Compared exactly: −0 is not 0. */
export function testScoreOf(task: Task, program: string): number {
  const f = compile(program);
  if (f === null) return NaN;
  const passed = task.tests.filter(({ args, expected }) => isDeepStrictEqual(call(f, args), expected));
  return passed.length / task.tests.length;
}
