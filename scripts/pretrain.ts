/** `npm run pretrain -- --preset tiny`: makes what is in public/models, from seeds, on the CPU alone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { criticOf } from '../src/model/critic.ts';
import { asShipped, encodeSafetensors } from '../src/model/checkpoint.ts';
import { sha256, type Manifest } from '../src/model/manifest.ts';
import { parameterCount, type NetworkConfig, type Tensors } from '../src/model/network.ts';
import { MOST_ROWS, Policy } from '../src/model/policy.ts';
import { RewardModel, type ScoreConstants } from '../src/model/reward-model.ts';
import { defaultConfig, defaultKnobs, knobTable } from '../src/ppo/knobs.ts';
import { samplerKey } from '../src/ppo/random.ts';
import {
  authorsPool,
  corruptRight,
  mergedPools,
  poolsOfPpo,
  poolTasks,
  samplePool,
  scoreConstants,
  trainRewardModel,
  trainSft,
  type Log,
  type Pool,
  type PoolName,
  type RewardRecipe,
} from '../src/pretrain.ts';
import { CARD_UPDATES, rewardCard } from '../src/reward-card.ts';
import { vocabularyHash } from '../src/tasks/vocabulary.ts';
import { choice, integer, outFolder, withArguments } from './arguments.ts';
import { judgeAll } from './headless.ts';
import { networkOf, presets } from './presets.ts';

/** Prompts per split whose samples measure pass@1 and pair accuracy. */
const MEASURED_PROMPTS = 400;
/** The run that shows how a reward model fares while a policy learns from it. */
const CARD_SEED = 201;

async function save(folder: string, file: string, network: NetworkConfig, tensors: Tensors) {
  const bytes = encodeSafetensors(network, tensors);
  await writeFile(join(folder, file), bytes);
  return { file, bytes: bytes.length, sha256: await sha256(bytes), network };
}

/** What the making of reward models begins with. */
interface Ground {
  name: string;
  seed: number;
  folder: string;
  network: NetworkConfig;
  sft: Tensors;
  /** The SFT policy's samples of training and of held-out prompts, judged. */
  train: Samples;
  heldOut: Samples;
  log: Log;
}
type Samples = Awaited<ReturnType<typeof samplePool>>;

interface Trained {
  tensors: Tensors;
  model: RewardModel;
  scores: ScoreConstants;
}

/** What a policy writes under a reward model, by update. */
async function batchesUnder(
  { name, network, sft }: Ground,
  { tensors, model, scores }: Trained,
  runSeed: number,
  updates: number,
): Promise<Pool[]> {
  const filter = { ...defaultKnobs.filter, name: 'none' };
  const knobs = { ...defaultKnobs, filter, evalEvery: knobTable.evalEvery.high };
  const config = { ...defaultConfig, preset: name, seed: runSeed, knobs };
  const engine = await createCpuEngine();
  const learner = new Policy(engine, network, sft, MOST_ROWS, criticOf(tensors, scores));
  const batches = await poolsOfPpo(learner, model, scores, config, updates, judgeAll);
  engine.free();
  return batches;
}

