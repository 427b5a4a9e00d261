import type { Batch } from '../../protocol/batch.ts';
import type { VerdictName } from '../../protocol/verdict.ts';
import { fixed, ordinal, signed } from '../format.ts';
import type { JudgedBatch } from '../model.ts';
import { rankWithin } from '../../ppo/ranks.ts';

/** One response, with everything known about it. */
export interface Response {
  update: number;
  row: number;
  taskId: string;
  program: string;
  ended: boolean;
  rmScore: number;
  /** What scored it. */
  scoredBy: Pick<Batch, 'rewardSource' | 'rewardModel'>;
  /** 1 is the best-scored to its prompt. */
  rank: number;
  groupSize: number;
  /** How often PPO learns from it. */
  kept: number;
  /** Mean over its tokens, whitened; undefined where it was not learned from (yet). */
  advantage: number | undefined;
  /** Nats over the whole response; undefined where it was not learned from (yet). */
  kl: number | undefined;
}

/** What is known of row `row` of a batch. */
export function responseOf({ batch, experience }: JudgedBatch, row: number): Response {
  const { groupSize, rmScores } = batch;
  const prompt = Math.floor(row / groupSize);
  const group = rmScores.slice(prompt * groupSize, (prompt + 1) * groupSize);
  const place = experience ? experience.kept.indexOf(row) : -1;
  return {
    update: batch.update,
    row,
    taskId: batch.taskIds[prompt],
    program: batch.programs[row],
    ended: batch.ended[row],
    rmScore: rmScores[row],
    scoredBy: { rewardSource: batch.rewardSource, rewardModel: batch.rewardModel },
    rank: rankWithin(group, groupSize).indexOf(row - prompt * groupSize) + 1,
    groupSize,
    kept: batch.kept.filter((kept) => kept === row).length,
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
  fuel: 'does not come to an end',
  timeout: 'takes too long',
  memory: 'uses too much memory',
  crash: 'breaks the machine it runs in',
  infra: 'could not be judged: the judge itself failed',
};

/** "best of 8", "3rd of 8" */
export function rankWords(rank: number, groupSize: number): string {
  if (groupSize === 1) return 'only one';
  if (rank === 1) return `best of ${groupSize}`;
  return rank === groupSize ? `worst of ${groupSize}` : `${ordinal(rank)} of ${groupSize}`;
}

/** Why there is no advantage and no KL. */
function unlearned(response: Response): string {
  return response.update > 0 && response.kept > 0 ? 'not worked out yet' : 'not learned from';
}

export function advantageWords(response: Response): string {
  const { advantage } = response;
  if (advantage === undefined) return unlearned(response);
  const direction = advantage > 0 ? ', more of it' : advantage < 0 ? ', less of it' : '';
  return `${signed(advantage)}${direction}`;
}

export function klWords(response: Response): string {
  return response.kl === undefined ? unlearned(response) : `${fixed(response.kl, 3)} nats`;
}
