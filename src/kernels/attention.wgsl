// Causal attention with an online softmax (Milakov, Gimelshein 2018): a thread per (h, query m), one pass over the
// keys of its sequence up to m, nothing of size T × T.
@group(0) @binding(0) var<storage, read> qkv: array<Cell>; // (M, 3C)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (M)
@group(0) @binding(2) var<storage, read_write> y: array<Cell>; // (M, C)
@group(0) @binding(3) var<storage, read_write> lse: array<f32>; // (H, M)

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
  var query: array<vec4f, CELLS>;
  var sum: array<vec4f, CELLS>;
  for (var j = 0u; j < CELLS; j++) {
    query[j] = load_qkv(m * 3u * C + h * D + 4u * j, D - 4u * j) * SCALE;
  }
  var top = -1e30;
  var total = 0.0;
  for (var s = first; s <= m; s++) {
    let key = s * 3u * C + C + h * D;
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
    store_y(m * C + h * D + 4u * j, D - 4u * j, sum[j] / total);
  }
  lse[i] = top + log(total);
}
