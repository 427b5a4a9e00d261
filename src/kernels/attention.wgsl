// Causal attention with an online softmax (Milakov, Gimelshein 2018): a thread per (b, h, query t), one pass over the
// keys 0 … t, nothing of size T × T.
@group(0) @binding(0) var<storage, read> qkv: array<Cell>; // (B, T, 3C)
@group(0) @binding(1) var<storage, read_write> y: array<Cell>; // (B, T, C)
@group(0) @binding(2) var<storage, read_write> lse: array<f32>; // (B, H, T)

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
  var query: array<vec4f, CELLS>;
  var sum: array<vec4f, CELLS>;
  for (var j = 0u; j < CELLS; j++) {
    query[j] = load_qkv((row + t) * 3u * C + h * D + 4u * j, D - 4u * j) * SCALE;
  }
  var top = -1e30;
  var total = 0.0;
  for (var s = 0u; s <= t; s++) {
    let key = (row + s) * 3u * C + C + h * D;
    var score = 0.0;
    for (var j = 0u; j < CELLS; j++) {
      score += dot(query[j], load_qkv(key + 4u * j, D - 4u * j));
    }
    let newTop = max(top, score);
    let keep = exp(max(top - newTop, -80.0));
    let p = exp(max(score - newTop, -80.0));
    total = total * keep + p;
    for (var j = 0u; j < CELLS; j++) {
      sum[j] = sum[j] * keep + p * load_qkv(key + C + 4u * j, D - 4u * j);
    }
    top = newTop;
  }
  for (var j = 0u; j < CELLS; j++) {
    store_y((row + t) * C + h * D + 4u * j, D - 4u * j, sum[j] / total);
  }
  lse[i] = top + log(total);
}
