/** A training step on WebGPU by all who take part, wherever there is a `navigator.gpu`: in a browser, or in Node through Dawn. */
import { defaultDevice, init } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs';
import { adapterName, openDevice, type OpenDevice } from '../../src/kernels/device.ts';
import { tunings } from '../../src/kernels/programs.ts';
import { registerTfjs } from '../../src/kernels/tfjs/backend.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';
import { jax } from './jax.ts';
import { rounded, timed, type Row } from './table.ts';
import { tfjs } from './tfjs.ts';
import { ours, workOf, type Contestant, type Peer, type Sizes, type Work } from './work.ts';

/** Of this thread, whoever asks the GPU. */
const counts = { dispatches: 0, submits: 0 };

/** Counts the calls of a method that all share. */
function counted(prototype: object, method: string, count: keyof typeof counts): void {
  const original = Reflect.get(prototype, method) as (...args: unknown[]) => unknown;
  Reflect.set(prototype, method, function (this: object, ...args: unknown[]) {
    counts[count] += 1;
    return Reflect.apply(original, this, args);
  });
}
counted(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
counted(GPUQueue.prototype, 'submit', 'submits');

/** Throws where there is none. */
export async function device(): Promise<OpenDevice> {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(opened.reason);
  return opened;
}

const contestants: Readonly<Record<Peer, (work: Work) => Promise<Contestant>>> = {
  async ours(work) {
    const opened = await device();
    const engine = createWebGpuEngine(opened.device, tunings[opened.isFallback ? 'software' : 'hardware']);
    return ours(engine, work);
  },
  async 'TensorFlow.js'(work) {
    await registerTfjs(await device());
    await tf.ready();
    return tfjs(work);
  },
  async 'jax-js'(work) {
    await init('webgpu');
    defaultDevice('webgpu');
    return jax(work);
  },
};

/** `times` steps by one of them, after one that compiles and `warmUp` more. */
export async function step(by: Peer, where: string, sizes: Sizes, times: number, warmUp = 0): Promise<Row> {
  const work = workOf(sizes);
  const contestant = await contestants[by](work);
  await contestant.step(); // Compiles.
  const before = { ...counts };
  const ms = await timed(() => contestant.step(), times, warmUp);
  const aStep = (count: keyof typeof counts) => rounded((counts[count] - before[count]) / (times + warmUp));
  const asked = { dispatches: aStep('dispatches'), submits: aStep('submits') };
  return { network: work.name, where, by, ms: rounded(ms), ...asked };
}

/** The adapter by name. */
export async function adapter(): Promise<string> {
  const { info, isFallback } = await device();
  return `${adapterName(info)}${isFallback ? ' (software)' : ''}`;
}
