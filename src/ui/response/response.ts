import type { NoiseConfig, Teacher } from '../../protocol/config.ts';
import type { VerdictName } from '../../protocol/verdict.ts';
import { fixed, signed } from '../format.ts';
import type { BatchView } from '../batch-view.ts';
import type { JudgedBatch } from '../run/run-model.ts';

/** One response, with everything known about it. */
export interface OpenedResponse {
  update: number;
  row: number;
  taskId: string;
  program: string;
  ended: boolean;
  score: number;
  /** What scored it. */
  teacher: Teacher;
  teacherCode?: string;
  /** On the scores of the tests. */
  noise: NoiseConfig;
  /** 1 is the best-scored to its prompt. */
  rank: number;
  groupSize: number;
  /** How often the filter that is shown keeps it. */
  kept: number;
  /** PPO learned from what that filter kept; else it only would have. */
  isLearned: boolean;
  /** Mean over its tokens, whitened; undefined where it was not learned from (yet). */
  advantage: number | undefined;
  /** Nats over the whole response; undefined where it was not learned from (yet). */
  kl: number | undefined;
}

/** What is known of row `row` of a batch, under the filter that it is shown with. */
export function responseOf({ batch, experience }: JudgedBatch, view: BatchView, row: number): OpenedResponse {
  const { groupSize } = batch;
  const prompt = Math.floor(row / groupSize);
  const cell = view.cells[prompt].find((candidate) => candidate.row === row)!;
  const place = experience ? batch.kept.indexOf(row) : -1;
  return {
    update: batch.update,
    row,
    taskId: batch.taskIds[prompt],
    program: batch.programs[row],
    ended: batch.ended[row],
    score: cell.score,
    teacher: batch.teacher,
    teacherCode: batch.teacherCode,
    noise: batch.noise,
    rank: cell.rank + 1,
    groupSize,
    kept: cell.kept,
    isLearned: batch.update > 0 && !view.preview,
    advantage: place < 0 ? undefined : experience?.advantages[place],
    kl: place < 0 ? undefined : experience?.kl[place],
  };
}

/** A verdict in words. */
export const verdictWords: Record<VerdictName, string> = {
  passed: 'passes every test',
  failed: 'returns a wrong value',
  syntax: 'is not JavaScript (a syntax error)',
  'load-error': 'throws before it can be called',
  'no-entry': 'does not define the function',
  threw: 'throws when it is called',
  'bad-value': 'returns something that is no plain value',
  stack: 'calls or nests too deep',
  fuel: 'takes more steps than a program has',
  timeout: 'takes too long',
  memory: 'uses too much memory',
  crash: 'breaks the machine it runs in',
  infra: 'could not be judged: the judge itself failed',
};

/** "best of 8", "rank 3 of 8" */
export function rankWords(rank: number, groupSize: number): string {
  if (groupSize === 1) return 'only one';
  if (rank === 1) return `best of ${groupSize}`;
  return rank === groupSize ? `worst of ${groupSize}` : `rank ${rank} of ${groupSize}`;
}

/** "kept", "would be dropped", "kept 2 times" */
export function keptWords({ kept, isLearned }: Pick<OpenedResponse, 'kept' | 'isLearned'>): string {
  const once = kept > 0 ? /* @wc-include */ 'kept' : /* @wc-include */ 'dropped';
  const words = kept > 1 ? `kept ${kept} times` : once;
  return isLearned ? words : `would be ${words}`;
}

/** Why there is no advantage and no KL. */
function unlearned({ kept, isLearned }: OpenedResponse): string {
  return isLearned && kept > 0 ? 'not worked out yet' : 'not learned from';
}

export function advantageWords(response: OpenedResponse): string {
  const { advantage } = response;
  if (advantage === undefined) return unlearned(response);
  const direction = advantage > 0 ? ', more of it' : advantage < 0 ? ', less of it' : '';
  return `${signed(advantage)}${direction}`;
}

export function klWords(response: OpenedResponse): string {
  return response.kl === undefined ? unlearned(response) : `${fixed(response.kl, 3)} nats`;
}
