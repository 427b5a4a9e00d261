import type { OwnTask, Task } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import { tasksOf } from '../../tasks/tasks.ts';

/** What tasks' own references do not pass, as sentences: either the reference or a test is wrong. */
export async function referenceProblems(
  tasks: readonly OwnTask[],
  references: readonly (string | undefined)[],
  judge: (task: Task, program: string) => Promise<Verdict>,
): Promise<string[]> {
  const judged = tasksOf(tasks).map(async (task, i) => {
    const reference = references[i];
    if (reference === undefined) return [];
    const { name, tests } = await judge(task, reference);
    if (name === 'passed') return [];
    const at = tests.findIndex(({ verdict }) => verdict !== 'passed');
    const { verdict, got, expected, message } = tests[at];
    const what = verdict === 'failed' ? `gives ${got}, expected is ${expected}` : (message ?? verdict);
    return [`“${task.statement}”: its reference fails the ${at + 1}. test: ${what}.`];
  });
  return (await Promise.all(judged)).flat();
}
