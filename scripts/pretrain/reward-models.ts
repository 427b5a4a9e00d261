/** The reward models of a preset, many at a time: each is trained and measured in a process of its own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { criticOf } from '../../src/model/critic.ts';
import { asShipped, encodeSafetensors } from '../../src/model/checkpoint.ts';
import { sha256, type Manifest } from '../../src/model/manifest.ts';
import type { NetworkConfig, Tensors } from '../../src/model/network.ts';
import { MOST_ROWS, Policy } from '../../src/model/policy.ts';
import { RewardModel, type ScoreConstants } from '../../src/model/reward-model.ts';
import { defaultConfig, defaultKnobs, knobTable } from '../../src/ppo/knobs.ts';
import {
  authorsPool,
  corruptRight,
  mergedPools,
  poolsOfPpo,
  poolTasks,
  scoreConstants,
  trainRewardModel,
  type Log,
  type Pool,
  type PoolName,
  type RewardRecipe,
  type samplePool,
} from '../../src/pretrain.ts';
import type { RewardModelName } from '../../src/protocol/config.ts';
import { CARD_UPDATES, rewardCard } from '../../src/reward-card.ts';
import { taskById } from '../../src/tasks/tasks.ts';
import { judgeAll } from '../headless.ts';
import { presets } from '../presets.ts';
import { workOff } from '../processes.ts';

/** The run that shows how a reward model fares while a policy learns from it. */
const CARD_SEED = 201;

/** Milliseconds since the epoch at which the command began, so that all of its processes count from there. */
export const logSince =
  (began: number): Log =>
  (line) =>
    console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);

export async function save(folder: string, file: string, network: NetworkConfig, tensors: Tensors) {
  const bytes = encodeSafetensors(network, tensors);
  await writeFile(join(folder, file), bytes);
  return { file, bytes: bytes.length, sha256: await sha256(bytes), network };
}

/** What the making of reward models begins with. */
export interface Ground {
  name: string;
  seed: number;
  folder: string;
  network: NetworkConfig;
  sft: Tensors;
  /** The SFT policy's samples of training and of held-out prompts, judged. */
  train: Samples;
  heldOut: Samples;
  began: number;
}
type Samples = Awaited<ReturnType<typeof samplePool>>;

interface Trained {
  tensors: Tensors;
  scores: ScoreConstants;
}

/** What pairs are made of. */
interface Material {
  pools: Partial<Record<PoolName, Pool>>;
  broken: Map<string, number[][]>;
}

/** What is made in a process of its own: what a policy writes under a reward model; or a reward model, saved and measured. */
export type Job = { ground: Ground; trained?: Trained } & (
  { trained: Trained; runSeed: number } | { label: RewardModelName; recipe: RewardRecipe; material: Material }
);
type Entry = Manifest['rewardModels'][string];

/** A pool that came from another process: what a task works out when it is asked for does not travel. */
export const arrived = (pool: Pool): Pool =>
  new Map([...pool].map(([id, judged]) => [id, { ...judged, task: taskById(id) }]));

export async function doJob(job: Job): Promise<Pool[] | Entry> {
  const { heldOut } = job.ground;
  const ground = { ...job.ground, heldOut: { ...heldOut, pool: arrived(heldOut.pool) } };
  if ('runSeed' in job)
    return batchesUnder(ground, job.trained, job.runSeed, presets[ground.name].inTraining.updates);
  const pools = Object.entries(job.material.pools).map(([name, pool]) => [name, arrived(pool)]);
  const material = { ...job.material, pools: Object.fromEntries(pools) as Material['pools'] };
  return measured(ground, job.label, job.trained ?? (await trainedBy(job.recipe, ground, material)));
}

