import { exponentialsOf, logSum, softmax, top } from './log-prob.as.ts';
import { exp1, store4 } from './vector.as.ts';

export function crossEntropy(
  logits: usize,
  targets: usize,
  mask: usize,
  knobs: usize,
  losses: usize,
  M: i32,
  V: i32,
  N: i32,
): void {
  const inverseCount = load<f32>(knobs, 16);
  for (let m = 0; m < M; m++, logits += N << 2) {
    if (load<f32>(mask + (m << 2)) == 0) {
      memory.fill(logits, 0, N << 2);
      store<f32>(losses + (m << 2), 0);
      continue;
    }
    softmax(logits, V, 1);
    const target = logits + (load<u32>(targets + (m << 2)) << 2);
    store<f32>(losses + (m << 2), top - load<f32>(target) + logSum);
    const scale = f32x4.splat(exp1(-logSum) * inverseCount);
    for (let v = 0; v < V; v += 4)
      store4(logits + (v << 2), f32x4.mul(v128.load(exponentialsOf + (v << 2)), scale), V - v);
    store<f32>(target, load<f32>(target) - inverseCount);
    memory.fill(logits + (V << 2), 0, (N - V) << 2);
  }
}
