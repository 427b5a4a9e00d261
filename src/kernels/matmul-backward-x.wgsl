// dx = dy·wᵀ
@group(0) @binding(0) var<storage, read> dy: array<Cell>; // (M, N)
@group(0) @binding(1) var<storage, read> w: array<Cell>; // (K, N)
@group(0) @binding(2) var<storage, read_write> dx: array<Cell>; // (M, K)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y * STRIDE + id.x;
  if (tile >= rowTiles() * CHANNEL_TILES) {
    return;
  }
  let m = tile / CHANNEL_TILES * 4u;
  let k = tile % CHANNEL_TILES * 4u;
  let rows = product(m, k);
  for (var i = 0u; i < 4u; i++) {
    if (m + i < M) {
      store_dx((m + i) * K + k, K - k, rows[i]);
    }
  }
}
