// dv = Σₜ p·dy and dk = scale·Σₜ p·(dy·v − scratch, the queries' Σ dy·y)·q over the queries t ≥ m of its sequence; a thread per (h, key m).
@group(0) @binding(0) var<storage, read> qkv: array<Cell>; // (M, 3C)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> lse: array<f32>; // (H, M)
@group(0) @binding(3) var<storage, read> scratch: array<f32>; // (H, M)
@group(0) @binding(4) var<storage, read> dy: array<Cell>; // (M, C)
@group(0) @binding(5) var<storage, read_write> dqkv: array<Cell>; // (M, 3C)

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
  let keyAt = m * 3u * C + C + h * D;
  var key: array<vec4f, CELLS>;
  var value: array<vec4f, CELLS>;
  var dKey: array<vec4f, CELLS>;
  var dValue: array<vec4f, CELLS>;
  for (var j = 0u; j < CELLS; j++) {
    key[j] = load_qkv(keyAt + 4u * j, D - 4u * j) * SCALE;
    value[j] = load_qkv(keyAt + C + 4u * j, D - 4u * j);
  }
  for (var t = m; t < M && (t == m || positions[t] != 0u); t++) {
    let queryAt = t * 3u * C + h * D;
    let slopeAt = t * C + h * D;
    var score = 0.0;
    var dp = 0.0;
    for (var j = 0u; j < CELLS; j++) {
      score += dot(key[j], load_qkv(queryAt + 4u * j, D - 4u * j));
      dp += dot(value[j], load_dy(slopeAt + 4u * j, D - 4u * j));
    }
    let p = exp(clamp(score - lse[i - m + t], -80.0, 1.0));
    let ds = p * (dp - scratch[i - m + t]);
    for (var j = 0u; j < CELLS; j++) {
      dValue[j] += p * load_dy(slopeAt + 4u * j, D - 4u * j);
      dKey[j] += ds * load_qkv(queryAt + 4u * j, D - 4u * j);
    }
  }
  for (var j = 0u; j < CELLS; j++) {
    store_dqkv(keyAt + 4u * j, D - 4u * j, dKey[j] * SCALE);
    store_dqkv(keyAt + C + 4u * j, D - 4u * j, dValue[j]);
  }
}
