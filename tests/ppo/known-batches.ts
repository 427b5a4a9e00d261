import { predictors } from '../../src/ppo/predictors.ts';
import type { Context, Known } from '../../src/ppo/predictors.ts';
import { normal, stream } from '../../src/ppo/random.ts';

/** A predictor by its name. */
export function predictor(name: string) {
  const found = predictors.find((one) => one.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/** A predictor's value, by its name. */
export const valueOf = (
  name: string,
  batch: Known,
  kept: readonly number[],
  context: Partial<Context> = {},
) => predictor(name).of(batch, kept, { whitening: 'kept', ...context });

/** Every row of a batch. */
export const rowsOf = ({ scores }: Known) => Array.from(scores, (_, row) => row);

/** Prompts of many pass rates; score = truth · slope + noise. The second score is another of the same kind. */
export function noisy(seed: number, { prompts = 32, groupSize = 8, slope = 1, noise = 1 } = {}) {
  const random = stream(seed, 'evaluation');
  const rates = Array.from({ length: prompts }, () => random.uniform());
  const truths = Array.from({ length: prompts * groupSize }, (_, row): number =>
    random.uniform() < rates[Math.floor(row / groupSize)] ? 1 : 0,
  );
  const score = (truth: number) => slope * truth + noise * normal(random);
  return { batch: { scores: truths.map(score), truths, groupSize }, second: truths.map(score) };
}
