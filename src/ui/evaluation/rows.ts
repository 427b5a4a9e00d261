/** The responses of an evaluation, as the page lists them. */
import type { Evaluation } from '../../protocol/batch.ts';
import type { Task } from '../../protocol/task.ts';
import { resultOf, type Result } from '../batch-view.ts';
import { csv } from '../csv.ts';
import { bodyOf } from '../responses/rows.ts';

/** Prompts that were trained on, and those that were not. */
export type Split = 'held-out' | 'train';

/** One response. */
export interface EvaluatedResponse {
  /** Of the evaluation. */
  row: number;
  split: Split;
  task: Task;
  /** The whole function. */
  program: string;
  /** What is in it, on one line. */
  body: string;
  result: Result;
  /** Share of tests passed; NaN where the judge itself failed. */
  truth: number;
  /** NaN where there is none. */
  score: number;
  /** Nats over the whole response. */
  kl: number;
}

/** Of all E responses, in their order; `tasks` (E) are what they answer. */
export function rowsOf(
  { programs, trainCount, testScores, scores, kl }: Evaluation,
  tasks: readonly Task[],
): EvaluatedResponse[] {
  return programs.map((program, row) => ({
    ...{ row, split: row < trainCount ? 'train' : 'held-out', task: tasks[row], program },
    ...{ body: bodyOf(program), result: resultOf(testScores[row]) },
    ...{ truth: testScores[row], score: scores[row], kl: kl[row] },
  }));
}

/** Rows as a CSV file, in their order. */
export function csvOf(rows: readonly EvaluatedResponse[], update: number): string {
  return csv(
    ['update', 'split', 'task', 'prompt', 'program', 'verdict', 'truth', 'score', 'kl'],
    rows.map(({ split, task, program, result, truth, score, kl }) => [
      ...[update, split, task.id, task.statement, program, result, truth, score, kl],
    ]),
  );
}
