// y = x·w + bias
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (M, K)
@group(0) @binding(1) var<storage, read> w: array<Cell>; // (K, N)
@group(0) @binding(2) var<storage, read> bias: array<Cell>; // (N)
@group(0) @binding(3) var<storage, read_write> y: array<Cell>; // (M, N)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y * STRIDE + id.x;
  if (tile >= rowTiles() * COLUMN_TILES) {
    return;
  }
  let m = tile / COLUMN_TILES * 4u;
  let n = tile % COLUMN_TILES * 4u;
  let columns = N - n;
  let shift = load_bias(n, columns);
  let rows = product(m, n);
  for (var i = 0u; i < 4u; i++) {
    if (m + i < M) {
      store_y((m + i) * N + n, columns, rows[i] + shift);
    }
  }
}
