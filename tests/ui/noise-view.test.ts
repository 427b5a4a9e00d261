import { beforeAll, describe, expect, test } from 'vitest';
import { noiseNames, standardNoise } from '../../src/ppo/noise.ts';
import type { NoiseConfig } from '../../src/protocol/config.ts';
import type { RunEvent } from '../../src/protocol/events.ts';
import { hasNoise, isScoredWith, previewNoise, scoredBy } from '../../src/ui/noise-view.ts';
import type { JudgedBatch } from '../../src/ui/run/run-model.ts';
import { run } from '../tiny-run.ts';
import { batchOf, truths } from './batch.ts';

const SEED = 3;
/** The batch of an update, and what was found out about it. */
function judgedOf(events: readonly RunEvent[], update: number): JudgedBatch {
  const batch = events.find((event) => event.type === 'batch' && event.update === update);
  const judged = events.find((event) => event.type === 'judged' && event.update === update);
  if (batch?.type !== 'batch' || judged?.type !== 'judged') throw new Error(`no update ${update}`);
  return { batch: batch.batch, testScores: judged.testScores };
}
async function runWith(noise: NoiseConfig): Promise<RunEvent[]> {
  const knobs = { teacher: 'tests', noise } as const;
  // A batch is judged up to two updates late.
  return (await run({ seed: SEED, updates: 3, knobs })).events;
}

describe('a preview', () => {
  let plain: JudgedBatch;
  beforeAll(async () => (plain = judgedOf(await runWith(standardNoise('none')), 0)));

  test.each(noiseNames)('of %s is what training would have given the same batch', async (name) => {
    const noise = standardNoise(name);
    const events = await runWith(noise);
    const trained = judgedOf(events, 0);
    expect(trained.batch.tokens).toEqual(plain.batch.tokens);
    expect(previewNoise(plain, noise, SEED)!.scores).toEqual(trained.batch.scores);
    // Of a batch that was scored so, also later: what it was scored.
    const later = judgedOf(events, 1);
    expect(previewNoise(later, noise, SEED)!.scores).toEqual(later.batch.scores);
    const otherSeed = [...previewNoise(later, noise, SEED + 1)!.scores];
    expect(otherSeed.some((score, row) => score !== later.batch.scores[row])).toBe(name !== 'none');
  });

  test('waits for the truth, and holds what could not be judged against nothing', () => {
    const batch = batchOf();
    expect(previewNoise({ batch }, standardNoise('even'), 1)).toBeUndefined();
    const { bins, scores } = previewNoise({ batch, testScores: truths }, standardNoise('even'), 1)!;
    expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(truths.length - 1);
    expect(scores.every(Number.isFinite)).toBe(true);
  });
});

test('what scored a batch is said in words', () => {
  const noise = standardNoise('unsure');
  expect(scoredBy({ teacher: 'strong', noise })).toBe('the strong model');
  expect(scoredBy({ teacher: 'tests', noise: standardNoise('none') })).toBe('the unit tests');
  expect(scoredBy({ teacher: 'tests', noise })).toBe(
    'the unit tests, with noise: a fifth of the responses is judged surely; the rest scores 0, with noise of 0.3 on all',
  );
  expect([hasNoise({ teacher: 'strong', noise }), hasNoise({ teacher: 'tests', noise })]).toEqual([
    false,
    true,
  ]);
});

test('a batch was scored with a noise only where the tests were its teacher', () => {
  const noise = standardNoise('unsure');
  expect(isScoredWith({ teacher: 'tests', noise }, { ...noise, height: 3 })).toBe(true); // not read
  expect(isScoredWith({ teacher: 'tests', noise }, { ...noise, share: 0.5 })).toBe(false);
  expect(isScoredWith({ teacher: 'weak', noise }, noise)).toBe(false);
});
