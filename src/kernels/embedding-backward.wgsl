// dTable[r] = Σ of dx[m] over the m with ids[m] = r. A thread per 4 channels of a table row scans all ids in order: no
// float atomics, so that the same gradient comes out every time.
@group(0) @binding(0) var<storage, read> ids: array<u32>; // (M)
@group(0) @binding(1) var<storage, read> dx: array<Cell>; // (M, C)
@group(0) @binding(2) var<storage, read_write> dTable: array<Cell>; // (R, C)

const CELLS = (C + 3u) / 4u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= R * CELLS) {
    return;
  }
  let r = i / CELLS;
  let c = i % CELLS * 4u;
  var sum = vec4f();
  for (var m = 0u; m < M; m++) {
    if (ids[m] == r) {
      sum += load_dx(m * C + c, C - c);
    }
  }
  store_dTable(r * C + c, C - c, sum);
}
