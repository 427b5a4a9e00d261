/** The thread of one job on this device: kernels checked, or an engine timed. */
import type { DeviceJob, DeviceNotice } from '../protocol/device.ts';
import { checkKernels } from './check-kernels.ts';
import { chooseEngine } from './choose-engine.ts';
import { measureDevice } from './measure-device.ts';

const say = (notice: DeviceNotice) => self.postMessage(notice);

self.onmessage = async ({ data: job }: MessageEvent<DeviceJob>) => {
  try {
    const chosen = await chooseEngine(job.engine);
    const { device } = chosen;
    const about = device && [device.info.vendor, device.info.architecture, device.info.description];
    const name = about ? about.filter(Boolean).join(', ') || 'an adapter without a name' : 'SIMD WebAssembly';
    say({ type: 'on', engine: job.engine, device: name, isSoftware: device?.isFallback ?? false });
    if (job.type === 'check') await checkKernels(job, chosen, say);
    else await measureDevice(job, chosen.engine, say);
    say({ type: 'done' });
  } catch (error) {
    say({ type: 'problem', problem: (error as Error).message });
  }
};
