import { wilson } from '../../ppo/interval.ts';

/**
 * Wilson's 95 % interval of a share in [0, 1] that an evaluation of `prompts` prompts, one response each, came to: how far chance in
 * its responses may have moved it. Of a mean over a run's last evaluations, which ask the same prompts, it is wider than need be.
 */
export function samplingError(share: number, prompts: number): { low: number; high: number; n: number } {
  const { low, high, n } = wilson(Math.min(prompts, share * prompts), prompts);
  return { low, high, n };
}
