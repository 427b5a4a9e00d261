/**
 * Policy Filtration PPO (Shen, Zhang et al., arXiv 2409.06957), top to bottom. One update:
 *
 *   1 prompts      P programming tasks
 *   2 rollouts     N responses to each, from the unfiltered policy
 *   3 score        the reward model's scalar for each response
 *   4 filter       rank within the prompt, weigh the ranks, keep some
 *   5 judge        run the programs against their tests, beside the loop: the truth informs, it never teaches
 *   6 experience   log-probs under policy and reference, values
 *   7 advantages   β-shaped rewards, GAE, whitening
 *   8 update       epochs × minibatches of clipped PPO on the kept responses
 *
 * Where this departs from the paper: the critic is a value column on the policy's trunk, not a copy of the reward model; each
 * kept response is used `epochs` = 2 times, not 3; sampling cuts no tail (their code: top-p 0.9); β and the clamp of scores are
 * ours. Responses are kept without repetition (mode `select`) unless asked to be redrawn by weight: `resample` with whitening
 * over `all` is what the authors' released code does. As in the paper, kept responses are learned from as if the policy
 * had sampled them: selection is not corrected for.
 */
import { beside } from './beside.ts';
import { evaluate } from './evaluate.ts';
import { compareWithTruth, report, sumOverRow, type Recent } from './measure.ts';
import type { Lesson, Policy, StepStats } from './model/policy.ts';
import { NO_END_SCORE } from './model/reward-model.ts';
import { responseIds, selectRows, type Rollout } from './model/rollout.ts';
import { applyFilter, checkFilter, samplingPlan } from './ppo/filter.ts';
import { gae } from './ppo/gae.ts';
import { samplerKey, shuffled, stream } from './ppo/random.ts';
import { shapeRewards } from './ppo/shaping.ts';
import { whiten } from './ppo/whiten.ts';
import type { Batch } from './protocol/batch.ts';
import type { FilterConfig, Knobs, RewardModelName, RunConfig } from './protocol/config.ts';
import type { RunEvent } from './protocol/messages.ts';
import type { Task } from './protocol/task.ts';
import { programText } from './tasks/program-text.ts';
import { trainTasks } from './tasks/tasks.ts';

/** What a run is made of. */
export interface Training {
  readonly config: RunConfig;
  readonly policy: Policy;
  /** The visitor's knobs as they are now; where each is read is said in `Knobs`. */
  readonly knobs: () => Knobs;
  /** (R) standardised scores of a reward model. */
  readonly score: (rollout: Rollout, rewardModel: RewardModelName) => Promise<Float32Array>;
  /** (R) shares of tests passed; NaN where the judge itself failed. */
  readonly judge: (tasks: readonly Task[], programs: readonly string[]) => Promise<Float32Array>;
  /** Takes what arrives beside the loop: `judged` and `evaluated`. */
  readonly emit: (event: RunEvent) => void;
  /** Sees every intermediate array by name; for `npm run trace`. */
  readonly trace?: (
    update: number,
    name: string,
    values: ArrayLike<number>,
    shape: readonly number[],
  ) => void;
  /** Called after each Adam step, before the next overwrites what it left on the device. */
  readonly afterStep?: (update: number, step: number, rows: readonly number[]) => Promise<void>;
}

/** Batches whose truth may still be on its way when an update begins. */
const JUDGED_BEHIND = 2;

/** What the closing stages need to know of stages 1 to 4. */
interface Collected {
  rollout: Rollout;
  scores: Float32Array;
  kept: number[];
  temperature: number;
}

interface LoopState {
  /** Truths under way, oldest first. */
  judging: Promise<void>[];
  recent: Recent;
}

/**
 * Trains for as long as it is pulled. Yields before every stage and after every minibatch, so that whoever pulls can pause,
 * step or stop within one minibatch. Update 0 is the untrained policy's batch: shown and judged, never learned from.
 */
export async function* train(t: Training): AsyncGenerator<RunEvent, void, void> {
  const state: LoopState = { judging: [], recent: [] };
  yield* collect(t, 0, state);
  state.judging.push((yield* evaluate(t, 0)).truth);
  for (let update = 1; ; update++) {
    const collected = yield* collect(t, update, state);
    const { lesson, index } = yield* experience(t, update, collected);
    const steps = yield* learn(t, update, lesson, index, collected.temperature);
    yield { type: 'updated', update, metrics: report(collected, lesson, index, steps) };
    if (update % t.config.evalEvery === 0) state.judging.push((yield* evaluate(t, update)).truth);
  }
}

