import { expect, test } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { fusedKernels, type KernelName } from '../../src/kernels/catalogue.ts';
import { cases } from '../../src/kernels/cases/cases.ts';
import { runCase, type Case } from '../../src/kernels/cases/run-case.ts';

/** The odd size of every kernel: the module is the one that Node runs in full. */
const first = new Map<KernelName, Case>();
for (const c of cases)
  if (!first.has(c.kernel) && !fusedKernels.includes(c.kernel) && Object.values(c.dims)[0] > 1)
    first.set(c.kernel, c);

test.each([...first.values()].map((c) => [`${c.kernel}, ${c.about}`, c] as const))(
  'in the browser too: %s',
  async (_, c) => {
    const worst = await runCase(await createCpuEngine(), c);
    expect(worst.excess).toBeLessThanOrEqual(1);
  },
);
