/** The numbers an update reports: what the learner knows by itself, and what the truth says of it afterwards. */
import type { Lesson, StepStats } from './model/policy.ts';
import { binned, explainedVariance, r2Binned, squaredCorrelation } from './ppo/reliability.ts';
import type { Metrics } from './protocol/metrics.ts';

/** Scores and passes (0 or 1) of the kept responses of recent batches, oldest first. */
export type Recent = { scores: number[]; passed: number[] }[];

/** Batches that the binned R² looks back on. */
const R2_WINDOW = 5;

/** Σ over the masked positions of row r of an (R, T) array. */
export function sumOverRow(T: number, r: number, mask: Float32Array, value: (m: number) => number): number {
  let sum = 0;
  for (let m = r * T; m < (r + 1) * T; m++) if (mask[m] > 0) sum += value(m);
  return sum;
}

/** Metrics of a finished update, from what the learner saw. */
export function report(
  collected: { scores: Float32Array; kept: readonly number[] },
  lesson: Lesson,
  index: readonly number[],
  steps: readonly StepStats[],
): Metrics {
  const { scores, kept } = collected;
  const { contextLength: T, mask, logprobs, refLogprobs } = lesson;
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  const over = (name: keyof StepStats) => mean(steps.map((step) => step[name]));
  // With whitening over `all`, the lesson holds more rows than are learned from.
  const keptMask = new Float32Array(mask.length);
  for (const r of index) keptMask.set(mask.subarray(r * T, (r + 1) * T), r * T);
  return {
    'objective/rm_score': mean(scores),
    'filter/kept': kept.length,
    'policy/loss': over('policyLoss'),
    'policy/approx_kl': over('approxKl'),
    'policy/clip_frac': over('clipFrac'),
    'policy/entropy': over('entropy'),
    'policy/grad_norm': over('gradNorm'),
    'policy/adam_steps': steps.length,
    'policy/kl_kept': mean(index.map((r) => sumOverRow(T, r, mask, (m) => logprobs[m] - refLogprobs[m]))),
    'value/loss': over('valueLoss'),
    'value/explained_variance': explainedVariance(lesson.values, lesson.returns, keptMask),
  };
}

/** Metrics of a batch once it is judged: (R) scores and truths, and the rows that were kept. Remembers the kept ones. */
export function compareWithTruth(
  recent: Recent,
  scores: Float32Array,
  testScores: Float32Array,
  kept: readonly number[],
): Metrics {
  const judged = Array.from(testScores.keys()).filter((r) => !Number.isNaN(testScores[r]));
  const known = kept.filter((r) => !Number.isNaN(testScores[r]));
  const passed = (r: number) => (testScores[r] === 1 ? 1 : 0);
  const share = (value: (r: number) => number) =>
    judged.reduce((sum, r) => sum + value(r), 0) / judged.length;
  const batch = { scores: known.map((r) => scores[r]), passed: known.map(passed) };
  recent.push(batch);
  if (recent.length > R2_WINDOW) recent.shift();
  const bins = binned(
    recent.flatMap((b) => b.scores),
    recent.flatMap((b) => b.passed),
  );
  return {
    'objective/test_score': share((r) => testScores[r]),
    'objective/pass_rate': share(passed),
    'filter/r2': squaredCorrelation(batch.scores, batch.passed) ?? NaN,
    'filter/r2_binned': r2Binned(bins.bins)?.r2 ?? NaN,
  };
}