/** Stages 1 to 5. */
async function* collect(
  t: Training,
  update: number,
  state: LoopState,
): AsyncGenerator<RunEvent, Collected, void> {
  const { seed } = t.config;
  while (state.judging.length > JUDGED_BEHIND) await state.judging.shift();

  // 1 prompts
  yield { type: 'phase', update, phase: 'prompts' };
  const knobs = t.knobs();
  const { temperature, rewardSource, rewardModel } = knobs;
  const { promptCount, groupSize } = samplingPlan(knobs.filter, knobs.promptsPerUpdate, knobs.groupSize);
  const draw = stream(seed, 'prompts', update);
  const tasks = shuffled(trainTasks.length, draw)
    .slice(0, promptCount)
    .map((i) => trainTasks[i]);

  // 2 rollouts (P·N, T)
  yield { type: 'phase', update, phase: 'rollouts' };
  const rowTasks = tasks.flatMap((task) => Array<Task>(groupSize).fill(task));
  const source = { key: samplerKey(seed, 'sampling'), number: update };
  const rollout = await t.policy.sample(
    rowTasks.map((task) => task.promptIds),
    source,
    temperature,
  );
  const programs = rowTasks.map((task, r) => programText(task, responseIds(rollout, r)));

  // 5 judge: begins here, runs beside the loop
  const truth = beside(t.judge(rowTasks, programs));

  // 3 scores (P·N)
  yield { type: 'phase', update, phase: 'score' };
  const scores =
    rewardSource === 'tests' ? oracleScores(await truth, rollout) : await t.score(rollout, rewardModel);

  // 4 filter
  yield { type: 'phase', update, phase: 'filter' };
  const filter = liveFilter(t.knobs().filter, knobs.filter, groupSize);
  const { weights, kept } = applyFilter(scores, groupSize, filter, stream(seed, 'filter', update));
  const batch: Batch = {
    update,
    promptCount,
    groupSize,
    taskIds: tasks.map((task) => task.id),
    programs,
    ended: Array.from(rollout.ended, (e) => e === 1),
    rmScores: scores,
    rewardSource,
    rewardModel,
    filter: { ...filter },
    weights,
    kept,
  };
  yield { type: 'batch', batch };
  t.trace?.(update, 'tokens', rollout.tokens, [rollout.rows, rollout.contextLength]);
  t.trace?.(update, 'promptLengths', rollout.promptLengths, [rollout.rows]);
  t.trace?.(update, 'lengths', rollout.lengths, [rollout.rows]);
  t.trace?.(update, 'rmScores', scores, [promptCount, groupSize]);
  t.trace?.(update, 'weights', weights, [promptCount, groupSize]);
  t.trace?.(update, 'kept', kept, [kept.length]);

  yield { type: 'phase', update, phase: 'judge' };
  const told = truth.then((testScores) => {
    t.trace?.(update, 'testScores', testScores, [promptCount, groupSize]);
    t.emit({
      type: 'judged',
      update,
      testScores,
      metrics: compareWithTruth(state.recent, scores, testScores, kept),
    });
  });
  state.judging.push(beside(told));
  return { rollout, scores, kept, temperature };
}

