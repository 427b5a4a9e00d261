/** `npm run pretrain -- --preset tiny`: makes what is in public/models, from seeds, on the CPU alone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { criticOf } from '../src/model/critic.ts';
import { asShipped, encodeSafetensors } from '../src/model/checkpoint.ts';
import { sha256, type Manifest } from '../src/model/manifest.ts';
import { parameterCount, type NetworkConfig, type Tensors } from '../src/model/network.ts';
import { MOST_ROWS, Policy } from '../src/model/policy.ts';
import { RewardModel } from '../src/model/reward-model.ts';
import { defaultConfig, defaultKnobs, knobTable } from '../src/ppo/knobs.ts';
import { samplerKey } from '../src/ppo/random.ts';
import {
  corruptRight,
  pairAccuracy,
  poolOfEarlyPpo,
  poolTasks,
  samplePool,
  scoreConstants,
  trainRewardModel,
  trainSft,
  type Pool,
} from '../src/pretrain.ts';
import { vocabularyHash } from '../src/tasks/vocabulary.ts';
import { choice, integer, outFolder, withArguments } from './arguments.ts';
import { judgeAll } from './headless.ts';
import { networkOf, presets } from './presets.ts';

/** Prompts per split whose samples measure pass@1 and pair accuracy. */
const MEASURED_PROMPTS = 400;

async function save(folder: string, file: string, network: NetworkConfig, tensors: Tensors) {
  const bytes = encodeSafetensors(network, tensors);
  await writeFile(join(folder, file), bytes);
  return { file, bytes: bytes.length, sha256: await sha256(bytes), network };
}

async function pretrain(name: string, seed: number, out: string): Promise<number> {
  const preset = presets[name];
  const network = networkOf(preset);
  const rewardNetwork = { ...network, columns: 1 };
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
  const { samplesPerPrompt } = preset.pairs;
  const sampleFrom = (tensors: Tensors, split: 'train' | 'held-out', count: number) => {
    const policy = new Policy(engine, network, tensors, MOST_ROWS);
    const key = samplerKey(seed, 'corpus');
    return samplePool(policy, poolTasks(split, count, seed), samplesPerPrompt, judgeAll, key);
  };
  const train = await sampleFrom(sft, 'train', preset.pairs.prompts);
  const heldOut = await sampleFrom(sft, 'held-out', MEASURED_PROMPTS);
  const unrounded = await sampleFrom(trained, 'held-out', MEASURED_PROMPTS);
  log(
    `SFT pass@1: ${train.passRate.toFixed(3)} on training prompts, ${heldOut.passRate.toFixed(3)} held out (${unrounded.passRate.toFixed(3)} before rounding to 16 bits)`,
  );
  const broken = await corruptRight(train.pool, judgeAll, seed);

  const rewardModel = async (label: string, pools: Pool[], recipe: (typeof preset)['strong']) => {
    const trainer = await createCpuEngine();
    const tensors = asShipped(
      await trainRewardModel(trainer, rewardNetwork, sft, pools, broken, recipe, seed, log),
    );
    const model = new RewardModel(engine, rewardNetwork, tensors);
    const scores = await scoreConstants(model, train.rollout);
    const accuracy = await pairAccuracy(model, heldOut.pool);
    log(`${label}: pair accuracy ${accuracy.toFixed(3)} on samples of the SFT policy to held-out prompts`);
    return { tensors, model, scores, accuracy };
  };
  const few = new Map([...train.pool].slice(0, preset.weakPrompts));
  const weak = await rewardModel('weak', [few], preset.weak);
  const first = await rewardModel('first round', [train.pool], preset.firstRound);
  const later: Pool[] = [];
  for (const runSeed of preset.secondRound.seeds) {
    const filter = { ...defaultKnobs.filter, name: 'none' };
    const knobs = { ...defaultKnobs, filter, evalEvery: knobTable.evalEvery.high };
    const config = { ...defaultConfig, preset: name, seed: runSeed, knobs };
    const critic = criticOf(first.tensors, first.scores);
    const learner = new Policy(await createCpuEngine(), network, sft, MOST_ROWS, critic);
    const { updates } = preset.secondRound;
    later.push(await poolOfEarlyPpo(learner, first.model, first.scores, config, updates, judgeAll));
    log(`second round, seed ${runSeed}: ${updates} updates of PPO judged`);
  }
  const strong = await rewardModel('strong', [train.pool, ...later], preset.strong);

  const entry = async (label: string, { tensors, scores, accuracy }: typeof strong) => ({
    ...(await save(folder, `reward-model-${label}.safetensors`, rewardNetwork, tensors)),
    scores,
    measured: { 'pair accuracy, held out': round(accuracy) },
  });
  const manifest: Manifest = {
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
    rewardModels: { strong: await entry('strong', strong), weak: await entry('weak', weak) },
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
