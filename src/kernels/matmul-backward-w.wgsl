// xᵀ·dy and Σₘ dy over one of S stretches of the M rows: few outputs and a long sum, so that the rows are split and
// sum-partials.wgsl adds the stretches up. A thread makes a tile of 4 channels × 4 columns, or the bias's 4 columns.
@group(0) @binding(0) var<storage, read> x: array<Cell>; // (M, K)
@group(0) @binding(1) var<storage, read> dy: array<Cell>; // (M, N)
@group(0) @binding(2) var<storage, read_write> scratch: array<Cell>; // (S, K + 1, N), the last row the bias's

const COLUMN_TILES = (N + 3u) / 4u;
const CHANNEL_TILES = (K + 3u) / 4u;
const TILES = (CHANNEL_TILES + 1u) * COLUMN_TILES;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= S * TILES) {
    return;
  }
  let stretch = i / TILES;
  let length = (M + S - 1u) / S;
  let first = stretch * length;
  let last = min(first + length, M);
  let k = i % TILES / COLUMN_TILES * 4u;
  let n = i % COLUMN_TILES * 4u;
  let columns = N - n;
  let at = stretch * (K + 1u) * N + n;

  if (k >= K) {
    var sum = vec4f();
    for (var m = first; m < last; m++) {
      sum += load_dy(m * N + n, columns);
    }
    store_scratch(at + K * N, columns, sum);
    return;
  }

  var sum = mat4x4f();
  var m = first;
  for (; m + 3u < last; m += 4u) {
    let x4 = mat4x4f(
      load_x(m * K + k, K - k),
      load_x((m + 1u) * K + k, K - k),
      load_x((m + 2u) * K + k, K - k),
      load_x((m + 3u) * K + k, K - k),
    );
    let dy4 = mat4x4f(
      load_dy(m * N + n, columns),
      load_dy((m + 1u) * N + n, columns),
      load_dy((m + 2u) * N + n, columns),
      load_dy((m + 3u) * N + n, columns),
    );
    sum += dy4 * transpose(x4);
  }
  for (; m < last; m++) {
    let x4 = load_x(m * K + k, K - k);
    let dy4 = load_dy(m * N + n, columns);
    sum += mat4x4f(dy4 * x4.x, dy4 * x4.y, dy4 * x4.z, dy4 * x4.w);
  }
  for (var j = 0u; j < 4u; j++) {
    if (k + j < K) {
      store_scratch(at + (k + j) * N, columns, sum[j]);
    }
  }
}
