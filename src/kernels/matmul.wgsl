// y = x·w + bias
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (M, K)
@group(0) @binding(1) var<storage, read> w: array<Cell>; // (K, N)
@group(0) @binding(2) var<storage, read> bias: array<Cell>; // (N)
@group(0) @binding(3) var<storage, read_write> y: array<Cell>; // (M, N)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.y * STRIDE + id.x;
  if (tile >= tiles()) {
    return;
  }
  let m = tile / COLUMN_TILES * SIDE;
  let n = tile % COLUMN_TILES * SIDE;
  let blocks = product(m, n);
  for (var c = 0u; c < TILE; c++) {
    let column = min(n + 4u * c, LAST_COLUMNS);
    let columns = N - column;
    let shift = load_bias(column, columns);
    for (var r = 0u; r < TILE; r++) {
      for (var i = 0u; i < 4u; i++) {
        let row = m + 4u * r + i;
        if (row < M) {
          let at = row * N + column;
          store_y(at, columns, blocks[r * TILE + c][i] + shift);
        }
      }
    }
  }
}
