// dx (+)= rstd·(g − mean(g) − x̂·mean(g·x̂)), g = dy·weight, x̂ = (x − mean)·rstd, by the first ROW_THREADS threads, a row each. The
// others: Σ dy·x̂ and Σ dy over one of S stretches of the M rows, 4 channels each.
@group(0) @binding(0) var<storage, read> dy: array<Cell>; // (M, C)
@group(0) @binding(1) var<storage, read> x: array<Cell>; // (M, C)
@group(0) @binding(2) var<storage, read> stats: array<f32>; // (M, 2)
@group(0) @binding(3) var<storage, read> weight: array<Cell>; // (C)
@group(0) @binding(4) var<storage, read_write> dx: array<Cell>; // (M, C)
@group(0) @binding(5) var<storage, read_write> scratch: array<Cell>; // (S, 2, C)

const CELLS = (C + 3u) / 4u;

fn input_gradient(m: u32) {
  let mean = stats[2u * m];
  let rstd = stats[2u * m + 1u];
  var sumG = vec4f();
  var sumGX = vec4f();
  for (var c = 0u; c < C; c += 4u) {
    let g = load_dy(m * C + c, C - c) * load_weight(c, C - c);
    sumG += g;
    sumGX += g * (load_x(m * C + c, C - c) - mean) * rstd;
  }
  let meanG = dot(sumG, vec4f(1.0)) / f32(C);
  let meanGX = dot(sumGX, vec4f(1.0)) / f32(C);
  for (var c = 0u; c < C; c += 4u) {
    let at = m * C + c;
    let g = load_dy(at, C - c) * load_weight(c, C - c);
    let normed = (load_x(at, C - c) - mean) * rstd;
    var value = rstd * (g - meanG - normed * meanGX);
    if (accumulate == 1u) {
      value += load_dx(at, C - c);
    }
    store_dx(at, C - c, value);
  }
}

fn weight_gradient(i: u32) {
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

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i < min(M, ROW_THREADS)) {
    input_gradient(i);
  } else if (i >= ROW_THREADS && i < ROW_THREADS + S * CELLS) {
    weight_gradient(i - ROW_THREADS);
  }
}
