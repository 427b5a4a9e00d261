// y = (x − mean)·rstd·weight + bias; a thread per row.
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (M, C)
@group(0) @binding(1) var<storage, read> weight: array<Cell>; // (C)
@group(0) @binding(2) var<storage, read> bias: array<Cell>; // (C)
@group(0) @binding(3) var<storage, read_write> y: array<Cell>; // (M, C)
@group(0) @binding(4) var<storage, read_write> stats: array<f32>; // (M, 2)

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * STRIDE + id.x;
  if (m >= M) {
    return;
  }
  var sum = vec4f();
  for (var c = 0u; c < C; c += 4u) {
    sum += load_x(m * C + c, C - c);
  }
  let mean = dot(sum, vec4f(1.0)) / f32(C);
  var squares = vec4f();
  for (var c = 0u; c < C; c += 4u) {
    let centred = select(vec4f(), load_x(m * C + c, C - c) - mean, within(C - c));
    squares += centred * centred;
  }
  let rstd = inverseSqrt(dot(squares, vec4f(1.0)) / f32(C) + 1e-5);
  for (var c = 0u; c < C; c += 4u) {
    let normed = (load_x(m * C + c, C - c) - mean) * rstd;
    store_y(m * C + c, C - c, normed * load_weight(c, C - c) + load_bias(c, C - c));
  }
  stats[2u * m] = mean;
  stats[2u * m + 1u] = rstd;
}
