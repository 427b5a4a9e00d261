// y[m] = x[rows[m]], 0 where rows[m] is NONE; a thread per 4 channels of a row.
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (R, C)
@group(0) @binding(1) var<storage, read> rows: array<u32>; // (M)
@group(0) @binding(2) var<storage, read_write> y: array<Cell>; // (M, C)

const CELLS = (C + 3u) / 4u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= M * CELLS) {
    return;
  }
  let m = i / CELLS;
  let c = i % CELLS * 4u;
  var row = vec4f();
  if (rows[m] != NONE) {
    row = load_x(rows[m] * C + c, C - c);
  }
  store_y(m * C + c, C - c, row);
}
