// The next token per row: `end` after `end`, or a draw from softmax(logits/τ) as the argmax of logits/τ plus
// Gumbel noise; a thread per row.
@group(0) @binding(0) var<storage, read> logits: array<Cell>; // (B, N)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (B)
@group(0) @binding(2) var<storage, read> rows: array<u32>; // (B)
@group(0) @binding(3) var<storage, read_write> current: array<u32>; // (B)
@group(0) @binding(4) var<storage, read> rng: array<u32>; // (4): key low, key high, first row, rollout
@group(0) @binding(5) var<storage, read> knobs: array<f32>;
@group(0) @binding(6) var<storage, read_write> next: array<u32>; // (B)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.y * STRIDE + id.x;
  if (b >= B) {
    return;
  }
  if (current[b] == end) {
    next[b] = end;
    return;
  }
  let key = vec2u(rng[0], rng[1]);
  let temperature = knobs[TEMPERATURE];
  var best = -1e30;
  var choice = 0u;
  for (var v = 0u; v < V; v += 4u) {
    let words = philox(vec4u(v / 4u, positions[b], rng[2] + rows[b], rng[3]), key);
    let scores = load_logits(b * N + v, N - v) / temperature + gumbel(words);
    for (var j = 0u; j < 4u; j++) {
      if (v + j < V && scores[j] > best) {
        best = scores[j];
        choice = v + j;
      }
    }
  }
  next[b] = choice;
}
