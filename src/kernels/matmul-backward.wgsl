// dx = dy·wᵀ by the first ROW_THREADS threads, a tile each; xᵀ·dy and Σₘ dy, in stretches, by the others.
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (M, K)
@group(0) @binding(1) var<storage, read> w: array<Cell>; // (K, N)
@group(0) @binding(2) var<storage, read> dy: array<Cell>; // (M, N)
@group(0) @binding(3) var<storage, read_write> dx: array<Cell>; // (M, K)
@group(0) @binding(4) var<storage, read_write> scratch: array<Cell>; // (S, K + 1, N)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= ROW_THREADS) {
    weight_gradient(i - ROW_THREADS);
    return;
  }
  if (i >= row_tiles()) {
    return;
  }
  let m = i / CHANNEL_TILES * 4u;
  let k = i % CHANNEL_TILES * 4u;
  let rows = input_gradient(m, k);
  for (var j = 0u; j < 4u; j++) {
    if (m + j < M) {
      store_dx((m + j) * K + k, K - k, rows[j]);
    }
  }
}
