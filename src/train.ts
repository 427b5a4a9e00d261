/**
 * Policy Filtration PPO (Shen, Zhang et al., arXiv 2409.06957), top to bottom. One update:
 *
 *   1 prompts      P programming tasks
 *   2 rollouts     N responses to each, from the unfiltered policy
 *   3 score        the teacher's scalar for each response
 *   4 filter       rank within the prompt, weigh the ranks, keep some
 *   5 judge        run the programs against their tests, beside the loop: the truth informs, it never teaches, unless asked to
 *   6 experience   log-probs under policy and reference, values
 *   7 advantages   β-shaped rewards, GAE (or GRPO's or RLOO's comparison within the prompt), whitening
 *   8 update       epochs × minibatches of clipped PPO on the kept responses
 *
 * Where this departs from the paper: where no reward model teaches, the critic starts from the policy; each kept
 * response is used `epochs` = 2 times, not 3; sampling cuts no tail (their code: top-p 0.9); β and the clamp of scores are
 * ours. Responses are kept without repetition (mode `select`) unless asked to be redrawn by weight: `resample` with whitening
 * over `all` is what the authors' released code does. As in the paper, kept responses are learned from as if the policy
 * had sampled them: selection is not corrected for.
 */
import { beside } from './beside.ts';
import { evaluate } from './evaluate.ts';
import { compareWithTruth, costs, perResponse, report } from './measure.ts';
import type { Experience, Lesson, StepStats } from './model/policy.ts';
import { responseIds, selectRows, type Rollout } from './model/rollout.ts';
import { chancesByCode, scoresByCode } from './own-code.ts';
import { checkFilter, drawKept, filterWeights, readsTruth, runsCode, samplingPlan } from './ppo/filter.ts';
import { gae } from './ppo/gae.ts';
import { againstGroup } from './ppo/group-advantage.ts';
import { samplerKey, shuffled, stream } from './ppo/random.ts';
import { shapeRewards } from './ppo/shaping.ts';
import { scoresOfTests } from './ppo/tests-teacher.ts';
import { whiten } from './ppo/whiten.ts';
import type { AdvantageKnobs, FilterConfig, Knobs, NoiseConfig, RunConfig } from './protocol/config.ts';
import type { RunEvent } from './protocol/events.ts';
import { RunError } from './protocol/failure.ts';
import type { RandomStream } from './protocol/random-stream.ts';
import type { Task } from './protocol/task.ts';
import { programText } from './tasks/program-text.ts';
import type { Training } from './training.ts';

/** What the closing stages need to know of stages 1 to 4. */
interface Collected extends Pick<
  Knobs,
  'temperature' | 'teacher' | 'filter' | 'epochs' | 'stepsPerUpdate' | 'evalEvery'
> {
  rollout: Rollout;
  scores: Float32Array;
  groupSize: number;
  kept: number[];
}

type Stages<Result> = AsyncGenerator<RunEvent, Result, void>;

/**
 * Trains for as long as it is pulled. Yields before every stage and after every minibatch, so that whoever pulls can pause,
 * step or stop within one minibatch. Update 0 is the untrained policy's batch: shown and judged, never learned from.
 */
export async function* train(t: Training): Stages<void> {
  const { evalFrom } = t.given.config;
  if (t.done === undefined) {
    yield* collect(t, 0);
    yield* evaluate(t, 0);
    t.done = 0;
  } else if (t.done === evalFrom) yield* evaluate(t, t.done, t.given.knobs()); // by what it goes on with
  for (let update = t.done + 1; ; update++) {
    const collected = yield* collect(t, update);
    const { lesson, index } = yield* experience(t, update, collected);
    const steps = yield* learn(t, update, collected, lesson, index);
    const cost = costs(t.given.policy.config, collected, lesson, index);
    const metrics = { ...report(collected, lesson, index, steps), ...cost };
    yield { type: 'updated', update, metrics };
    if ((update - (evalFrom ?? 0)) % collected.evalEvery === 0) yield* evaluate(t, update);
    t.done = update;
  }
}

/** `count` of a pool's tasks: none comes again before all have come. */
export function drawTasks(pool: readonly Task[], count: number, random: RandomStream): Task[] {
  const drawn: Task[] = [];
  while (drawn.length < count)
    for (const i of shuffled(pool.length, random).slice(0, count - drawn.length)) drawn.push(pool[i]);
  return drawn;
}

