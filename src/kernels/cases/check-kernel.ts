import type { KernelName } from '../catalogue.ts';
import type { Engine } from '../engine.ts';
import { compareCase, tolerances, type Case, type Difference } from './run-case.ts';

/** Of a kernel's cases the number that used most of its tolerance, and in which case it was. */
export interface Worst extends Difference {
  readonly about: string;
  /** What is allowed of `relative`, in that case. */
  readonly tolerance: number;
}

/** Runs cases of one kernel, each on an engine of its own, up to the first that cannot be run. */
export async function checkKernel(
  kernel: KernelName,
  cases: readonly Case[],
  engineFor: () => Promise<Engine>,
): Promise<{ worst: Worst; problem?: string }> {
  const { relative } = tolerances[kernel];
  const none = { binding: '', index: -1, got: 0, expected: 0, relative: 0, excess: 0 };
  let worst: Worst = { ...none, about: cases[0]?.about ?? '', tolerance: relative };
  for (const c of cases) {
    const engine = await engineFor();
    try {
      const difference = await compareCase(engine, c);
      if (difference.excess > worst.excess)
        worst = { ...difference, about: c.about, tolerance: relative * (c.slack ?? 1) };
    } catch (error) {
      return { worst: { ...worst, about: c.about, excess: Infinity }, problem: (error as Error).message };
    } finally {
      engine.free();
    }
  }
  return { worst };
}
