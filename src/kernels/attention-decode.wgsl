// Attention of one new token per row over the cached keys and values 0 … t−1 and its own; a thread per (b, h).
@group(0) @binding(0) var<storage, read> qkv: array<Cell>; // (B, 3C)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (B)
@group(0) @binding(2) var<storage, read> rows: array<u32>; // (B)
@group(0) @binding(3) var<storage, read_write> cache: array<Cell>; // (B, T, 3C)
@group(0) @binding(4) var<storage, read_write> y: array<Cell>; // (B, C)

const D = C / H;
const SCALE = 1.0 / sqrt(f32(D));

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= B * H) {
    return;
  }
  let b = i / H;
  let h = i % H;
  let t = positions[b];
  let at = b * 3u * C + h * D;
  let cacheAt = rows[b] * T * 3u * C + C + h * D;
  var query: array<vec4f, CELLS>;
  var sum: array<vec4f, CELLS>;
  // The token's own key starts the softmax: its weight is 1 until a larger score comes.
  var top = 0.0;
  for (var j = 0u; j < CELLS; j++) {
    query[j] = load_qkv(at + 4u * j, D - 4u * j) * SCALE;
    let key = load_qkv(at + C + 4u * j, D - 4u * j);
    sum[j] = load_qkv(at + 2u * C + 4u * j, D - 4u * j);
    top += dot(query[j], key);
    store_cache(cacheAt + t * 3u * C + 4u * j, D - 4u * j, key);
    store_cache(cacheAt + t * 3u * C + C + 4u * j, D - 4u * j, sum[j]);
  }
  var total = 1.0;
  for (var s = 0u; s < t; s++) {
    var score = 0.0;
    for (var j = 0u; j < CELLS; j++) {
      score += dot(query[j], load_cache(cacheAt + s * 3u * C + 4u * j, D - 4u * j));
    }
    let newTop = max(top, score);
    let keep = exp(max(top - newTop, -80.0));
    let p = exp(max(score - newTop, -80.0));
    total = total * keep + p;
    for (var j = 0u; j < CELLS; j++) {
      sum[j] = sum[j] * keep + p * load_cache(cacheAt + s * 3u * C + C + 4u * j, D - 4u * j);
    }
    top = newTop;
  }
  for (var j = 0u; j < CELLS; j++) {
    store_y(b * C + h * D + 4u * j, D - 4u * j, sum[j] / total);
  }
}
