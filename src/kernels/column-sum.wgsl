// sums[n] = Σₘ x[m, n]: a workgroup per column, whose threads take every GROUP-th row and add up their sums as a tree.
@group(0) @binding(0) var<storage, read> x: array<f32>; // (M, N)
@group(0) @binding(1) var<storage, read_write> sums: array<f32>; // (N)

var<workgroup> parts: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  let n = i / GROUP;
  let lane = i % GROUP;
  var sum = 0.0;
  for (var m = lane; m < M; m += GROUP) {
    sum += x[m * N + n];
  }
  parts[lane] = sum;
  for (var half = GROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      parts[lane] += parts[lane + half];
    }
  }
  if (lane == 0u) {
    sums[n] = parts[0];
  }
}
