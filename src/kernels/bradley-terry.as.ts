import { scratch } from './memory.as.ts';
import { exp1, log1 } from './vector.as.ts';

export function bradleyTerry(
  scores: usize,
  pairs: usize,
  knobs: usize,
  losses: usize,
  M: i32,
  N: i32,
  P: i32,
): void {
  const inverseCount = load<f32>(knobs, 16);
  const slopes = scratch(P << 2);
  for (let p = 0; p < P; p++) {
    const chosen = load<u32>(pairs + (p << 3));
    const rejected = load<u32>(pairs + (p << 3), 4);
    const difference = load<f32>(scores + ((chosen * N) << 2)) - load<f32>(scores + ((rejected * N) << 2));
    // e^(−|d|), so that neither form of σ(−d) = 1 / (1 + e^d) overflows.
    const small = exp1(-abs(difference));
    const loss = max<f32>(-difference, 0) + log1(1 + small);
    const sigmoid = (difference > 0 ? small : 1) / (1 + small);
    store<f32>(losses + (p << 2), chosen == rejected ? 0 : loss);
    store<f32>(slopes + (p << 2), inverseCount * sigmoid);
  }
  memory.fill(scores, 0, (M * N) << 2);
  for (let p = 0; p < P; p++) {
    const chosen = load<u32>(pairs + (p << 3));
    const rejected = load<u32>(pairs + (p << 3), 4);
    if (chosen == rejected) continue;
    const slope = load<f32>(slopes + (p << 2));
    store<f32>(scores + ((chosen * N) << 2), -slope);
    store<f32>(scores + ((rejected * N) << 2), slope);
  }
}
