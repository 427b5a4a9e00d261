// Σₛ of S partial sums, laid out as the FIRST elements of one output followed by the SECOND of another; s ascends.
@group(0) @binding(0) var<storage, read> scratch: array<f32>; // (S, FIRST + SECOND)
@group(0) @binding(1) var<storage, read_write> first: array<f32>; // (FIRST)
@group(0) @binding(2) var<storage, read_write> second: array<f32>; // (SECOND)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= FIRST + SECOND) {
    return;
  }
  var sum = 0.0;
  for (var s = 0u; s < S; s++) {
    sum += scratch[s * (FIRST + SECOND) + i];
  }
  if (i < FIRST) {
    first[i] = sum;
  } else {
    second[i - FIRST] = sum;
  }
}
