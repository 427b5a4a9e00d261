// out[m] = (log p of the target at temperature τ, entropy); a thread per row.
@group(0) @binding(0) var<storage, read> logits: array<Cell>; // (M, N)
@group(0) @binding(1) var<storage, read> targets: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> mask: array<f32>; // (M)
@group(0) @binding(3) var<storage, read> knobs: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>; // (M, 2)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * STRIDE + id.x;
  if (m >= M) {
    return;
  }
  var result = vec2f();
  if (mask[m] != 0.0) {
    let sharpness = 1.0 / knobs[TEMPERATURE];
    let row = softmax_row(m * N, sharpness);
    let logprob = log_softmax(row, m * N, targets[m] & ~3u, sharpness)[targets[m] & 3u];
    result = vec2f(logprob, row.entropy);
  }
  out[2u * m] = result.x;
  out[2u * m + 1u] = result.y;
}
