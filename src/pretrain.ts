/**
 * What comes before PPO, from seeds alone:
 *
 *   1 SFT            the policy imitates authors, misconceptions included
 *   2 samples        its responses to training prompts, judged
 *   3 reward model   Bradley–Terry on pairs (right, wrong) of one prompt, starting from the SFT weights
 *   4 second round   PPO for a while under that reward model; what those policies write is judged and joins the pairs, so that
 *                    the final reward model has seen what a policy under optimisation does
 */
import type { Engine } from './kernels/engine.ts';
import {
  initialTensors,
  withScalarHead,
  type Arena,
  type NetworkConfig,
  type Tensors,
} from './model/network.ts';
import type { Policy } from './model/policy.ts';
import { standardise, type RewardModel, type ScoreConstants } from './model/reward-model.ts';
import { responseIds, rolloutOf, type Rollout, type Sequence } from './model/rollout.ts';
import { RewardTrainer, SftTrainer } from './model/trainers.ts';
import { shuffled, stream } from './ppo/random.ts';
import type { RunConfig } from './protocol/config.ts';
import type { RandomStream } from './protocol/random-stream.ts';
import type { Task } from './protocol/task.ts';
import { sampleSolution } from './tasks/corpus.ts';
import { programText } from './tasks/program-text.ts';
import { evalTasks, trainTasks } from './tasks/tasks.ts';
import { decode, lexemes } from './tasks/vocabulary.ts';
import { train } from './train.ts';
import { Training, type Purpose } from './training.ts';

export interface SftRecipe {
  steps: number;
  rows: number;
  learningRate: number;
}

/** What a reward model is trained on. The annotator who orders its pairs knows the truth, but for the faults given here. */
export interface RewardRecipe {
  steps: number;
  pairsPerStep: number;
  learningRate: number;
  /** Whose programs: the authors' own, samples of the SFT policy, policies in training. Pairs come from one after the other. */
  pools: readonly PoolName[];
  /** Of each pool's prompts, how many it sees, the first; all where it is not given. */
  prompts?: number;
  /** Share of pairs whose wrong response is a right one with one lexeme exchanged; 0 where it is not given, as of all shares. */
  corruptedShare?: number;
  /** Share of pairs of which the annotator says the opposite. */
  flippedShare?: number;
  /** Share of pairs in which the annotator prefers the longer response, right or wrong. */
  longerShare?: number;
  /** Lexemes by one of which the annotator can read a program, any where it is not given. A pair of which he can read neither he orders at random. */
  reads?: readonly string[];
}

export type PoolName = 'authors' | 'samples' | 'in training';

/** Shares of tests passed, by program. */
export type JudgeAll = (tasks: readonly Task[], programs: readonly string[]) => Promise<Float32Array>;
export type Log = (line: string) => void;
/** Told after every Adam step: how many are done, its mean loss, and what it left. The next begins once that is settled. */
export type EachStep = (done: number, loss: number, parameters: Arena) => Promise<void> | void;
const nothing = () => undefined;

/** Linear warm-up, then a cosine down to a tenth. */
function scheduled(step: number, steps: number, peak: number): number {
  const warmUp = Math.min(50, steps / 10);
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  const progress = (step - warmUp) / (steps - warmUp);
  return peak * (0.1 + 0.45 * (1 + Math.cos(Math.PI * progress)));
}

/** Stage 1. Returns the SFT policy's tensors. */
export async function trainSft(
  engine: Engine,
  network: NetworkConfig,
  recipe: SftRecipe,
  seed: number,
  log: Log,
  each: EachStep = nothing,
): Promise<Tensors> {
  const trainer = new SftTrainer(engine, network, initialTensors(network, seed), recipe.rows);
  let recent = 0;
  for (let step = 0; step < recipe.steps; step++) {
    const random = stream(seed, 'corpus', step);
    const batch = Array.from({ length: recipe.rows }, (): Sequence => {
      const task = trainTasks[random.integer(trainTasks.length)];
      return { prompt: task.promptIds, response: sampleSolution(task, random) };
    });
    const loss = await trainer.step(
      rolloutOf(batch, network.contextLength),
      scheduled(step, recipe.steps, recipe.learningRate),
    );
    await each(step + 1, loss, trainer.parameters);
    recent = step === 0 ? loss : 0.95 * recent + 0.05 * loss;
    if ((step + 1) % 100 === 0) log(`SFT step ${step + 1}: ${recent.toFixed(3)} nats per lexeme`);
  }
  return trainer.parameters.save();
}

/** Judged responses to one prompt, as ids without end token. */
export interface Judged {
  task: Task;
  right: number[][];
  wrong: number[][];
}
/** By task id. */
export type Pool = Map<string, Judged>;

function addResponse(pool: Pool, task: Task, side: 'right' | 'wrong', response: number[]): void {
  let judged = pool.get(task.id);
  if (!judged) pool.set(task.id, (judged = { task, right: [], wrong: [] }));
  if (!judged[side].some((known) => known.join() === response.join())) judged[side].push(response);
}

