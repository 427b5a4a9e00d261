// As matmul-backward.wgsl, but dx = (dy·wᵀ) ⊙ gelu′(pre).
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (M, K)
@group(0) @binding(1) var<storage, read> w: array<Cell>; // (K, N)
@group(0) @binding(2) var<storage, read> dy: array<Cell>; // (M, N)
@group(0) @binding(3) var<storage, read> pre: array<Cell>; // (M, K)
@group(0) @binding(4) var<storage, read_write> dx: array<Cell>; // (M, K)
@group(0) @binding(5) var<storage, read_write> scratch: array<Cell>; // (S, K + 1, N)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y * STRIDE + id.x;
  if (tile >= ROW_THREADS) {
    weight_gradient(tile - ROW_THREADS);
    return;
  }
  if (tile >= row_tiles()) {
    return;
  }
  let m = tile / CHANNEL_TILES * SIDE;
  let k = tile % CHANNEL_TILES * SIDE;
  let blocks = input_gradient(m, k);
  for (var c = 0u; c < TILE; c++) {
    let channel = min(k + 4u * c, LAST_CHANNELS);
    for (var r = 0u; r < TILE; r++) {
      for (var i = 0u; i < 4u; i++) {
        let row = m + 4u * r + i;
        if (row < M) {
          let at = row * K + channel;
          store_dx(at, K - channel, blocks[r * TILE + c][i] * gelu_slope(load_pre(at, K - channel)));
        }
      }
    }
  }
}
