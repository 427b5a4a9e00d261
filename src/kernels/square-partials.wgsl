// partials[g] = Σ x² over every G-th element from g on; a thread per partial.
@group(0) @binding(0) var<storage, read> x: array<f32>; // (L)
@group(0) @binding(1) var<storage, read_write> partials: array<f32>; // (G)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let g = id.y * STRIDE + id.x;
  if (g >= G) {
    return;
  }
  var sum = 0.0;
  for (var i = g; i < L; i += G) {
    sum += x[i] * x[i];
  }
  partials[g] = sum;
}