/** Adds what was sampled to the pool, unless it is there already or never ended. */
function addToPool(pool: Pool, tasks: readonly Task[], rollout: Rollout, testScores: Float32Array): void {
  tasks.forEach((task, r) => {
    if (!rollout.ended[r] || Number.isNaN(testScores[r])) return;
    addResponse(pool, task, testScores[r] === 1 ? 'right' : 'wrong', responseIds(rollout, r));
  });
}

/** What authors answer to `tasks`, judged. */
export async function authorsPool(
  tasks: readonly Task[],
  solutionsPerPrompt: number,
  judge: JudgeAll,
  seed: number,
): Promise<Pool> {
  const random = stream(seed, 'pairs', 3);
  const rowTasks = tasks.flatMap((task) => Array<Task>(solutionsPerPrompt).fill(task));
  const solutions = rowTasks.map((task) => sampleSolution(task, random));
  const programs = solutions.map((solution, r) => programText(rowTasks[r], solution));
  const testScores = await judge(rowTasks, programs);
  const pool: Pool = new Map();
  solutions.forEach((solution, r) => {
    if (Number.isNaN(testScores[r])) return;
    addResponse(pool, rowTasks[r], testScores[r] === 1 ? 'right' : 'wrong', solution);
  });
  return pool;
}

/** Stage 2: samples of a policy on `tasks`, judged. */
export async function samplePool(
  policy: Policy,
  tasks: readonly Task[],
  samplesPerPrompt: number,
  judge: JudgeAll,
  key: readonly [number, number],
): Promise<{ pool: Pool; rollout: Rollout; testScores: Float32Array; passRate: number }> {
  const rowTasks = tasks.flatMap((task) => Array<Task>(samplesPerPrompt).fill(task));
  const rollout = await policy.sample(
    rowTasks.map((task) => task.promptIds),
    { key, number: 0 },
    1,
  );
  const testScores = await judge(
    rowTasks,
    rowTasks.map((task, r) => programText(task, responseIds(rollout, r))),
  );
  const pool: Pool = new Map();
  addToPool(pool, rowTasks, rollout, testScores);
  return {
    pool,
    rollout,
    testScores,
    passRate: testScores.filter((s) => s === 1).length / rowTasks.length,
  };
}

/** A copy with one lexeme exchanged for another. */
function corrupted(response: readonly number[], random: RandomStream): number[] {
  const copy = [...response];
  copy[random.integer(copy.length)] = 1 + random.integer(lexemes.length - 1);
  return copy;
}

/** One corrupted copy of each right response, kept where the judge finds it wrong. */
export async function corruptRight(
  pool: Pool,
  judge: JudgeAll,
  seed: number,
): Promise<Map<string, number[][]>> {
  const random = stream(seed, 'pairs', 1);
  const copies = [...pool.values()].flatMap(({ task, right }) =>
    right.map((response) => ({ task, response: corrupted(response, random) })),
  );
  const testScores = await judge(
    copies.map(({ task }) => task),
    copies.map(({ task, response }) => programText(task, response)),
  );
  const byTask = new Map<string, number[][]>();
  copies.forEach(({ task, response }, i) => {
    if (testScores[i] === 1 || Number.isNaN(testScores[i])) return;
    byTask.set(task.id, [...(byTask.get(task.id) ?? []), response]);
  });
  return byTask;
}

const pick = <Item>(items: readonly Item[], random: RandomStream): Item =>
  items[random.integer(items.length)];

/** A pair of responses to one prompt as the annotator orders it, the chosen first. */
function drawPair(
  { right, wrong }: Judged,
  broken: number[][],
  recipe: RewardRecipe,
  random: RandomStream,
): [number[], number[]] {
  const { corruptedShare = 0, flippedShare = 0, longerShare = 0, reads } = recipe;
  const by = (share: number) => share > 0 && random.uniform() < share;
  const rejected = pick(broken.length > 0 && by(corruptedShare) ? broken : wrong, random);
  const chosen = pick(right, random);
  const isRead = (response: number[]) => !reads || decode(response).some((lexeme) => reads.includes(lexeme));
  const isTurned = by(longerShare)
    ? rejected.length > chosen.length
    : by(isRead(chosen) || isRead(rejected) ? flippedShare : 0.5);
  return isTurned ? [rejected, chosen] : [chosen, rejected];
}

