import { knobIndex } from './catalogue.ts';
import type { Arrays, Dims } from './reference.ts';

/** The clipped value loss of PPO's first implementation (OpenAI baselines, ppo2), of values in a column. */
export function valueHead(a: Arrays<'value-head'>, { M, N }: Dims<'value-head'>): void {
  const range = a.knobs[knobIndex.valueClipRange];
  for (let m = 0; m < M; m++) {
    const [target, oldValue] = a.old.subarray(2 * m, 2 * m + 2);
    const value = a.values[m * N];
    const clippedValue = Math.min(Math.max(value, oldValue - range), oldValue + range);
    const isClipped = (clippedValue - target) ** 2 > (value - target) ** 2;
    a.losses[m] = ((isClipped ? clippedValue : value) - target) ** 2 / 2;
    a.values.fill(0, m * N, (m + 1) * N);
    a.values[m * N] = isClipped ? 0 : a.knobs[knobIndex.inverseCount] * (value - target);
  }
}
