import { createCpuEngine } from '../kernels/cpu-engine.ts';
import { openDevice, type OpenDevice } from '../kernels/device.ts';
import type { Engine } from '../kernels/engine.ts';
import type { Tuning } from '../kernels/programs.ts';
import { createWebGpuEngine } from '../kernels/webgpu-engine.ts';
import type { EngineChoice, EngineName } from '../protocol/config.ts';
import { RunError } from '../protocol/failure.ts';

/** Engines that only some threads bring. */
export const extraEngines: { tfjs?: (device: OpenDevice) => Promise<Engine> } = {};

export interface ChosenEngine {
  name: EngineName;
  /** A sentence for the visitor: what runs, and why that. */
  why: string;
  /** On WebGPU only. */
  device?: OpenDevice;
}

/**
 * `auto` takes a real GPU and otherwise the CPU: a software adapter runs the same shaders several times slower than SIMD Wasm.
 * Throws if WebGPU is asked for, by us or TensorFlow.js, and there is none.
 */
export async function chooseEngine(choice: EngineChoice): Promise<ChosenEngine> {
  const cpu = (why: string): ChosenEngine => ({ name: 'cpu', why });
  if (choice === 'cpu') return cpu('CPU (SIMD WebAssembly), as chosen.');
  const opened = await openDevice();
  if ('reason' in opened) {
    if (choice === 'auto') return cpu(`CPU (SIMD WebAssembly): ${opened.reason}`);
    throw new RunError('device', `A GPU was asked for, but ${opened.reason} Choose the engine auto or CPU.`);
  }
  if (choice === 'auto' && opened.isFallback) {
    opened.device.destroy();
    return cpu('CPU (SIMD WebAssembly): the only WebGPU adapter here is a software one, which is slower.');
  }
  if (choice === 'tfjs')
    return {
      name: 'tfjs',
      why: `TensorFlow.js on WebGPU, as chosen: the same steps in stock ops.`,
      device: opened,
    };
  const adapter = opened.info.description || opened.info.vendor || 'this adapter';
  const why = `WebGPU on ${adapter}${opened.isFallback ? ' (a software adapter: slow)' : ''}, ${choice === 'auto' ? 'found' : 'as chosen'}.`;
  return { name: 'webgpu', why, device: opened };
}

/** The engine that was chosen; on WebGPU with what `tuningFor` says of the device. */
export async function openEngine(
  { name, device }: ChosenEngine,
  tuningFor: (device: OpenDevice) => Promise<Tuning>,
): Promise<{ engine: Engine; tuning?: Tuning }> {
  if (!device) return { engine: await createCpuEngine() };
  if (name === 'tfjs') {
    if (!extraEngines.tfjs) throw new Error('this thread has no TensorFlow.js');
    return { engine: await extraEngines.tfjs(device) };
  }
  const tuning = await tuningFor(device);
  return { engine: createWebGpuEngine(device.device, tuning), tuning };
}
