import { cases } from '../kernels/cases/cases.ts';
import { checkKernel } from '../kernels/cases/check-kernel.ts';
import { catalogue, fusedKernels, type KernelName } from '../kernels/catalogue.ts';
import type { Engine } from '../kernels/engine.ts';
import type { DeviceJob, DeviceNotice } from '../protocol/device.ts';

type CheckJob = Extract<DeviceJob, { type: 'check' }>;

const allKernels = Object.keys(catalogue) as KernelName[];

/** Kernel by kernel, in the catalogue's order; all where none is named. */
export async function checkKernels(
  { engine, kernels }: CheckJob,
  engineFor: () => Promise<Engine>,
  say: (notice: DeviceNotice) => void,
): Promise<void> {
  for (const kernel of allKernels) {
    if (kernels.length > 0 && !kernels.includes(kernel)) continue;
    if (engine === 'cpu' && fusedKernels.includes(kernel)) continue;
    say({ type: 'doing', what: kernel });
    const own = cases.filter((c) => c.kernel === kernel);
    const { worst, problem } = await checkKernel(kernel, own, engineFor);
    say({ type: 'checked', kernel, engine, cases: own.length, ...worst, problem });
  }
}
