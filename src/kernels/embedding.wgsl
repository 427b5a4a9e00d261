// x[m] = tokenTable[tokens[m]] + positionTable[positions[m]]; a thread per 4 channels of a position.
@group(0) @binding(0) var<storage, read> tokens: array<u32>; // (M)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> tokenTable: array<Cell>; // (V, C)
@group(0) @binding(3) var<storage, read> positionTable: array<Cell>; // (T, C)
@group(0) @binding(4) var<storage, read_write> x: array<Cell>; // (M, C)

const CELLS = (C + 3u) / 4u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= M * CELLS) {
    return;
  }
  let m = i / CELLS;
  let c = i % CELLS * 4u;
  let token = load_tokenTable(tokens[m] * C + c, C - c);
  let position = load_positionTable(positions[m] * C + c, C - c);
  store_x(m * C + c, C - c, token + position);
}
