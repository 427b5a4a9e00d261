// Shared by the two backward products: dx in tiles of 4 rows × 4 channels; xᵀ·dy and Σₘ dy over S stretches of the M rows, since
// they are few outputs and a long sum.

const COLUMN_TILES = (N + 3u) / 4u;
const CHANNEL_TILES = (K + 3u) / 4u;
/// Of a stretch: 4 channels × 4 columns of xᵀ·dy, or 4 columns of Σₘ dy.
const WEIGHT_TILES = (CHANNEL_TILES + 1u) * COLUMN_TILES;

fn row_tiles() -> u32 {
  return (M + 3u) / 4u * CHANNEL_TILES;
}

/// Rows m … m + 3 of dy·wᵀ at channels k … k + 3, one row per matrix column. Rows past the last repeat it.
fn input_gradient(m: u32, k: u32) -> mat4x4f {
  let row0 = m * N;
  let row1 = min(m + 1u, M - 1u) * N;
  let row2 = min(m + 2u, M - 1u) * N;
  let row3 = min(m + 3u, M - 1u) * N;
  let channel0 = k * N;
  let channel1 = min(k + 1u, K - 1u) * N;
  let channel2 = min(k + 2u, K - 1u) * N;
  let channel3 = min(k + 3u, K - 1u) * N;
  var sum = mat4x4f();
  for (var n = 0u; n < N; n += 4u) {
    let columns = N - n;
    let dy4 = mat4x4f(
      load_dy(row0 + n, columns),
      load_dy(row1 + n, columns),
      load_dy(row2 + n, columns),
      load_dy(row3 + n, columns),
    );
    let w4 = mat4x4f(
      load_w(channel0 + n, columns),
      load_w(channel1 + n, columns),
      load_w(channel2 + n, columns),
      load_w(channel3 + n, columns),
    );
    sum += transpose(w4) * dy4;
  }
  return sum;
}

/// Tile i of all stretches' xᵀ·dy and Σₘ dy, into scratch: (S, K + 1, N), the last row the bias's.
fn weight_gradient(i: u32) {
  if (i >= S * WEIGHT_TILES) {
    return;
  }
  let stretch = i / WEIGHT_TILES;
  let length = (M + S - 1u) / S;
  let first = stretch * length;
  let last = min(first + length, M);
  let k = i % WEIGHT_TILES / COLUMN_TILES * 4u;
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
