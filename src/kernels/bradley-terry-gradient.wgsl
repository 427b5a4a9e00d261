// The scores' gradient over all M × N elements: a thread per element; the threads of column 0 look their position up.
@group(0) @binding(0) var<storage, read_write> scores: array<f32>; // (M, N)
@group(0) @binding(1) var<storage, read> pairs: array<u32>; // (P, 2)
@group(0) @binding(2) var<storage, read> scratch: array<f32>; // (P): d loss / d s_chosen

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= M * N) {
    return;
  }
  var gradient = 0.0;
  if (i % N == 0u) {
    // A padding pair names one position twice: its slope is 0.
    for (var p = 0u; p < P; p++) {
      gradient += select(0.0, scratch[p], pairs[2u * p] == i / N);
      gradient -= select(0.0, scratch[p], pairs[2u * p + 1u] == i / N);
    }
  }
  scores[i] = gradient;
}
