/**
 * The one predictor that looks into the network: whether the step that a filter would have the policy take leads where the truth would
 * have it go. It costs a forward and a backward pass of all that was kept, and of the whole batch.
 */
import type { Lesson, Policy } from './model/policy.ts';
import { rolloutOfBatch, selectRows, type Rollout } from './model/rollout.ts';
import { percentileInterval } from './ppo/bootstrap.ts';
import { truthsOf } from './ppo/reliability.ts';
import type { Batch } from './protocol/batch.ts';
import type { Knobs } from './protocol/config.ts';
import type { Interval } from './protocol/messages.ts';
import type { RandomStream } from './protocol/random-stream.ts';
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
  return leavingAsItWas(policy, async () => {
    const [truth] = await gradientsOfTruth(policy, judged, knobs, whole);
    const cosines: (number | undefined)[] = [];
    for (const rows of kept) {
      const [taught] = await gradientsOfKept(policy, judged, rows, knobs, whole);
      const lengths = Math.sqrt(dot(taught, taught) * dot(truth, truth));
      cosines.push(lengths > 0 ? dot(taught, truth) / lengths : undefined);
    }
    return cosines;
  });
}

/** Blocks of prompts that a bootstrap draws from, at most: each has gradients of its own. */
const MOST_BLOCKS = 32;
const DRAWS = 200;

/**
 * The same, each with the 95 % percentile interval of a bootstrap that draws whole prompts (or blocks of them, where there are more than 32):
 * gradients are sums over prompts. The filter does not choose again, nor is whitened again. An interval that misses the value is stretched
 * to it; of a single prompt it is that alone.
 */
export async function cosinesWithIntervals(
  policy: Policy,
  judged: JudgedRollout,
  kept: readonly (readonly number[])[],
  knobs: Knobs,
  random: RandomStream,
): Promise<(Interval | undefined)[]> {
  const prompts = judged.scores.length / judged.groupSize;
  const blocks = Math.min(MOST_BLOCKS, prompts);
  const byBlock: Split = (rows) => {
    const split: number[][] = Array.from({ length: blocks }, () => []);
    rows.forEach((row, i) => {
      split[Math.floor((Math.floor(row / judged.groupSize) * blocks) / prompts)].push(i);
    });
    return split;
  };
  // One draw for all filters, so that what they differ by is not the draw.
  const draws = Array.from({ length: DRAWS }, () => {
    const times = new Float64Array(blocks);
    for (let drawn = 0; drawn < blocks; drawn++) times[random.integer(blocks)]++;
    return times;
  });
  return leavingAsItWas(policy, async () => {
    const truth = await gradientsOfTruth(policy, judged, knobs, byBlock);
    const truthByTruth = products(truth, truth);
    const found: (Interval | undefined)[] = [];
    for (const rows of kept) {
      const taught = await gradientsOfKept(policy, judged, rows, knobs, byBlock);
      const [own, both] = [products(taught, taught), products(taught, truth)];
      const cosine = (times: Float64Array) => {
        const lengths = Math.sqrt(weighed(own, times) * weighed(truthByTruth, times));
        return lengths > 0 ? weighed(both, times) / lengths : undefined;
      };
      const value = cosine(new Float64Array(blocks).fill(1));
      if (value === undefined) found.push(undefined);
      else {
        const [low, high] = (blocks > 1 && percentileInterval(draws.map(cosine))) || [value, value];
        found.push({ value, low: Math.min(low, value), high: Math.max(high, value) });
      }
    }
    return found;
  });
}

/** Places of rows, in parts whose gradients are asked for apart. */
type Split = (rows: readonly number[]) => readonly (readonly number[])[];
const whole: Split = (rows) => [rows.map((_, i) => i)];

async function leavingAsItWas<Result>(policy: Policy, work: () => Promise<Result>): Promise<Result> {
  const { learner, critic } = policy;
  const [own, theirs] = await Promise.all([learner.state(), critic.learner.state()]);
  try {
    return await work();
  } finally {
    learner.restore(own);
    critic.learner.restore(theirs);
  }
}