/** Trains, measures and saves the preset's reward models. */
async function makeRewardModels(ground: Ground): Promise<Manifest['rewardModels']> {
  const { name, seed, folder, network, sft, train, heldOut, log } = ground;
  const { pairs, inTraining, rewardModels } = presets[name];
  const rewardNetwork = { ...network, columns: 1 };
  const engine = await createCpuEngine();
  const broken = await corruptRight(train.pool, judgeAll, seed);
  const tasks = poolTasks('train', pairs.prompts, seed);
  const pools: Partial<Record<PoolName, Pool>> = {
    samples: train.pool,
    authors: await authorsPool(tasks, pairs.samplesPerPrompt, judgeAll, seed),
  };
  const known = new Map<RewardRecipe, Trained>();
  const trained = async (recipe: RewardRecipe): Promise<Trained> => {
    const found = known.get(recipe);
    if (found) return found;
    const trainer = await createCpuEngine();
    const tensors = asShipped(
      await trainRewardModel(trainer, rewardNetwork, sft, pools, broken, recipe, seed, log),
    );
    trainer.free();
    const model = new RewardModel(engine, rewardNetwork, tensors);
    const made = { tensors, model, scores: await scoreConstants(model, train.rollout) };
    known.set(recipe, made);
    return made;
  };

  const first = await trained(inTraining.under);
  const written: Pool[] = [];
  for (const runSeed of inTraining.seeds) {
    written.push(...(await batchesUnder(ground, first, runSeed, inTraining.updates)));
    log(`pool in training, seed ${runSeed}: ${inTraining.updates} updates of PPO judged`);
  }
  pools['in training'] = mergedPools(written);

  const entries: Manifest['rewardModels'] = {};
  for (const [label, recipe] of Object.entries(rewardModels)) {
    const made = await trained(recipe);
    const batches = await batchesUnder(ground, made, CARD_SEED, CARD_UPDATES);
    const sampled = { ...heldOut, groupSize: pairs.samplesPerPrompt };
    const card = await rewardCard(made.model, made.scores, sampled, batches, seed);
    const file = await save(folder, `reward-model-${label}.safetensors`, rewardNetwork, made.tensors);
    entries[label] = { ...file, scores: made.scores, card };
    const later = card.inTraining.map(({ update, accuracy }) => `${accuracy} after ${update} updates`);
    log(`${label} orders ${card.heldOut} of held-out pairs rightly; in training ${later.join(', ')}`);
  }
  return entries;
}

async function pretrain(name: string, seed: number, out: string): Promise<number> {
  const preset = presets[name];
  const network = networkOf(preset);
  const folder = join(out, name);
  await mkdir(folder, { recursive: true });
  const start = performance.now();
  const log = (line: string) =>
    console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  const round = (x: number) => Number(x.toFixed(4));

  const trained = await trainSft(await createCpuEngine(), network, preset.sft, seed, log);
  // What is measured, and what later stages begin with, is what a page loads.
  const sft = asShipped(trained);
  const engine = await createCpuEngine();
  const sampleFrom = (tensors: Tensors, split: 'train' | 'held-out', count: number) => {
    const policy = new Policy(engine, network, tensors, MOST_ROWS);
    const key = samplerKey(seed, 'corpus');
    return samplePool(policy, poolTasks(split, count, seed), preset.pairs.samplesPerPrompt, judgeAll, key);
  };
  const train = await sampleFrom(sft, 'train', preset.pairs.prompts);
  const heldOut = await sampleFrom(sft, 'held-out', MEASURED_PROMPTS);
  const unrounded = await sampleFrom(trained, 'held-out', MEASURED_PROMPTS);
  log(
    `SFT pass@1: ${train.passRate.toFixed(3)} on training prompts, ${heldOut.passRate.toFixed(3)} held out (${unrounded.passRate.toFixed(3)} before rounding to 16 bits)`,
  );
  const manifest: Manifest = {
    version: 2,
    preset: name,
    vocabularyHash,
    recipe: { command: `npm run pretrain -- --preset ${name} --seed ${seed}`, seed, ...preset },
    policy: {
      ...(await save(folder, 'policy.safetensors', network, sft)),
      parameters: parameterCount(network),
      measured: {
        'pass@1, train': round(train.passRate),
        'pass@1, held out': round(heldOut.passRate),
        'pass@1, held out, before rounding to 16 bits': round(unrounded.passRate),
      },
    },
    rewardModels: await makeRewardModels({ name, seed, folder, network, sft, train, heldOut, log }),
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  log(`wrote ${folder}`);
  return 0;
}

export async function main(args: string[]): Promise<number> {
  const options = {
    preset: choice(Object.keys(presets), 'tiny'),
    seed: integer(0, 1e6, 1),
    out: outFolder('public/models'),
  };
  return withArguments(args, options, ({ preset, seed, out }) => pretrain(preset, seed, out));
}
