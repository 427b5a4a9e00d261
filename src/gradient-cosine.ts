/**
 * The one predictor that looks into the network: whether the step that a filter would have the policy take leads where the truth would
 * have it go. It costs a forward and a backward pass of all that was kept, and of the whole batch.
 */
import type { Lesson, Policy } from './model/policy.ts';
import { rolloutOfBatch, selectRows, type Rollout } from './model/rollout.ts';
import { truthsOf } from './ppo/reliability.ts';
import type { Batch } from './protocol/batch.ts';
import type { Knobs } from './protocol/config.ts';
import { advantagesOf } from './train.ts';

/** Responses of one batch, row = prompt · groupSize + sample. */
export interface JudgedRollout {
  rollout: Rollout;
  groupSize: number;
  /** (R) */
  scores: Float32Array;
  /** (R) 1 passed, 0 failed, NaN unknown and left out of the truth's gradient. */
  truths: Float32Array;
}

/** A batch as the page knows it. `testScores` (R): shares of tests passed, NaN where the judge itself failed. */
export function judgedRollout(batch: Batch, testScores: Float32Array): JudgedRollout {
  const { groupSize, scores } = batch;
  return { rollout: rolloutOfBatch(batch), groupSize, scores, truths: truthsOf(testScores) };
}

/**
 * Of each list of `kept` rows (which may repeat) the cosine of two gradients with respect to the policy's parameters: that of the PPO loss
 * on the kept responses before the first step, and that of −Σ (s − p) log π over the whole batch, s the truth of a response and p
 * the pass rate of its prompt, which points to where the pass rate rises most. From −1 to 1; undefined where either gradient is 0.
 * Unlike Γ it sees errors that the policy can learn, because responses that share them push the same parameters.
 *
 * To be asked between two stages of an update; leaves the policy and its critic as they were.
 */
export async function gradientCosines(
  policy: Policy,
  judged: JudgedRollout,
  kept: readonly (readonly number[])[],
  knobs: Knobs,
): Promise<(number | undefined)[]> {
  const { learner, critic } = policy;
  const [own, theirs] = await Promise.all([learner.state(), critic.learner.state()]);
  try {
    const truth = await gradientOfTruth(policy, judged, knobs);
    const cosines: (number | undefined)[] = [];
    for (const rows of kept) {
      const taught = await gradientOfKept(policy, judged, rows, knobs);
      const lengths = Math.sqrt(dot(taught, taught) * dot(truth, truth));
      cosines.push(lengths > 0 ? dot(taught, truth) / lengths : undefined);
    }
    return cosines;
  } finally {
    learner.restore(own);
    critic.learner.restore(theirs);
  }
}

async function gradientOfKept(
  policy: Policy,
  { rollout, scores, groupSize }: JudgedRollout,
  kept: readonly number[],
  knobs: Knobs,
): Promise<Float64Array[]> {
  if (kept.length === 0) return [];
  const everyRow = Array.from(scores.keys());
  const rows = knobs.whitening === 'all' ? everyRow : kept;
  const index = knobs.whitening === 'all' ? kept : kept.map((_, i) => i);
  const known = await policy.experience(selectRows(rollout, rows), knobs.temperature);
  const { whitenedAdvantages, returns } = advantagesOf(known, { scores, groupSize, rows }, knobs);
  return gradientOf(policy, { ...known, advantages: whitenedAdvantages, returns }, index, knobs);
}

async function gradientOfTruth(
  policy: Policy,
  { rollout, groupSize, truths }: JudgedRollout,
  knobs: Knobs,
): Promise<Float64Array[]> {
  const known = await policy.experience(rollout, knobs.temperature, false);
  const better = betterThanPrompt(truths, groupSize);
  const rows = Array.from(truths.keys()).filter((r) => !Number.isNaN(truths[r]));
  const T = rollout.contextLength;
  const advantages = known.mask.map((isAction, m) => isAction * (better[Math.floor(m / T)] || 0));
  return gradientOf(policy, { ...known, advantages, returns: known.values }, rows, knobs);
}

/** (R) the truth of each response less its prompt's mean over the known ones; NaN of the unknown. */
function betterThanPrompt(truths: Float32Array, groupSize: number): Float32Array {
  return truths.map((truth, r) => {
    const start = r - (r % groupSize);
    const group = truths.subarray(start, start + groupSize).filter((other) => !Number.isNaN(other));
    return truth - group.reduce((sum, other) => sum + other, 0) / group.length;
  });
}

/** The policy's gradient summed over the tokens of the rows: that of Adam steps that move nothing. */
async function gradientOf(
  policy: Policy,
  lesson: Lesson,
  rows: readonly number[],
  { temperature, clipRange }: Knobs,
): Promise<Float64Array[]> {
  const still = {
    ...{ learningRate: 0, criticLearningRate: 0, weightDecay: 0, beta1: 0, beta2: 0, epsilon: 1 },
    ...{ maxGradNorm: 1, valueClipRange: 1, entropyCoef: 0, temperature, clipRange },
  };
  let sum: Float64Array[] = [];
  for (let first = 0; first < rows.length; first += policy.minibatchSize) {
    const { tokens } = await policy.step(lesson, rows.slice(first, first + policy.minibatchSize), still);
    const means = [...(await policy.learner.gradients.save()).values()];
    sum = means.map((mean, i) => Float64Array.from(mean, (g, j) => (sum[i]?.[j] ?? 0) + g * tokens));
  }
  return sum;
}

const dot = (a: readonly Float64Array[], b: readonly Float64Array[]): number =>
  a.reduce((sum, values, i) => values.reduce((s, value, j) => s + value * (b[i]?.[j] ?? 0), sum), 0);