async function gradientsOfKept(
  policy: Policy,
  { rollout, scores, groupSize }: JudgedRollout,
  kept: readonly number[],
  knobs: Knobs,
  split: Split,
): Promise<Float64Array[]> {
  if (kept.length === 0) return split(kept).map(() => new Float64Array(0));
  const everyRow = Array.from(scores.keys());
  const rows = knobs.whitening === 'all' ? everyRow : kept;
  const index = knobs.whitening === 'all' ? kept : kept.map((_, i) => i);
  const known = await policy.experience(selectRows(rollout, rows), knobs.temperature);
  const { whitenedAdvantages, returns } = advantagesOf(known, { scores, groupSize, rows }, knobs);
  const lesson = { ...known, advantages: whitenedAdvantages, returns };
  return gradientsOf(
    policy,
    lesson,
    split(kept).map((part) => part.map((i) => index[i])),
    knobs,
  );
}

async function gradientsOfTruth(
  policy: Policy,
  { rollout, groupSize, truths }: JudgedRollout,
  knobs: Knobs,
  split: Split,
): Promise<Float64Array[]> {
  const known = await policy.experience(rollout, knobs.temperature, false);
  const better = betterThanPrompt(truths, groupSize);
  const rows = Array.from(truths.keys()).filter((r) => !Number.isNaN(truths[r]));
  const T = rollout.contextLength;
  const advantages = known.mask.map((isAction, m) => isAction * (better[Math.floor(m / T)] || 0));
  const lesson = { ...known, advantages, returns: known.values };
  return gradientsOf(
    policy,
    lesson,
    split(rows).map((part) => part.map((i) => rows[i])),
    knobs,
  );
}

/** (R) the truth of each response less its prompt's mean over the known ones; NaN of the unknown. */
function betterThanPrompt(truths: Float32Array, groupSize: number): Float32Array {
  return truths.map((truth, r) => {
    const start = r - (r % groupSize);
    const group = truths.subarray(start, start + groupSize).filter((other) => !Number.isNaN(other));
    return truth - group.reduce((sum, other) => sum + other, 0) / group.length;
  });
}

/** Of each part the policy's gradient summed over the tokens of its rows: that of Adam steps that move nothing. All parameters in one array. */
async function gradientsOf(
  policy: Policy,
  lesson: Lesson,
  parts: readonly (readonly number[])[],
  { temperature, clipRange }: Knobs,
): Promise<Float64Array[]> {
  const still = {
    ...{ learningRate: 0, criticLearningRate: 0, weightDecay: 0, beta1: 0, beta2: 0, epsilon: 1 },
    ...{ maxGradNorm: 1, valueClipRange: 1, entropyCoef: 0, temperature, clipRange },
  };
  const sums: Float64Array[] = [];
  for (const rows of parts) {
    let sum = new Float64Array(0);
    for (let first = 0; first < rows.length; first += policy.minibatchSize) {
      const { tokens } = await policy.step(lesson, rows.slice(first, first + policy.minibatchSize), still);
      const means = [...(await policy.learner.gradients.save()).values()];
      const before = sum;
      sum = new Float64Array(means.reduce((length, { length: own }) => length + own, 0));
      let at = 0;
      for (const mean of means) for (const g of mean) sum[at] = (before[at++] ?? 0) + g * tokens;
    }
    sums.push(sum);
  }
  return sums;
}

/** 0 where one of them is of nothing. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = Math.min(a.length, b.length) - 1; i >= 0; i--) sum += a[i] * b[i];
  return sum;
}

/** Every one of the first by every one of the second. */
const products = (first: readonly Float64Array[], second: readonly Float64Array[]) =>
  first.map((a) => second.map((b) => dot(a, b)));

/** The product of two sums, of which each part counts so many times. */
function weighed(parts: readonly (readonly number[])[], times: Float64Array): number {
  let sum = 0;
  parts.forEach((row, p) => {
    if (times[p] > 0) row.forEach((value, q) => (sum += times[p] * times[q] * value));
  });
  return sum;
}
