/** Programs that a visitor edited. */
import type { Judge } from '../../judge/host/judge.ts';
import { isRewardModel } from '../../protocol/config.ts';
import type { Batch } from '../../protocol/batch.ts';
import { namesTests, ownScores } from '../../ppo/own/own-score.ts';
import { responseIdsOf } from '../../tasks/program-text.ts';
import { taskById } from '../../tasks/tasks.ts';
import type { Task } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import type { Bench } from '../own/own-code.svelte.ts';
import type { Threads } from './threads.ts';

type AnyJudge = Pick<Judge, 'judge' | 'call'>;
/** What scored the responses that it stands among. */
export type ScoredBy = Pick<Batch, 'teacher' | 'teacherCode'> & {
  /** The code came from elsewhere, and nobody has said that it may run. */
  isUnread?: boolean;
};

/** Runs a program's unit tests before all else that waits for the judge: somebody looks on. */
export async function judgeEdited(
  judge: Pick<Judge, 'judge'>,
  task: Task,
  program: string,
): Promise<Verdict> {
  const item = { program, entryPoint: task.entryPoint, tests: task.tests };
  const [verdict] = await judge.judge([item], { priority: 'visitor' });
  return verdict;
}

/** Runs the unit tests and asks the run, or the code, that is the teacher for its score; `problem` says why there is none. */
export async function judgeAndScore(
  judge: AnyJudge,
  run: Pick<Threads, 'ask'> | undefined,
  task: Task,
  program: string,
  { teacher, teacherCode = '', isUnread }: ScoredBy,
) {
  if (!isRewardModel(teacher)) {
    const verdict = await judgeEdited(judge, task, program);
    const scored =
      teacher === 'tests'
        ? { score: 2 * verdict.testScore - 1, problem: undefined }
        : isUnread
          ? {
              score: undefined,
              problem: 'The code that scored the others came with a file and has not run here.',
            }
          : await scoreByCode(judge, teacherCode, task, program, verdict);
    return { verdict, ...scored };
  }
  const scored = run
    ?.ask({ type: 'score', teacher, taskId: task.id, program })
    .catch((error: Error) => ({ type: 'scored' as const, score: undefined, problem: error.message }));
  const [verdict, answer] = await Promise.all([judgeEdited(judge, task, program), scored]);
  if (answer?.type !== 'scored') return { verdict, score: undefined, problem: 'There is no run to ask.' };
  return { verdict, score: answer.score, problem: answer.problem };
}

/** What a visitor's own score says of a program. */
async function scoreByCode(judge: AnyJudge, code: string, task: Task, program: string, verdict: Verdict) {
  const written = responseIdsOf(task, program);
  if ('problem' in written) return { score: undefined, problem: written.problem };
  const passes = namesTests(code) ? [verdict.tests.map((test) => test.verdict === 'passed')] : undefined;
  try {
    const [score] = await ownScores((request) => judge.call(request), code, {
      ...{
        programs: [program],
        statements: [task.statement],
        tokens: [written.ids.length],
        ended: [true],
        passes,
      },
    });
    return { score, problem: undefined };
  } catch (error) {
    return { score: undefined, problem: (error as Error).message };
  }
}

async function testsOf(judge: AnyJudge, { programs, taskIds, groupSize }: Batch): Promise<boolean[][]> {
  const items = programs.map((program, row) => {
    const { entryPoint, tests } = taskById(taskIds[Math.floor(row / groupSize)]);
    return { program, entryPoint, tests };
  });
  const verdicts = await judge.judge(items, { priority: 'visitor' });
  const problem = verdicts.find(({ name }) => name === 'infra')?.tests[0].message;
  if (problem !== undefined) throw new Error(problem);
  return verdicts.map(({ tests }) => tests.map(({ verdict }) => verdict === 'passed'));
}

/** What code is tried with, but for the policy. */
export const benchWith = (judge: AnyJudge): Omit<Bench, 'policyFacts'> => ({
  call: (request) => judge.call(request),
  testsOf: (batch) => testsOf(judge, batch),
  task: taskById,
});
