// Σ dy·x̂ and Σ dy over one of S stretches of the M rows; sum-partials.wgsl adds the stretches up. A thread per 4
// channels of a stretch.
@group(0) @binding(0) var<storage, read> dy: array<Cell>; // (M, C)
@group(0) @binding(1) var<storage, read> x: array<Cell>; // (M, C)
@group(0) @binding(2) var<storage, read> stats: array<f32>; // (M, 2)
@group(0) @binding(3) var<storage, read_write> scratch: array<Cell>; // (S, 2, C)

const CELLS = (C + 3u) / 4u;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= S * CELLS) {
    return;
  }
  let stretch = i / CELLS;
  let length = (M + S - 1u) / S;
  let first = stretch * length;
  let last = min(first + length, M);
  let c = i % CELLS * 4u;
  var weights = vec4f();
  var biases = vec4f();
  for (var m = first; m < last; m++) {
    let d = load_dy(m * C + c, C - c);
    weights += d * (load_x(m * C + c, C - c) - stats[2u * m]) * stats[2u * m + 1u];
    biases += d;
  }
  store_scratch(2u * stretch * C + c, C - c, weights);
  store_scratch((2u * stretch + 1u) * C + c, C - c, biases);
}