/** Stages 1 to 5. */
async function* collect(t: Training, update: number): Stages<Collected> {
  const { config, policy, judge, score } = t.given;
  const { seed } = config;
  await t.catchUp('batch');

  // 1 prompts
  yield { type: 'phase', update, phase: 'prompts' };
  let planned = t.inForce.filter; // some filters ask for other groups
  const knobs = yield* t.knobsAt(update, 'prompts', (now) => {
    planned = now.filter;
    return now;
  });
  const { temperature, teacher, teacherCode } = knobs;
  const { promptCount, groupSize } = samplingPlan(planned, knobs.promptsPerUpdate, knobs.groupSize);
  const draw = stream(seed, 'prompts', update);
  const tasks = drawTasks(t.tasks.train, promptCount, draw);

  // 2 rollouts (P·N, T)
  yield { type: 'phase', update, phase: 'rollouts' };
  const rowTasks = tasks.flatMap((task) => Array<Task>(groupSize).fill(task));
  const source = { key: samplerKey(seed, 'sampling'), number: update };
  const prompts = rowTasks.map((task) => task.promptIds);
  t.remember(update, { steps: policy.learner.steps, temperature });
  const rollout = await policy.sample(prompts, source, temperature);
  const programs = rowTasks.map((task, r) => programText(task, responseIds(rollout, r)));

  // 5 judge: begins here, runs beside the loop
  const judged = beside(judge(rowTasks, programs, 'batch'));
  const truth = beside(judged.then(({ testScores }) => testScores));

  // 3 scores (P·N)
  yield { type: 'phase', update, phase: 'score' };
  const { noise } = yield* t.knobsAt(update, 'score');
  const scoreAll = async (): Promise<Float32Array> => {
    switch (teacher) {
      case 'tests':
        return oracleScores(await truth, rollout, noise, seed, update);
      case 'own-score':
        return scoresByCode(t, `Update ${update}`, teacherCode, {
          rollout,
          programs,
          tasks: rowTasks,
          judged,
        });
      default:
        return score(rollout, teacher);
    }
  };
  const scores = await scoreAll();

  // 4 filter
  yield { type: 'phase', update, phase: 'filter' };
  const { filter } = yield* t.knobsAt(update, 'filter', (now) => ({
    ...now,
    filter: liveFilter(now.filter, planned, groupSize),
  }));
  const truths = readsTruth(filter) ? await truth : undefined;
  const told = { rollout, scores, groupSize, programs, temperature };
  const byCode = runsCode(filter) ? await chancesByCode(t, update, filter.code ?? '', told) : undefined;
  const weights = filterWeights(scores, groupSize, filter, truths, byCode);
  const kept = drawKept(scores, groupSize, filter, stream(seed, 'filter', update), truths, byCode);
  const { tokens, lengths, promptLengths, rows, contextLength } = rollout;
  const ended = Array.from(rollout.ended, (e) => e === 1);
  const taskIds = tasks.map((task) => task.id);
  yield {
    type: 'batch',
    update,
    batch: {
      ...{ update, promptCount, groupSize, taskIds, tokens, lengths, programs, ended },
      ...{ scores, teacher, noise: { ...noise }, filter: { ...filter }, weights, kept },
      ...(teacher === 'own-score' ? { teacherCode } : {}),
    },
  };
  t.show(update, [rows, contextLength], { tokens });
  t.show(update, [rows], { promptLengths, lengths });
  t.show(update, [promptCount, groupSize], { scores, weights });
  t.show(update, [kept.length], { kept });

  yield { type: 'phase', update, phase: 'judge' };
  t.whenTold('batch', truth, (testScores) => {
    t.show(update, [promptCount, groupSize], { testScores });
    const { recent, metrics } = compareWithTruth(t.recent, scores, testScores, kept, groupSize);
    t.recent = recent;
    t.given.emit({ type: 'judged', update, testScores, metrics });
  });
  return { ...knobs, filter, rollout, scores, groupSize, kept };
}

/** Stages 6 and 7. `index[i]` is the row of `lesson` that holds kept response i. */
async function* experience(
  t: Training,
  update: number,
  { rollout, scores, groupSize, kept, temperature }: Collected,
): Stages<{ lesson: Lesson; index: number[] }> {
  const { policy } = t.given;
  const T = rollout.contextLength;

  // 6 experience (R, T): of kept rows, or of all where the whitening looks at all
  yield { type: 'phase', update, phase: 'experience' };
  const { whitening } = yield* t.knobsAt(update, 'experience');
  const everyRow = Array.from({ length: rollout.rows }, (_, r) => r);
  const rows = whitening === 'all' ? everyRow : kept;
  const index = whitening === 'all' ? kept : kept.map((_, i) => i);
  const known = await policy.experience(selectRows(rollout, rows), temperature);

  // 7 advantages (R, T)
  yield { type: 'phase', update, phase: 'advantages' };
  const live = yield* t.knobsAt(update, 'advantages');
  const { logprobs, refLogprobs, values, mask } = known;
  const used = { ...live, whitening };
  const estimated = advantagesOf(known, { scores, groupSize, rows }, used);
  const { rewards, advantages, whitenedAdvantages, returns } = estimated;
  t.remember(update, { steps: policy.learner.steps, temperature, worked: { rows, known, estimated, used } });
  const lesson: Lesson = { ...known, advantages: whitenedAdvantages, returns };
  yield { type: 'experience', update, ...perResponse(lesson, index) };
  t.show(update, [rows.length], { rows });
  t.show(update, [rows.length, T], { mask, targets: known.targets, logprobs, refLogprobs, values });
  t.show(update, [rows.length, T], { rewards, advantages, whitenedAdvantages, returns });
  return { lesson, index };
}

