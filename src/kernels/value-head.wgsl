// The critic's clipped loss at a position and its gradient, written over the values; a thread per position.
@group(0) @binding(0) var<storage, read_write> values: array<f32>; // (M, N)
@group(0) @binding(1) var<storage, read> old: array<f32>; // (M, 2): return, value
@group(0) @binding(2) var<storage, read> knobs: array<f32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>; // (M)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * STRIDE + id.x;
  if (m >= M) {
    return;
  }
  let goal = old[2u * m];
  let oldValue = old[2u * m + 1u];
  let range = knobs[VALUE_CLIP_RANGE];
  let value = values[m * N];
  let freeError = value - goal;
  let clippedError = clamp(value, oldValue - range, oldValue + range) - goal;
  let isClipped = clippedError * clippedError > freeError * freeError;
  let error = select(freeError, clippedError, isClipped);
  losses[m] = 0.5 * error * error;
  for (var n = 1u; n < N; n++) {
    values[m * N + n] = 0.0;
  }
  values[m * N] = select(knobs[INVERSE_COUNT] * freeError, 0.0, isClipped);
}
