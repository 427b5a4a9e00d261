import { isDeepStrictEqual } from 'node:util';
import type { Task } from '../../src/protocol/task.ts';

/**
 * Share of a task's tests that a trusted program passes, run at once in this very process; NaN where it does not even
 * parse. Values are compared exactly: −0 is not 0.
 */
export function testScoreOf(task: Task, program: string): number {
  let entryPoint: (...args: unknown[]) => unknown;
  try {
    entryPoint = new Function(`${program}; return ${task.entryPoint};`)() as typeof entryPoint;
  } catch {
    return NaN;
  }
  const passed = task.tests.filter((test) => {
    try {
      return isDeepStrictEqual(
        entryPoint(...test.args.map((arg) => (Array.isArray(arg) ? [...arg] : arg))),
        test.expected,
      );
    } catch {
      return false;
    }
  });
  return passed.length / task.tests.length;
}
