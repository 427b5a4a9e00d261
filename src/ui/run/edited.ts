/** Programs that a visitor edited. */
import type { Judge } from '../../judge/host/judge.ts';
import type { Teacher } from '../../protocol/config.ts';
import type { Task } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import type { Threads } from './threads.ts';

type AnyJudge = Pick<Judge, 'judge'>;

/** Runs a program's unit tests before all else that waits for the judge: somebody looks on. */
export async function judgeEdited(judge: AnyJudge, task: Task, program: string): Promise<Verdict> {
  const item = { program, entryPoint: task.entryPoint, tests: task.tests };
  const [verdict] = await judge.judge([item], { priority: 'visitor' });
  return verdict;
}

/** Runs the unit tests and asks the run for `teacher`'s score; `problem` says why there is none. */
export async function judgeAndScore(
  judge: AnyJudge,
  run: Pick<Threads, 'ask'> | undefined,
  task: Task,
  program: string,
  teacher: Teacher,
) {
  if (teacher === 'tests') {
    const verdict = await judgeEdited(judge, task, program);
    return { verdict, score: 2 * verdict.testScore - 1, problem: undefined };
  }
  const scored = run
    ?.ask({ type: 'score', teacher, taskId: task.id, program })
    .catch((error: Error) => ({ type: 'scored' as const, score: undefined, problem: error.message }));
  const [verdict, answer] = await Promise.all([judgeEdited(judge, task, program), scored]);
  if (answer?.type !== 'scored') return { verdict, score: undefined, problem: 'There is no run to ask.' };
  return { verdict, score: answer.score, problem: answer.problem };
}
