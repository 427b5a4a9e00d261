/** The thread of one job on this device: kernels checked, or an engine timed. */
import { createCpuEngine } from '../kernels/cpu-engine.ts';
import { adapterName, openDevice } from '../kernels/device.ts';
import { createWebGpuEngine } from '../kernels/webgpu-engine.ts';
import type { DeviceJob, DeviceNotice } from '../protocol/device.ts';
import { checkKernels } from './check-kernels.ts';
import { measureDevice } from './measure-device.ts';
import { kindTuning } from './tuning.ts';

const say = (notice: DeviceNotice) => self.postMessage(notice);

async function work(job: DeviceJob): Promise<void> {
  const opened = job.engine === 'webgpu' ? await openDevice() : undefined;
  if (opened && 'reason' in opened) throw new Error(opened.reason);
  const device = opened ? adapterName(opened.info) : 'SIMD WebAssembly';
  say({ type: 'on', engine: job.engine, device, isSoftware: opened?.isFallback ?? false });
  const engineFor = async () =>
    opened ? createWebGpuEngine(opened.device, kindTuning(opened)) : createCpuEngine();
  if (job.type === 'check') await checkKernels(job, engineFor, say);
  else await measureDevice(job, await engineFor(), say);
}

self.onmessage = async ({ data: job }: MessageEvent<DeviceJob>) => {
  try {
    await work(job);
    say({ type: 'done' });
  } catch (error) {
    say({ type: 'problem', problem: (error as Error).message });
  }
};
