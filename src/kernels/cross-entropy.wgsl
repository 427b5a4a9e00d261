// losses[m] = −log p of the target (τ = 1), and the gradient written over the logits; a thread per row.
@group(0) @binding(0) var<storage, read_write> logits: array<Cell>; // (M, N)
@group(0) @binding(1) var<storage, read> targets: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> mask: array<f32>; // (M)
@group(0) @binding(3) var<storage, read> knobs: array<f32>;
@group(0) @binding(4) var<storage, read_write> losses: array<f32>; // (M)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * STRIDE + id.x;
  if (m >= M) {
    return;
  }
  let start = m * N;
  if (mask[m] == 0.0) {
    for (var v = 0u; v < N; v += 4u) {
      store_logits(start + v, N - v, vec4f());
    }
    losses[m] = 0.0;
    return;
  }
  let row = softmax_row(start, 1.0);
  let label = targets[m];
  losses[m] = -log_softmax(row, start, label & ~3u, 1.0)[label & 3u];
  for (var v = 0u; v < N; v += 4u) {
    let p = exp(clamp(log_softmax(row, start, v, 1.0), vec4f(-80.0), vec4f(0.0)));
    let hit = select(vec4f(), vec4f(1.0), v + vec4u(0u, 1u, 2u, 3u) == vec4u(label));
    store_logits(start + v, N - v, select(vec4f(), knobs[INVERSE_COUNT] * (p - hit), within(V - min(v, V))));
  }
}
