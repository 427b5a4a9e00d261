/**
 * `npm run pretrain -- --preset tiny`: makes what is in public/models, from seeds, on the CPU alone. The same bytes whatever `--jobs`, the
 * number of reward models that are made at a time.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { asShipped } from '../src/model/checkpoint.ts';
import type { Manifest } from '../src/model/manifest.ts';
import { parameterCount, type Tensors } from '../src/model/network.ts';
import { MOST_ROWS, Policy } from '../src/model/policy.ts';
import { samplerKey } from '../src/ppo/random.ts';
import { poolTasks, samplePool, trainSft } from '../src/pretrain.ts';
import { vocabularyHash } from '../src/tasks/vocabulary.ts';
import { choice, integer, outFolder, withArguments } from './arguments.ts';
import { judgeAll } from './headless.ts';
import { networkOf, presets } from './presets.ts';
import { doJob, logSince, makeRewardModels, save } from './pretrain/reward-models.ts';
import { serveJobs } from './processes.ts';

/** Prompts per split whose samples measure pass@1 and pair accuracy. */
const MEASURED_PROMPTS = 400;

async function pretrain(name: string, seed: number, jobs: number, out: string): Promise<number> {
  const preset = presets[name];
  const network = networkOf(preset);
  const folder = join(out, name);
  await mkdir(folder, { recursive: true });
  const began = Date.now();
  const log = logSince(began);
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
    rewardModels: await makeRewardModels({ name, seed, folder, network, sft, train, heldOut, began }, jobs),
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  log(`wrote ${folder}`);
  return 0;
}

export async function main(args: string[]): Promise<number> {
  if (args[0] === '--worker') return serveJobs(doJob);
  const options = {
    preset: choice(Object.keys(presets), 'tiny'),
    seed: integer(0, 1e6, 1),
    jobs: integer(1, 64, availableParallelism()),
    out: outFolder('public/models'),
  };
  return withArguments(args, options, ({ preset, seed, jobs, out }) => pretrain(preset, seed, jobs, out));
}
