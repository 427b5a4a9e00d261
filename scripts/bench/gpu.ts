/** What our kernels compute and cost on a GPU, in Node through Dawn. Import it when `openDawn` is done. */
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../src/kernels/engine.ts';
import { tunings, type Tuning } from '../../src/kernels/programs.ts';
import { registerTfjs } from '../../src/kernels/tfjs/backend.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';
import { compareGradients } from '../../src/model/gradient-check.ts';
import { presetNames } from '../../src/ppo/preset-names.ts';
import { loadManifest } from '../../src/model/manifest.ts';
import { tryAll } from '../../src/model/tune.ts';
import type { DeviceNotice } from '../../src/protocol/device.ts';
import type { TrainingState } from '../../src/protocol/state.ts';
import { checkKernels } from '../../src/workers/check-kernels.ts';
import { headless, readModelFile } from '../headless.ts';
import { rounded, type Row, type Section } from './table.ts';
import { configOf, updateInNode } from './update.ts';
import { device, step } from './webgpu.ts';
import { ours, PEERS, workOf, type Sizes } from './work.ts';

const WHERE = 'Node, Dawn';
/** Updates after which two runs are compared. */
const UPDATES = 3;

async function makeEngine(): Promise<Engine> {
  const opened = await device();
  return createWebGpuEngine(opened.device, tunings[opened.isFallback ? 'software' : 'hardware']);
}

/** Every case of every kernel against the reference, and a whole gradient against TensorFlow.js's. */
async function checks(): Promise<Section[]> {
  const opened = await device();
  const kind = tunings[opened.isFallback ? 'software' : 'hardware'];
  const rows: Row[] = [];
  const hear = (notice: DeviceNotice) => {
    if (notice.type !== 'checked') return;
    const { kernel, cases, about, binding, index, got, expected, relative, tolerance, excess, problem } =
      notice;
    const where = `${about}: ${problem ?? `${binding}[${index}] is ${got}, expected ${expected}`}`;
    rows.push({
      ...{ kernel, cases, 'worst difference': rounded(relative), 'allowed there': rounded(tolerance) },
      agrees: excess <= 1 ? 'yes' : `no: ${where}`,
    });
  };
  const engineFor = () => Promise.resolve(createWebGpuEngine(opened.device, kind));
  await checkKernels({ type: 'check', engine: 'webgpu', kernels: [] }, engineFor, hear);
  await registerTfjs(opened);
  const heads: Row[] = [];
  for (const head of ['ppo', 'value', 'sft', 'pairs'] as const) {
    const { tensors, tensor, worst } = await compareGradients(await engineFor(), head);
    heads.push({ loss: head, tensors, 'differs most': tensor, 'worst difference': rounded(worst) });
  }
  return [
    { title: 'Kernels against their references', rows },
    { title: "Gradients against TensorFlow.js's autograd on the same GPU", rows: heads },
  ];
}

/** Milliseconds of a step's kernels by the GPU's own clock. */
async function kernelTimes(sizes: Sizes, times: number): Promise<Row[]> {
  const engine = await makeEngine();
  const work = workOf(sizes);
  const contestant = ours(engine, work);
  for (let i = 0; i < times; i++) {
    if (i > 1) engine.times.next();
    await contestant.step();
    await new Promise((resolve) => setTimeout(resolve, 5)); // The clock's own read-back.
  }
  const sums = new Map<string, { ms: number; steps: number }>();
  for (const plan of engine.times.plans)
    for (const { kernel, ms } of plan.steps) {
      const sum = sums.get(kernel) ?? { ms: 0, steps: 0 };
      sums.set(kernel, { ms: sum.ms + ms, steps: sum.steps + 1 });
    }
  const all = [...sums].toSorted((a, b) => b[1].ms - a[1].ms);
  engine.free();
  return all.map(([kernel, { ms, steps }]) => ({
    ...{ network: work.name, kernel, steps, 'GPU ms': rounded(ms) },
  }));
}

/** What a first start tries, and the same with sums split more and less. */
const forms: readonly Tuning[] = ([1, 2] as const).flatMap((tile) =>
  [2048, 8192, 32_768].map((threads) => ({ tile, threads, fuses: tile === 1 })),
);

/** A step and a rollout in every form. */
async function tuning(preset: string): Promise<Row[]> {
  const opened = await device();
  const { policy } = await loadManifest(readModelFile, preset);
  const make = (candidate: Tuning) => createWebGpuEngine(opened.device, candidate);
  const tried = await tryAll(make, policy.network, forms);
  return tried.map(({ tuning: { tile, threads, fuses }, step: stepMs, sampling }) => ({
    ...{ preset, tile: `${4 * tile} × ${4 * tile}`, 'threads for a sum': threads },
    ...{ 'a token in one dispatch': fuses ? 'yes' : 'no' },
    ...{ 'step ms': rounded(stepMs), 'sampling ms': rounded(sampling) },
  }));
}

/** Whether two runs of the same seed end with the same bits. */
async function rerun(name: string): Promise<Row> {
  const states: TrainingState[] = [];
  for (let i = 0; i < 2; i++) {
    const { training, events, free } = await headless(configOf(name), () => undefined, { makeEngine });
    for await (const event of events) if (event.type === 'updated' && event.update === UPDATES) break;
    states.push(await training.state());
    free();
  }
  return {
    'kept by': name,
    updates: UPDATES,
    'same bits': isDeepStrictEqual(...(states as [TrainingState, TrainingState])) ? 'yes' : 'no',
  };
}

async function steps(sizes: readonly Sizes[], times: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) for (const by of PEERS) rows.push(await step(by, WHERE, size, times, 2));
  return rows;
}

/** On the GPU, and beside it on the CPU engine of the same machine, a quarter as many. */
async function updates(filters: readonly string[], count: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const preset of presetNames)
    for (const name of filters) {
      const gpu = await updateInNode(name, count, { where: WHERE, preset, makeEngine });
      const cpu = await updateInNode(name, Math.ceil(count / 4), { where: 'Node, CPU engine', preset });
      rows.push({ preset, ...gpu }, { preset, ...cpu });
    }
  return rows;
}

/** All of it, one after the other, as it is known. */
export async function* onGpu(
  filters: readonly string[],
  times: { updates: number; steps: number },
  sizes: readonly Sizes[],
): AsyncGenerator<Section, void, void> {
  yield* await checks();
  yield { title: 'The same seed twice', rows: [await rerun(filters[0])] };
  yield {
    title: 'A training step, V 127, 8 sequences of 64 tokens, 4 heads',
    rows: await steps(sizes, times.steps),
  };
  for (const size of sizes)
    yield {
      title: "A step's kernels, by the GPU's clock",
      rows: await kernelTimes(size, times.steps),
    };
  yield { title: 'An update, standard settings (32 × 8), ms', rows: await updates(filters, times.updates) };
  for (const preset of presetNames)
    yield {
      title: 'Forms of the kernels: 64 rows a step, 128 responses sampled',
      rows: await tuning(preset),
    };
}
