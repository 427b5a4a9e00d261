// sums[s, n] = Σ of x[m, n] over the s-th of S stretches of the M rows. Runs twice: over stretches, then over the
// stretches' sums with S = 1.
@group(0) @binding(0) var<storage, read> x: array<f32>; // (M, N)
@group(0) @binding(1) var<storage, read_write> sums: array<f32>; // (S, N)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= S * N) {
    return;
  }
  let length = (M + S - 1u) / S;
  let first = i / N * length;
  let last = min(first + length, M);
  var sum = 0.0;
  for (var m = first; m < last; m++) {
    sum += x[m * N + i % N];
  }
  sums[i] = sum;
}
