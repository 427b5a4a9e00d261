// losses[p] = −log σ(s_chosen − s_rejected) and, in scratch, d loss / d s_chosen; a thread per pair. The scores are
// overwritten by bradley-terry-gradient.wgsl, after every pair has read them.
@group(0) @binding(0) var<storage, read> scores: array<f32>; // (M, N)
@group(0) @binding(1) var<storage, read> pairs: array<u32>; // (P, 2): positions of chosen and rejected
@group(0) @binding(2) var<storage, read> knobs: array<f32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>; // (P)
@group(0) @binding(4) var<storage, read_write> scratch: array<f32>; // (P)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let p = id.y * STRIDE + id.x;
  if (p >= P) {
    return;
  }
  let chosen = pairs[2u * p];
  let rejected = pairs[2u * p + 1u];
  if (chosen == rejected) {
    losses[p] = 0.0;
    scratch[p] = 0.0;
    return;
  }
  let difference = scores[chosen * N] - scores[rejected * N];
  // e ≤ 1; log(1 + e) loses small e to rounding, where it is e itself to first order.
  let e = exp(max(-abs(difference), -80.0));
  losses[p] = max(-difference, 0.0) + select(log(1.0 + e), e - 0.5 * e * e, e < 1e-3);
  scratch[p] = -knobs[INVERSE_COUNT] * select(1.0, e, difference > 0.0) / (1.0 + e);
}