/** Of every response token: (R, T) each. */
export interface Estimates {
  rewards: Float32Array;
  advantages: Float32Array;
  returns: Float32Array;
  whitenedAdvantages: Float32Array;
}

/**
 * Stage 7: β-shaped rewards, advantages and whitening. (R, T) each, of the `rows` whose experience is known.
 * @param scores (P·N) of the whole batch, which GRPO and RLOO compare with
 */
export function advantagesOf(
  { logprobs, refLogprobs, values, mask, contextLength: T }: Experience,
  { scores, groupSize, rows }: { scores: Float32Array; groupSize: number; rows: readonly number[] },
  { klCoef, gamma, gaeLambda, whitening, advantage }: AdvantageKnobs,
): Estimates {
  const rewardsOf = (of: Float32Array) => {
    const own = Float32Array.from(rows, (r) => of[r]);
    return shapeRewards(logprobs, refLogprobs, mask, own, klCoef, T);
  };
  const rewards = rewardsOf(scores);
  const byCritic = gae(rewards, values, mask, T, gamma, gaeLambda);
  const { returns } = byCritic; // what the critic learns, whoever is asked
  let { advantages } = byCritic;
  if (advantage !== 'gae') {
    // What is left of the response to be paid, with its score against the group's: GAE of a critic that expects nothing.
    const nothing = new Float32Array(values.length);
    const compared = rewardsOf(againstGroup(scores, groupSize, advantage));
    ({ advantages } = gae(compared, nothing, mask, T, gamma, 1));
  }
  return { rewards, advantages, returns, whitenedAdvantages: whiten(advantages, mask, whitening) };
}
/**
 * Stage 8: epochs × minibatches, as many steps as asked for whatever was kept, so that filters differ in what they keep alone. An update of
 * which nothing was kept takes no step: to learn from what its filter refused would be another filter.
 */
async function* learn(
  t: Training,
  update: number,
  { temperature, epochs, stepsPerUpdate }: Collected,
  lesson: Lesson,
  index: readonly number[],
): Stages<StepStats[]> {
  const { config, policy, observe } = t.given;
  const wanted = Math.max(Math.ceil(stepsPerUpdate / epochs), Math.ceil(index.length / policy.minibatchSize));
  const perEpoch = Math.min(wanted, index.length);
  const count = epochs * perEpoch;
  const steps: Promise<StepStats>[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const draw = stream(config.seed, 'minibatch', update, epoch);
    const order = shuffled(index.length, draw).map((i) => index[i]);
    for (let minibatch = 0; minibatch < perEpoch; minibatch++) {
      const step = steps.length;
      yield { type: 'phase', update, phase: 'update', minibatch: { index: step, count } };
      const live = yield* t.knobsAt(update, 'update');
      const [from, to] = [minibatch, minibatch + 1].map((i) => Math.floor((i * order.length) / perEpoch));
      const rows = order.slice(from, to);
      const stats = policy.step(lesson, rows, { ...fixed(config), ...live, temperature });
      steps.push(beside(stats));
      // What a step was like is not waited for, so that a GPU always has the next; but no more than that one.
      await steps.at(-2);
      if (observe) {
        t.show(update, [rows.length], { rows }, step);
        t.show(update, [rows.length, lesson.contextLength], await policy.lastStep(), step);
        t.show(update, [1], { gradNorm: [(await stats).gradNorm] }, step);
      }
    }
  }
  const all = await Promise.all(steps);
  all.forEach((stats, step) => requireFinite(stats, update, step));
  return all;
}

/**
 * The filter as it is now, where this batch allows it: one that wants other groups, or a number to keep that is meant for
 * them, waits for the next update.
 */
function liveFilter(now: FilterConfig, planned: FilterConfig, groupSize: number): FilterConfig {
  const plan = (filter: FilterConfig) => samplingPlan(filter, 1, 2).promptCount;
  return plan(now) === plan(planned) && checkFilter(now, groupSize) === undefined ? now : planned;
}

/** The tests as the teacher, with noise. A program that the judge could not run has no truth to teach, so it throws. */
function oracleScores(
  testScores: Float32Array,
  { ended }: Rollout,
  noise: NoiseConfig,
  seed: number,
  update: number,
): Float32Array {
  if (testScores.some(Number.isNaN))
    throw new RunError('judge', 'The judge could not run every program, so the tests cannot teach.');
  return scoresOfTests(testScores, ended, noise, seed, update);
}

/** What every Adam step of a run has in common. */
function fixed(config: RunConfig) {
  const { criticLearningRate, valueClipRange, entropyCoef, maxGradNorm, weightDecay } = config;
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon } = config;
  const adam = { beta1, beta2, epsilon, weightDecay, maxGradNorm, criticLearningRate };
  return { ...adam, valueClipRange, entropyCoef };
}

function requireFinite(stats: StepStats, update: number, step: number): void {
  for (const [name, value] of Object.entries(stats))
    if (!Number.isFinite(value))
      throw new RunError(
        'numbers',
        `Update ${update}, Adam step ${step + 1}: ${name} is ${value}. Lower the learning rate.`,
      );
}