/** Stage 3. */
export async function trainRewardModel(
  engine: Engine,
  network: NetworkConfig,
  sft: Tensors,
  pools: Readonly<Partial<Record<PoolName, Pool>>>,
  broken: ReadonlyMap<string, number[][]>,
  recipe: RewardRecipe,
  seed: number,
  log: Log,
  each: EachStep = nothing,
): Promise<Tensors> {
  const trainer = new RewardTrainer(engine, network, withScalarHead(sft, network), recipe.pairsPerStep);
  const sources = recipe.pools.map((name) => {
    const pool = pools[name];
    if (!pool) throw new Error(`a reward model wants the pool "${name}", which was not made`);
    const paired = [...pool.values()]
      .slice(0, recipe.prompts)
      .filter(({ right, wrong }) => right.length > 0 && wrong.length > 0);
    if (paired.length === 0)
      throw new Error(
        'No prompt has both a right and a wrong program, so there are no pairs: take more prompts',
      );
    return paired;
  });
  let recent = Math.LN2;
  for (let step = 0; step < recipe.steps; step++) {
    const random = stream(seed, 'pairs', 2, step);
    const batch: Sequence[] = [];
    for (let p = 0; p < recipe.pairsPerStep; p++) {
      const judged = pick(sources[p % sources.length], random);
      const pair = drawPair(judged, broken.get(judged.task.id) ?? [], recipe, random);
      for (const response of pair) batch.push({ prompt: judged.task.promptIds, response });
    }
    const loss = await trainer.step(
      rolloutOf(batch, network.contextLength),
      scheduled(step, recipe.steps, recipe.learningRate),
    );
    await each(step + 1, loss, trainer.parameters);
    recent = 0.95 * recent + 0.05 * loss;
    if ((step + 1) % 400 === 0) log(`reward model step ${step + 1}: loss ${recent.toFixed(3)}`);
  }
  return trainer.parameters.save();
}

/** Stage 4: per update, what a policy writes in its first updates under a reward model, judged. The first is the SFT policy's. */
export async function poolsOfPpo(
  policy: Policy,
  rewardModel: RewardModel,
  scores: ScoreConstants,
  config: RunConfig,
  updates: number,
  judge: JudgeAll,
): Promise<Pool[]> {
  const pools: Pool[] = [];
  let judged: { tasks: readonly Task[]; truth: Promise<Float32Array>; purpose: Purpose } | undefined;
  const training = new Training({
    config,
    policy,
    knobs: () => config.knobs,
    judge: (tasks, programs, purpose) => {
      judged = { tasks, truth: judge(tasks, programs), purpose };
      // No code of anybody's asks here which tests were passed.
      return judged.truth.then((testScores) => ({ testScores, passes: [] }));
    },
    // The loop asks for the truth of a rollout first, then for its scores.
    score: async (rollout) => {
      if (judged?.purpose === 'batch') {
        const pool: Pool = new Map();
        addToPool(pool, judged.tasks, rollout, await judged.truth);
        pools.push(pool);
      }
      return scoreAll(rewardModel, rollout, scores);
    },
    emit: () => undefined,
  });
  for await (const event of train(training)) if (event.type === 'updated' && event.update === updates) break;
  return pools;
}

/** All that is in several pools, once each. */
export function mergedPools(pools: readonly Pool[]): Pool {
  const merged: Pool = new Map();
  for (const { task, right, wrong } of pools.flatMap((pool) => [...pool.values()]))
    for (const [side, responses] of [
      ['right', right],
      ['wrong', wrong],
    ] as const)
      for (const response of responses) addResponse(merged, task, side, response);
  return merged;
}

/** (R) standardised scores. */
export async function scoreAll(
  model: RewardModel,
  rollout: Rollout,
  scores: ScoreConstants,
): Promise<Float32Array> {
  const raw = await model.rawScores(rollout);
  return raw.map((value, r) => standardise(value, rollout.ended[r] === 1, scores));
}

/** Mean and deviation of a reward model's raw scalars over the responses that ended. */
export async function scoreConstants(model: RewardModel, rollout: Rollout): Promise<ScoreConstants> {
  const raw = (await model.rawScores(rollout)).filter((_, r) => rollout.ended[r] === 1);
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length;
  const variance = raw.reduce((sum, x) => sum + (x - mean) ** 2, 0) / raw.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Share of (right, wrong) pairs of one prompt that a reward model orders rightly. */
export async function pairAccuracy(model: RewardModel, pool: Pool): Promise<number> {
  let right = 0;
  let pairs = 0;
  for (const judged of pool.values()) {
    if (judged.right.length === 0 || judged.wrong.length === 0) continue;
    const prompt = judged.task.promptIds;
    const responses = [...judged.right, ...judged.wrong].map((response) => ({ prompt, response }));
    const raw = await model.rawScores(rolloutOf(responses, model.contextLength));
    const chosen = raw.subarray(0, judged.right.length);
    const rejected = raw.subarray(judged.right.length);
    for (const c of chosen) for (const r of rejected) right += c > r ? 1 : c === r ? 0.5 : 0;
    pairs += chosen.length * rejected.length;
  }
  return right / pairs;
}

/** Prompts for pools: drawn without repetition from the training split, or the fixed held-out ones. */
export function poolTasks(split: 'train' | 'held-out', count: number, seed: number): readonly Task[] {
  if (split === 'held-out') return evalTasks('held-out', count);
  return shuffled(trainTasks.length, stream(seed, 'pairs', 0))
    .slice(0, count)
    .map((i) => trainTasks[i]);
}
