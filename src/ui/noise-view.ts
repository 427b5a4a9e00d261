import { describeNoise, isNoisy, noiseKey } from '../ppo/noise.ts';
import { teacherLabel } from '../ppo/knobs.ts';
import { scoresOfTests } from '../ppo/tests-teacher.ts';
import type { Batch } from '../protocol/batch.ts';
import type { NoiseConfig } from '../protocol/config.ts';
import { once } from './batch-view.ts';
import type { JudgedBatch } from './run/run-model.ts';
import { tryFilter, type Reliability } from './tried.ts';

/** What scored a batch: only where the tests teach is noise on the scores. */
type Scoring = Pick<Batch, 'teacher' | 'noise'>;

export const hasNoise = ({ teacher, noise }: Scoring) => teacher === 'tests' && isNoisy(noise);

/** "the strong model", "the unit tests", "the unit tests, with noise: a fifth of the responses is judged surely; …" */
export function scoredBy(scoring: Scoring): string {
  const label = teacherLabel(scoring.teacher);
  const teacher = scoring.teacher === 'own-score' ? `your ${label}` : `the ${label}`;
  return hasNoise(scoring) ? `${teacher}, with noise: ${describeNoise(scoring.noise)}` : teacher;
}

/** Whether the tests with this noise are what scored a batch. */
export function isScoredWith({ teacher, noise }: Scoring, other: NoiseConfig): boolean {
  return teacher === 'tests' && noiseKey(noise) === noiseKey(other);
}

/**
 * Score against truth of a batch, had the tests with this noise been its teacher: the scores that training would have given it, from the
 * same stream. Undefined until judged.
 */
export function previewNoise(
  { batch, testScores }: JudgedBatch,
  noise: NoiseConfig,
  seed: number,
): Reliability | undefined {
  if (!testScores) return undefined;
  return once(testScores, `noise ${seed} ${noiseKey(noise)}`, () => {
    // What the judge could not run has no truth to be held against, whatever it scores.
    const known = testScores.map((testScore) => (Number.isNaN(testScore) ? 0 : testScore));
    const scores = scoresOfTests(known, batch.ended, noise, seed, batch.update);
    return tryFilter({ batch: { ...batch, scores }, testScores }, batch.filter, false, seed).reliability;
  });
}
