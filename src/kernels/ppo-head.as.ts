import { entropyOf, exponentialsOf, logSum, softmax, top } from './log-prob.as.ts';
import { exp1, fma, store4 } from './vector.as.ts';

const MAX_LOG_RATIO: f32 = 20;

// @inline
function clamp(x: f32, low: f32, high: f32): f32 {
  return min(max(x, low), high);
}

/**
 * After `softmax`: logits → −policySlope·p + entropySlope·p·(log p + entropy), the gradient but for the target's own term.
 */
function overwrite(
  logits: usize,
  V: i32,
  inverseTemperature: f32,
  policySlope: f32,
  entropySlope: f32,
  entropy: f32,
): void {
  const inverseSum = f32x4.splat(exp1(-logSum));
  const tops = f32x4.splat(top);
  const offset = f32x4.splat(entropy - logSum);
  const scales = f32x4.splat(inverseTemperature);
  const policySlopes = f32x4.splat(-policySlope);
  const entropySlopes = f32x4.splat(entropySlope);
  for (let v = 0; v < V; v += 4) {
    const at = v << 2;
    const p = f32x4.mul(v128.load(exponentialsOf + at), inverseSum);
    const surprise = fma(offset, f32x4.sub(v128.load(logits + at), tops), scales);
    const slope = fma(policySlopes, surprise, entropySlopes);
    store4(logits + at, f32x4.mul(p, slope), V - v);
  }
}

export function ppoHead(
  logits: usize,
  targets: usize,
  mask: usize,
  old: usize,
  knobs: usize,
  tokenStats: usize,
  M: i32,
  V: i32,
  N: i32,
): void {
  const inverseTemperature: f32 = 1 / load<f32>(knobs);
  const clipRange = load<f32>(knobs, 4);
  const entropyCoef = load<f32>(knobs, 12);
  const inverseCount = load<f32>(knobs, 16);
  for (let m = 0; m < M; m++, logits += N << 2, old += 8, tokenStats += 24) {
    if (load<f32>(mask + (m << 2)) == 0) {
      memory.fill(logits, 0, N << 2);
      memory.fill(tokenStats, 0, 24);
      continue;
    }
    const target = logits + (load<u32>(targets + (m << 2)) << 2);
    softmax(logits, V, inverseTemperature);
    const entropy = entropyOf(logits, V, inverseTemperature);
    const logprob = (load<f32>(target) - top) * inverseTemperature - logSum;

    const advantage = load<f32>(old, 4);
    const logRatio = clamp(logprob - load<f32>(old), -MAX_LOG_RATIO, MAX_LOG_RATIO);
    const ratio = exp1(logRatio);
    const unclippedLoss = -advantage * ratio;
    const clippedLoss = -advantage * clamp(ratio, 1 - clipRange, 1 + clipRange);
    const clipped = clippedLoss > unclippedLoss;

    const policySlope: f32 = clipped ? 0 : unclippedLoss * inverseCount * inverseTemperature;
    overwrite(
      logits,
      V,
      inverseTemperature,
      policySlope,
      entropyCoef * inverseCount * inverseTemperature,
      entropy,
    );
    store<f32>(target, load<f32>(target) + policySlope);
    memory.fill(logits + (V << 2), 0, (N - V) << 2);

    store<f32>(tokenStats, logprob);
    store<f32>(tokenStats, ratio, 4);
    store<f32>(tokenStats, max(unclippedLoss, clippedLoss), 8);
    store<f32>(tokenStats, ratio - 1 - logRatio, 12);
    store<f32>(tokenStats, clipped ? 1 : 0, 16);
    store<f32>(tokenStats, entropy, 20);
  }
}
