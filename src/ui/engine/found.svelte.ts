import type { KernelChecked, Measured } from '../../protocol/device.ts';
import type { OnDevice } from './measurement-text.ts';

/** What was found out about this device, and what of the engine is looked at: for the life of the page, whichever view is open. */
class Found {
  /** Checks by engine and kernel. */
  checks = $state.raw<ReadonlyMap<string, KernelChecked>>(new Map());
  /** The adapter that was checked. */
  device = $state<string>();
  problems = $state.raw<readonly string[]>([]);
  gradients = $state<string>();
  /** They are being checked. */
  isProving = $state(false);
  measured = $state.raw<{
    rows: readonly Measured[];
    devices: readonly OnDevice[];
    problems: readonly string[];
    /** All of it, to be sent, once it is done. */
    text?: string;
  }>({ rows: [], devices: [], problems: [] });
  /** By name: the plan that is shown, and the kernel whose code is. */
  plan = $state(/* @wc-ignore */ 'training step');
  kernel = $state<string>();
}

/** One a page. */
export const found = new Found();
