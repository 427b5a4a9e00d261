// dq = scale·Σₛ p·(dy·v − Σ dy·y)·k, p = exp(scale·q·k − lse); Σ dy·y stays in scratch; a thread per (h, query m).
@group(0) @binding(0) var<storage, read> qkv: array<Cell>; // (M, 3C)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> y: array<Cell>; // (M, C)
@group(0) @binding(3) var<storage, read> lse: array<f32>; // (H, M)
@group(0) @binding(4) var<storage, read> dy: array<Cell>; // (M, C)
@group(0) @binding(5) var<storage, read_write> dqkv: array<Cell>; // (M, 3C)
@group(0) @binding(6) var<storage, read_write> scratch: array<f32>; // (H, M)

const D = C / H;
const SCALE = 1.0 / sqrt(f32(D));

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= H * M) {
    return;
  }
  let m = i % M;
  let h = i / M;
  let first = m - positions[m];
  let at = m * C + h * D;
  let queryAt = m * 3u * C + h * D;
  var query: array<vec4f, CELLS>;
  var slope: array<vec4f, CELLS>;
  var sum: array<vec4f, CELLS>;
  var meanSlope = 0.0;
  for (var j = 0u; j < CELLS; j++) {
    query[j] = load_qkv(queryAt + 4u * j, D - 4u * j) * SCALE;
    slope[j] = load_dy(at + 4u * j, D - 4u * j);
    meanSlope += dot(slope[j], load_y(at + 4u * j, D - 4u * j));
  }
  let logSum = lse[i];
  for (var s = first; s <= m; s++) {
    let key = s * 3u * C + C + h * D;
    var score = 0.0;
    var dp = 0.0;
    for (var j = 0u; j < CELLS; j++) {
      score += dot(query[j], load_qkv(key + 4u * j, D - 4u * j));
      dp += dot(slope[j], load_qkv(key + C + 4u * j, D - 4u * j));
    }
    let ds = exp(clamp(score - logSum, -80.0, 1.0)) * (dp - meanSlope);
    for (var j = 0u; j < CELLS; j++) {
      sum[j] += ds * load_qkv(key + 4u * j, D - 4u * j);
    }
  }
  for (var j = 0u; j < CELLS; j++) {
    store_dqkv(queryAt + 4u * j, D - 4u * j, sum[j] * SCALE);
  }
  scratch[i] = meanSlope;
}
