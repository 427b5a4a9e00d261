import type { DeviceJob, DeviceNotice } from '../protocol/device.ts';

/**
 * Has a thread of its own do a job on this device, so that neither page nor run is disturbed. `done` resolves when it is done, could not be
 * done or was cancelled; what there was to say has been said.
 */
export function startJob(
  job: DeviceJob,
  onNotice: (notice: DeviceNotice) => void,
): { done: Promise<void>; cancel: () => void } {
  const worker = new Worker(new URL('../workers/device.worker.ts', import.meta.url), { type: 'module' });
  let cancel: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    cancel = () => {
      worker.terminate();
      resolve();
    };
    worker.onmessage = ({ data }: MessageEvent<DeviceNotice>) => {
      onNotice(data);
      if (data.type === 'done' || data.type === 'problem') cancel();
    };
    worker.onerror = ({ message }) => {
      onNotice({ type: 'problem', problem: message || 'its thread could not be loaded.' });
      cancel();
    };
    worker.postMessage(job);
  });
  return { done, cancel };
}
