import type { JudgeItem } from '../../src/judge/core/scheduler.ts';
import { stream } from '../../src/ppo/random.ts';
import type { Verdict } from '../../src/protocol/verdict.ts';
import { sampleSolution } from '../../src/tasks/corpus.ts';
import { programText } from '../../src/tasks/program-text.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import { rounded, type Row } from './table.ts';

const WARM_UP = 200;

/** Programs of the corpus, right and wrong ones, judged a minute by one lane; no two have the same text. */
export async function judged(
  judge: (items: JudgeItem[]) => Promise<Verdict[]>,
  where: string,
  programs: number,
): Promise<Row> {
  const random = stream(1, 'corpus');
  const items = Array.from({ length: programs + WARM_UP }, (_, i) => {
    const task = trainTasks[i % trainTasks.length];
    const program = `${programText(task, sampleSolution(task, random))} // ${i}`;
    return { program, entryPoint: task.entryPoint, tests: task.tests };
  });
  await judge(items.slice(0, WARM_UP));
  const begun = performance.now();
  const verdicts = await judge(items.slice(WARM_UP));
  const minutes = (performance.now() - begun) / 60_000;
  const passed = verdicts.filter(({ name }) => name === 'passed').length;
  return { where, programs: verdicts.length, passed, 'a minute': rounded(verdicts.length / minutes) };
}