/** What a policy writes under a reward model, by update. */
async function batchesUnder(
  { name, network, sft }: Ground,
  { tensors, scores }: Trained,
  runSeed: number,
  updates: number,
): Promise<Pool[]> {
  const filter = { ...defaultKnobs.filter, name: 'none' };
  const knobs = { ...defaultKnobs, filter, evalEvery: knobTable.evalEvery.high };
  const config = { ...defaultConfig, preset: name, seed: runSeed, knobs };
  const [engine, scorer] = [await createCpuEngine(), await createCpuEngine()];
  const model = new RewardModel(scorer, { ...network, columns: 1 }, tensors);
  const learner = new Policy(engine, network, sft, MOST_ROWS, criticOf(tensors, scores));
  const batches = await poolsOfPpo(learner, model, scores, config, updates, judgeAll);
  engine.free();
  scorer.free();
  return batches;
}

async function trainedBy(
  recipe: RewardRecipe,
  { network, sft, seed, train, began }: Ground,
  { pools, broken }: Material,
): Promise<Trained> {
  const rewardNetwork = { ...network, columns: 1 };
  const [trainer, engine] = [await createCpuEngine(), await createCpuEngine()];
  const tensors = asShipped(
    await trainRewardModel(trainer, rewardNetwork, sft, pools, broken, recipe, seed, logSince(began)),
  );
  trainer.free();
  const scores = await scoreConstants(new RewardModel(engine, rewardNetwork, tensors), train.rollout);
  engine.free();
  return { tensors, scores };
}

async function measured(ground: Ground, label: string, { tensors, scores }: Trained): Promise<Entry> {
  const { name, seed, network, heldOut, folder, began } = ground;
  const rewardNetwork = { ...network, columns: 1 };
  const batches = await batchesUnder(ground, { tensors, scores }, CARD_SEED, CARD_UPDATES);
  const sampled = { ...heldOut, groupSize: presets[name].pairs.samplesPerPrompt };
  const engine = await createCpuEngine();
  const card = await rewardCard(
    new RewardModel(engine, rewardNetwork, tensors),
    scores,
    sampled,
    batches,
    seed,
  );
  engine.free();
  const file = await save(folder, `reward-model-${label}.safetensors`, rewardNetwork, tensors);
  const later = card.inTraining.map(({ update, accuracy }) => `${accuracy} after ${update} updates`);
  logSince(began)(
    `${label} orders ${card.heldOut} of held-out pairs rightly; in training ${later.join(', ')}`,
  );
  return { ...file, scores, card };
}

/** What came of jobs, in their order. @throws where one failed. */
async function results<Result>(jobs: readonly Job[], count: number): Promise<Result[]> {
  const found = new Map<Job, Result>();
  await workOff<Job, Result>('pretrain', jobs, count, (job, reply) => {
    if ('problem' in reply) throw new Error(reply.problem);
    found.set(job, reply.result);
    return Promise.resolve();
  });
  return jobs.map((job) => found.get(job)!);
}

/** Trains, measures and saves the preset's reward models, `count` at a time. */
export async function makeRewardModels(ground: Ground, count: number): Promise<Manifest['rewardModels']> {
  const { name, seed, train, began } = ground;
  const { pairs, inTraining, rewardModels } = presets[name];
  const tasks = poolTasks('train', pairs.prompts, seed);
  const material: Material = {
    pools: {
      samples: train.pool,
      authors: await authorsPool(tasks, pairs.samplesPerPrompt, judgeAll, seed),
    },
    broken: await corruptRight(train.pool, judgeAll, seed),
  };
  const first = await trainedBy(inTraining.under, ground, material);
  const runs = inTraining.seeds.map((runSeed): Job => ({ ground, trained: first, runSeed }));
  const written = await results<Pool[]>(runs, count);
  material.pools['in training'] = mergedPools(written.flat().map(arrived));
  logSince(began)(`pool in training: ${inTraining.updates} updates of PPO judged, ${runs.length} runs`);

  const labels = Object.keys(rewardModels) as RewardModelName[];
  const jobs = labels.map((label): Job => {
    const recipe = rewardModels[label]!;
    return { ground, label, recipe, material, trained: recipe === inTraining.under ? first : undefined };
  });
  const entries = await results<Entry>(jobs, count);
  return Object.fromEntries(labels.map((label, i) => [label, entries[i]]));
}
