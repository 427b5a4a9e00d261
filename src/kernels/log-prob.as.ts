import { scratch } from './memory.as.ts';
import { exponentials, maxOf } from './rows.as.ts';
import { fma, four, lanes, log1, sum4 } from './vector.as.ts';

/** A softmax over one row: what `softmax` leaves for the head that called it. */

/** The exponentials, e^((logit − top)/τ). */
export let exponentialsOf: usize = 0;
/** The largest logit. */
export let top: f32 = 0;
/** log Σ of the exponentials. */
export let logSum: f32 = 0;

export function softmax(logits: usize, V: i32, inverseTemperature: f32): void {
  exponentialsOf = scratch(four(V) << 2);
  top = maxOf(logits, V);
  logSum = log1(exponentials(logits, exponentialsOf, V, inverseTemperature, top));
}

/** After `softmax`: −Σ p·log p = log Σe − Σ e·(logit − top)/τ / Σe. */
export function entropyOf(logits: usize, V: i32, inverseTemperature: f32): f32 {
  const tops = f32x4.splat(top);
  let sum = f32x4.splat(0);
  let weighted = sum;
  const rest = V & 3;
  const whole = (V - rest) << 2;
  for (let at = 0; at < whole; at += 16) {
    const e = v128.load(exponentialsOf + at);
    sum = f32x4.add(sum, e);
    weighted = fma(weighted, e, f32x4.sub(v128.load(logits + at), tops));
  }
  if (rest) {
    const e = v128.and(v128.load(exponentialsOf + whole), lanes(rest));
    const z = v128.and(f32x4.sub(v128.load(logits + whole), tops), lanes(rest));
    sum = f32x4.add(sum, e);
    weighted = fma(weighted, e, z);
  }
  return logSum - (sum4(weighted) / sum4(sum)) * inverseTemperature;
}

export function logProb(
  logits: usize,
  targets: usize,
  mask: usize,
  knobs: usize,
  out: usize,
  M: i32,
  V: i32,
  N: i32,
): void {
  const inverseTemperature: f32 = 1 / load<f32>(knobs);
  for (let m = 0; m < M; m++, out += 8, logits += N << 2) {
    if (load<f32>(mask + (m << 2)) == 0) {
      memory.fill(out, 0, 8);
      continue;
    }
    softmax(logits, V, inverseTemperature);
    const target = load<u32>(targets + (m << 2));
    store<f32>(out, (load<f32>(logits + (target << 2)) - top) * inverseTemperature - logSum);
    store<f32>(out, entropyOf(logits, V, inverseTemperature), 4);
  }
}
