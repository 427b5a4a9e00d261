/** The numbers an update reports: what the learner knows by itself, and what the truth says of it afterwards. */
import { sightsOf, updateFlops } from './model/flops.ts';
import type { NetworkConfig } from './model/network.ts';
import type { Experience, Lesson, StepStats } from './model/policy.ts';
import type { Rollout } from './model/rollout.ts';
import { asksPolicy } from './ppo/filter.ts';
import { effectiveTrials } from './ppo/effective-trials.ts';
import { meanPassAtK } from './ppo/pass-at-k.ts';
import { binned, explainedVariance, r2Binned, squaredCorrelation } from './ppo/reliability.ts';
import { isRewardModel, type Knobs } from './protocol/config.ts';
import type { Metrics } from './protocol/metrics.ts';
import type { Recent } from './protocol/state.ts';

/** Batches that the binned R² looks back on. */
const R2_WINDOW = 5;

/** NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0) / values.length;
}

/** Σ over the masked positions of row r of an (R, T) array. */
function sumOverRow(T: number, r: number, mask: Float32Array, value: (m: number) => number): number {
  let sum = 0;
  for (let m = r * T; m < (r + 1) * T; m++) if (mask[m] > 0) sum += value(m);
  return sum;
}

/**
 * Of each row (all, or those that `index` names): the KL to the reference, nats over its tokens, and its tokens' mean advantage where
 * there are advantages.
 */
export function perResponse(
  rows: Experience & Partial<Pick<Lesson, 'advantages'>>,
  index: readonly number[] = Array.from({ length: rows.rows }, (_, r) => r),
): { kl: Float32Array; advantages: Float32Array } {
  const { contextLength: T, mask, logprobs, refLogprobs, advantages } = rows;
  const sum = (r: number, value: (m: number) => number) => sumOverRow(T, r, mask, value);
  return {
    kl: Float32Array.from(index, (r) => sum(r, (m) => logprobs[m] - refLogprobs[m])),
    advantages: Float32Array.from(index, (r) => sum(r, (m) => advantages?.[m] ?? NaN) / sum(r, () => 1)),
  };
}

/** Metrics of a finished update, from what the learner saw. */
export function report(
  collected: { scores: Float32Array; kept: readonly number[] },
  lesson: Lesson,
  index: readonly number[],
  steps: readonly StepStats[],
): Metrics {
  const { scores, kept } = collected;
  const { contextLength: T, mask } = lesson;
  const over = (name: keyof StepStats) => mean(steps.map((step) => step[name]));
  // With whitening over `all`, the lesson holds more rows than are learned from.
  const keptMask = new Float32Array(mask.length);
  for (const r of index) keptMask.set(mask.subarray(r * T, (r + 1) * T), r * T);
  return {
    'objective/scores': mean(scores),
    'filter/kept': kept.length,
    'policy/loss': over('policyLoss'),
    'policy/approx_kl': over('approxKl'),
    'policy/clip_frac': over('clipFrac'),
    'policy/entropy': over('entropy'),
    'policy/grad_norm': over('gradNorm'),
    'policy/adam_steps': steps.length,
    'policy/kl_kept': mean(perResponse(lesson, index).kl),
    'value/loss': over('valueLoss'),
    'value/explained_variance': explainedVariance(lesson.values, lesson.returns, keptMask),
  };
}

/** What an update took: responses drawn, and FLOPs of all networks. `lesson` holds the rows whose log-probs and values were asked for. */
export function costs(
  network: NetworkConfig,
  { rollout, teacher, filter, epochs }: { rollout: Rollout } & Pick<Knobs, 'teacher' | 'filter' | 'epochs'>,
  lesson: Rollout,
  index: readonly number[],
): Metrics {
  const flops = updateFlops(network, {
    sampled: sightsOf(rollout),
    isScored: isRewardModel(teacher),
    asked: asksPolicy(filter) ? sightsOf(rollout) : [],
    experienced: sightsOf(lesson),
    learned: sightsOf(lesson, index),
    epochs,
  });
  return { 'cost/drawn': rollout.rows, 'cost/flops': flops };
}

/**
 * Metrics of a batch once it is judged: (P·N) scores and truths, and the rows that were kept. The kept ones are among the `recent`
 * that are returned.
 */
export function compareWithTruth(
  recent: Recent,
  scores: Float32Array,
  testScores: Float32Array,
  kept: readonly number[],
  groupSize: number,
): { recent: Recent; metrics: Metrics } {
  const judged = Array.from(testScores.keys()).filter((r) => !Number.isNaN(testScores[r]));
  const known = kept.filter((r) => !Number.isNaN(testScores[r]));
  const passed = (r: number) => (testScores[r] === 1 ? 1 : 0);
  const share = (value: (r: number) => number) =>
    judged.reduce((sum, r) => sum + value(r), 0) / judged.length;
  const batch = { scores: known.map((r) => scores[r]), passed: known.map(passed) };
  const window = [...recent, batch].slice(-R2_WINDOW);
  const bins = binned(
    window.flatMap((b) => b.scores),
    window.flatMap((b) => b.passed),
  );
  const metrics = {
    'objective/test_score': share((r) => testScores[r]),
    'objective/pass_rate': share(passed),
    'objective/pass_rate_trials': effectiveTrials(testScores, groupSize),
    'objective/pass@4': meanPassAtK(testScores, groupSize, 4),
    'filter/r2': squaredCorrelation(batch.scores, batch.passed) ?? NaN,
    'filter/r2_binned': r2Binned(bins.bins)?.r2 ?? NaN,
  };
  return { recent: window, metrics };
}
