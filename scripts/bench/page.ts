/** What is measured in a browser, driven through `window.bench`. */
import { defaultDevice, init } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs';
import { openDevice, type OpenDevice } from '../../src/kernels/device.ts';
import { tunings } from '../../src/kernels/programs.ts';
import { registerTfjs } from '../../src/kernels/tfjs/backend.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';
import { Judge } from '../../src/judge/host/judge.ts';
import type { Bench } from './browser.ts';
import { jax } from './jax.ts';
import { judged } from './judged.ts';
import { rounded, timed } from './table.ts';
import { tfjs } from './tfjs.ts';
import { ours, workOf, type Contestant, type Work } from './work.ts';

/** Of this page, whoever asks the GPU. */
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

async function device(): Promise<OpenDevice> {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(opened.reason);
  return opened;
}

const contestants: Readonly<Record<string, (work: Work) => Promise<Contestant>>> = {
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

const bench: Bench = {
  async adapter() {
    const { info, isFallback } = await device();
    const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ');
    return `${name || 'an adapter without a name'}${isFallback ? ' (software)' : ''}`;
  },
  async step(by, sizes, times) {
    const work = workOf(sizes);
    const contestant = await contestants[by](work);
    await contestant.step(); // Compiles.
    const before = { ...counts };
    const ms = await timed(() => contestant.step(), times, 0);
    const aStep = (count: keyof typeof counts) => rounded((counts[count] - before[count]) / times);
    const asked = { dispatches: aStep('dispatches'), submits: aStep('submits') };
    return { network: work.name, where: 'browser, WebGPU', by, ms: rounded(ms), ...asked };
  },
  judged(programs) {
    const judge = new Judge();
    return judged((items) => judge.judge(items), 'browser', programs);
  },
};
Object.assign(window, { bench });
