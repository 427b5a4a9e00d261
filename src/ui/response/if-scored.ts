import { chanceKept, readsTruth, runsCode } from '../../ppo/filter.ts';
import { pathOf, stream } from '../../ppo/random.ts';
import { rankWithin } from '../../ppo/ranks.ts';
import type { BatchView } from '../batch-view.ts';
import type { JudgedBatch } from '../run/run-model.ts';
import { rankWords } from './response.ts';

/**
 * Where a response would stand among the others to its prompt had it another score, and whether the filter that is shown would then keep it:
 * by the filter's own functions on the batch with that score in place of its own.
 * @param testScore what its tests now say, NaN where they could not be run
 */
export function ifScored(
  { batch, testScores }: Pick<JudgedBatch, 'batch' | 'testScores'>,
  { filter }: Pick<BatchView, 'filter'>,
  seed: number,
  row: number,
  { score, testScore }: { score: number; testScore: number },
): string {
  const { groupSize, update } = batch;
  const scores = Float32Array.from(batch.scores);
  scores[row] = score;
  const rank = (rankWithin(scores, groupSize).indexOf(row) % groupSize) + 1;
  const place = groupSize === 1 ? 'the only one' : rankWords(rank, groupSize);
  const begin = `With this score it would be ${place}`;
  if (runsCode(filter))
    return `${begin}. Whether it would be kept is for the filter’s code to say, which has not run on it.`;
  if (readsTruth(filter) && !testScores)
    return `${begin}. Whether it would be kept can be said once the whole batch is judged.`;
  const truths = testScores && Float32Array.from(testScores);
  if (truths) truths[row] = testScore;
  const random = stream(seed, 'what-if', update, pathOf(filter.name));
  return `${begin}, and ${keptAt(chanceKept(scores, groupSize, filter, row, random, truths))}.`;
}

function keptAt(chance: number): string {
  if (chance === 0) return 'not kept';
  if (chance === 1) return /* @wc-include */ 'kept';
  if (chance < 0.01) return 'hardly ever kept: it is drawn by chance';
  return `kept in about ${Math.min(99, Math.round(100 * chance))}% of draws`;
}
