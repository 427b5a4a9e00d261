// dq = scale·Σₛ p·(dy·v − rowDot)·k, p = exp(scale·q·k − lse); a thread per (b, h, query t).
@group(0) @binding(0) var<storage, read> qkv: array<Cell>; // (B, T, 3C)
@group(0) @binding(1) var<storage, read> y: array<Cell>; // (B, T, C)
@group(0) @binding(2) var<storage, read> lse: array<f32>; // (B, H, T)
@group(0) @binding(3) var<storage, read> dy: array<Cell>; // (B, T, C)
@group(0) @binding(4) var<storage, read_write> dqkv: array<Cell>; // (B, T, 3C)
@group(0) @binding(5) var<storage, read_write> rowDot: array<f32>; // (B, H, T)

const D = C / H;
const SCALE = 1.0 / sqrt(f32(D));

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= B * H * T) {
    return;
  }
  let t = i % T;
  let h = i / T % H;
  let row = i / (T * H) * T;
  let at = (row + t) * C + h * D;
  let queryAt = (row + t) * 3u * C + h * D;
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
  for (var s = 0u; s <= t; s++) {
    let key = (row + s) * 3u * C + C + h * D;
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
  rowDot[i] = meanSlope;
}
