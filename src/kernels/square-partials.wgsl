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
  var i = g;
  // Four loads are waited for at once.
  for (; i + 3u * G < L; i += 4u * G) {
    let four = vec4f(x[i], x[i + G], x[i + 2u * G], x[i + 3u * G]);
    sum += dot(four, four);
  }
  for (; i < L; i += G) {
    sum += x[i] * x[i];
  }
  partials[g] = sum;
}
