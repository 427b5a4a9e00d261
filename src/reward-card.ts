/** What is known of a reward model before anyone trains with it: measured once, kept in the manifest, shown where it is chosen. */
import type { RewardModel, ScoreConstants } from './model/reward-model.ts';
import type { Rollout } from './model/rollout.ts';
import { stream } from './ppo/random.ts';
import { mergedPools, pairAccuracy, scoreAll, type Pool } from './pretrain.ts';
import type { RewardCard } from './protocol/reward-card.ts';

/** Responses of the SFT policy to held-out prompts, the prompt of row r being ⌊r / groupSize⌋. */
export interface Sampled {
  pool: Pool;
  rollout: Rollout;
  testScores: Float32Array;
  groupSize: number;
}

const BINS = 10;
const RESAMPLES = 10;
const TAIL = 0.02;
/** Updates after which policies are met. */
const CARD_AFTER = [0, 20, 40];
/** As many as a run must have for that. */
export const CARD_UPDATES = Math.max(...CARD_AFTER) + 1;
const round = (x: number) => Number(x.toFixed(3));
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: readonly number[]) => {
  const middle = mean(values);
  return mean(values.map((x) => (x - middle) ** 2));
};

/** A score, and whether the response passed, 1 or 0. */
interface Point {
  score: number;
  passed: number;
}
const passRate = (points: readonly Point[]) => mean(points.map(({ passed }) => passed));

/** p(pass) = 1 / (1 + e^−(intercept + slope · score)) of greatest likelihood, by Newton's steps, which a small ridge keeps finite. */
export function logistic(points: readonly Point[]): { slope: number; intercept: number } {
  const RIDGE = 1e-3;
  let [intercept, slope] = [0, 0];
  for (let step = 0; step < 30; step++) {
    let [g0, g1, h00, h01, h11] = [-RIDGE * intercept, -RIDGE * slope, RIDGE, 0, RIDGE];
    for (const { score, passed } of points) {
      const p = 1 / (1 + Math.exp(-(intercept + slope * score)));
      const weight = p * (1 - p);
      g0 += passed - p;
      g1 += (passed - p) * score;
      h00 += weight;
      h01 += weight * score;
      h11 += weight * score * score;
    }
    const determinant = h00 * h11 - h01 * h01;
    intercept += (h11 * g0 - h01 * g1) / determinant;
    slope += (h00 * g1 - h01 * g0) / determinant;
  }
  return { slope, intercept };
}

/** Points sorted by score, cut into `count` runs of equal size. */
function cut(sorted: readonly Point[], count: number): Point[][] {
  const at = (i: number) => Math.round((i * sorted.length) / count);
  return Array.from({ length: count }, (_, i) => sorted.slice(at(i), at(i + 1)));
}

const byScore = (points: readonly Point[]) => points.toSorted((a, b) => a.score - b.score);

/** Pass rate by tenth of the score, and its deviation over resamples that draw whole prompts. */
function reliability(prompts: readonly (readonly Point[])[], seed: number): RewardCard['reliability'] {
  const bins = cut(byScore(prompts.flat()), BINS);
  const random = stream(seed, 'bootstrap', 0);
  const resamples = Array.from({ length: RESAMPLES }, () => {
    const drawn = prompts.map(() => prompts[random.integer(prompts.length)]);
    return cut(byScore(drawn.flat()), BINS).map(passRate);
  });
  return {
    scores: bins.map((bin) => round(mean(bin.map(({ score }) => score)))),
    passRates: bins.map((bin) => round(passRate(bin))),
    deviations: bins.map((_, b) => round(Math.sqrt(variance(resamples.map((rates) => rates[b]))))),
  };
}

/** What scores and truths say. `prompts` are the judged responses that ended, prompt by prompt. */
export function scoresCard(
  prompts: readonly (readonly Point[])[],
  seed: number,
): Omit<RewardCard, 'heldOut' | 'inTraining'> {
  const sorted = byScore(prompts.flat());
  const { slope, intercept } = logistic(sorted);
  const chance = ({ score }: Point) => 1 / (1 + Math.exp(-(intercept + slope * score)));
  const errors = cut(sorted, BINS).map((bin) => Math.abs(passRate(bin) - mean(bin.map(chance))));
  const groups = prompts.filter((points) => points.length > 1);
  return {
    varianceWithin: round(mean(groups.map((points) => variance(points.map(({ score }) => score))))),
    calibration: { slope: round(slope), intercept: round(intercept), error: round(mean(errors)) },
    topPassRate: round(passRate(sorted.slice(-Math.max(1, Math.round(TAIL * sorted.length))))),
    reliability: reliability(prompts, seed),
  };
}

/**
 * The card. `batches`: none, where it is not known how the model fares in training; else what a policy wrote while it learned from this model, in `CARD_UPDATES` updates. The SFT policy wrote the first two, the policy
 * after u updates number u + 1.
 */
export async function rewardCard(
  model: RewardModel,
  constants: ScoreConstants,
  { pool, rollout, testScores, groupSize }: Sampled,
  batches: readonly Pool[],
  seed: number,
): Promise<RewardCard> {
  const scores = await scoreAll(model, rollout, constants);
  const prompts: Point[][] = Array.from({ length: rollout.rows / groupSize }, () => []);
  for (let r = 0; r < rollout.rows; r++)
    if (rollout.ended[r] === 1 && !Number.isNaN(testScores[r]))
      prompts[Math.floor(r / groupSize)].push({ score: scores[r], passed: testScores[r] === 1 ? 1 : 0 });
  const inTraining: RewardCard['inTraining'] = [];
  // One batch is too small to tell, so those beside it join it.
  for (const update of batches.length > 0 ? CARD_AFTER : []) {
    const near = mergedPools(batches.slice(update, update + 3));
    inTraining.push({ update, accuracy: round(await pairAccuracy(model, near)) });
  }
  return { heldOut: round(await pairAccuracy(model, pool)), inTraining, ...scoresCard(prompts, seed) };
}
