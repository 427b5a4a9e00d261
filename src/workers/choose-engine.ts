import { createCpuEngine } from '../kernels/cpu-engine.ts';
import { openDevice, type OpenDevice } from '../kernels/device.ts';
import type { Engine } from '../kernels/engine.ts';
import type { Tuning } from '../kernels/programs.ts';
import { createWebGpuEngine } from '../kernels/webgpu-engine.ts';
import type { EngineChoice, EngineName } from '../protocol/config.ts';
import { RunError } from '../protocol/failure.ts';

export interface ChosenEngine {
  name: EngineName;
  /** A sentence for the visitor: what runs, and why that. */
  why: string;
  /** On WebGPU only. */
  device?: OpenDevice;
}

/**
 * `auto` takes a real GPU and otherwise the CPU: a software adapter runs the same shaders several times slower than SIMD Wasm.
 * Throws if `webgpu` is asked for and there is none.
 */
export async function chooseEngine(choice: EngineChoice): Promise<ChosenEngine> {
  const cpu = (why: string): ChosenEngine => ({ name: 'cpu', why });
  if (choice === 'cpu') return cpu('CPU (SIMD WebAssembly), as chosen.');
  const opened = await openDevice();
  if ('reason' in opened) {
    if (choice === 'auto') return cpu(`CPU (SIMD WebAssembly): ${opened.reason}`);
    throw new RunError('device', `WebGPU was asked for, but ${opened.reason} Choose the engine auto or CPU.`);
  }
  if (choice === 'auto' && opened.isFallback) {
    opened.device.destroy();
    return cpu('CPU (SIMD WebAssembly): the only WebGPU adapter here is a software one, which is slower.');
  }
  const adapter = opened.info.description || opened.info.vendor || 'this adapter';
  const why = `WebGPU on ${adapter}${opened.isFallback ? ' (a software adapter: slow)' : ''}, ${choice === 'auto' ? 'found' : 'as chosen'}.`;
  return { name: 'webgpu', why, device: opened };
}

/** The engine that was chosen; on WebGPU with what `tuningFor` says of the device. */
export async function openEngine(
  { device }: ChosenEngine,
  tuningFor: (device: OpenDevice) => Promise<Tuning>,
): Promise<{ engine: Engine; tuning?: Tuning }> {
  if (!device) return { engine: await createCpuEngine() };
  const tuning = await tuningFor(device);
  return { engine: createWebGpuEngine(device.device, tuning), tuning };
}