/** Stages 6 and 7. `index[i]` is the row of `lesson` that holds kept response i. */
async function* experience(
  t: Training,
  update: number,
  { rollout, scores, kept, temperature }: Collected,
): AsyncGenerator<RunEvent, { lesson: Lesson; index: number[] }, void> {
  const T = rollout.contextLength;

  // 6 experience (R, T): of kept rows, or of all where the whitening looks at all
  yield { type: 'phase', update, phase: 'experience' };
  const { whitening } = t.knobs();
  const everyRow = Array.from({ length: rollout.rows }, (_, r) => r);
  const rows = whitening === 'all' ? everyRow : kept;
  const index = whitening === 'all' ? kept : kept.map((_, i) => i);
  const known = await t.policy.experience(selectRows(rollout, rows), temperature);

  // 7 advantages (R, T)
  yield { type: 'phase', update, phase: 'advantages' };
  const { klCoef } = t.knobs();
  const { gamma, gaeLambda } = t.config;
  const { logprobs, refLogprobs, values, mask } = known;
  const rowScores = Float32Array.from(rows, (r) => scores[r]);
  const rewards = shapeRewards(logprobs, refLogprobs, mask, rowScores, klCoef, T);
  const { advantages, returns } = gae(rewards, values, mask, T, gamma, gaeLambda);
  const whitened = whiten(advantages, mask, whitening, { advantages, mask });
  const lesson: Lesson = { ...known, advantages: whitened, returns };
  yield {
    type: 'experience',
    update,
    kept,
    kl: Float32Array.from(index, (r) => sumOverRow(T, r, mask, (m) => logprobs[m] - refLogprobs[m])),
    advantages: Float32Array.from(index, (r) => {
      const tokens = sumOverRow(T, r, mask, () => 1);
      return sumOverRow(T, r, mask, (m) => whitened[m]) / tokens;
    }),
  };
  const shape = [rows.length, T];
  t.trace?.(update, 'rows', rows, [rows.length]);
  t.trace?.(update, 'mask', mask, shape);
  t.trace?.(update, 'targets', known.targets, shape);
  t.trace?.(update, 'logprobs', logprobs, shape);
  t.trace?.(update, 'refLogprobs', refLogprobs, shape);
  t.trace?.(update, 'values', values, shape);
  t.trace?.(update, 'rewards', rewards, shape);
  t.trace?.(update, 'advantages', advantages, shape);
  t.trace?.(update, 'whitenedAdvantages', whitened, shape);
  t.trace?.(update, 'returns', returns, shape);
  return { lesson, index };
}

/** Stage 8: epochs × minibatches of fixed size. */
async function* learn(
  t: Training,
  update: number,
  lesson: Lesson,
  index: readonly number[],
  temperature: number,
): AsyncGenerator<RunEvent, StepStats[], void> {
  const { seed, epochs, minibatchSize } = t.config;
  const count = epochs * Math.ceil(index.length / minibatchSize);
  const steps: StepStats[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(index.length, stream(seed, 'minibatch', update, epoch)).map((i) => index[i]);
    for (let first = 0; first < order.length; first += minibatchSize) {
      yield { type: 'phase', update, phase: 'update', minibatch: { index: steps.length, count } };
      const { learningRate, clipRange } = t.knobs();
      const rows = order.slice(first, first + minibatchSize);
      const stats = await t.policy.step(lesson, rows, {
        ...adam(t.config),
        temperature,
        learningRate,
        clipRange,
      });
      await t.afterStep?.(update, steps.length, rows);
      requireFinite(stats, update, steps.length);
      steps.push(stats);
    }
  }
  return steps;
}

/**
 * The filter as it is now, where this batch allows it: `single` decides how many responses were sampled, and a number to
 * keep may be meant for another group size; both wait for the next update.
 */
function liveFilter(now: FilterConfig, atStart: FilterConfig, groupSize: number): FilterConfig {
  const samplesAlike = (now.name === 'single') === (atStart.name === 'single');
  return samplesAlike && checkFilter(now, groupSize) === undefined ? now : atStart;
}

/**
 * The oracle's scores: the share of tests passed, spread over ±1; no end token scores as under a reward model. A program that the judge
 * could not run has no truth to teach, so it throws.
 */
function oracleScores(testScores: Float32Array, rollout: Rollout): Float32Array {
  if (testScores.some(Number.isNaN))
    throw new Error(
      'the judge could not run every program, so the tests cannot teach; choose a reward model',
    );
  return testScores.map((testScore, r) => (rollout.ended[r] ? 2 * testScore - 1 : NO_END_SCORE));
}

function adam(config: RunConfig) {
  return {
    beta1: config.adamBeta1,
    beta2: config.adamBeta2,
    epsilon: config.adamEpsilon,
    weightDecay: config.weightDecay,
    maxGradNorm: config.maxGradNorm,
    valueClipRange: config.valueClipRange,
    valueCoef: config.valueCoef,
    entropyCoef: config.entropyCoef,
  };
}

function requireFinite(stats: StepStats, update: number, step: number): void {
  for (const [name, value] of Object.entries(stats))
    if (!Number.isFinite(value))
      throw new Error(
        `update ${update}, Adam step ${step + 1}: ${name} is ${value}. The run stopped; lower the learning rate and reset.`,
      );
}
