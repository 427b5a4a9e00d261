// Shared by the two backward products, by a thread TILE × TILE blocks: dx in blocks of 4 rows × 4 channels; xᵀ·dy and Σₘ dy over S
// stretches of the M rows, since they are few outputs and a long sum.

const SIDE = 4u * TILE;
const COLUMN_TILES = (N + SIDE - 1u) / SIDE;
const CHANNEL_TILES = (K + SIDE - 1u) / SIDE;
const LAST_COLUMNS = (N - 1u) / 4u * 4u;
const LAST_CHANNELS = (K - 1u) / 4u * 4u;
/// Of a stretch: channels × columns of xᵀ·dy, or columns of Σₘ dy.
const WEIGHT_TILES = (CHANNEL_TILES + 1u) * COLUMN_TILES;

fn row_tiles() -> u32 {
  return (M + SIDE - 1u) / SIDE * CHANNEL_TILES;
}

/// Rows from m and channels from k of dy·wᵀ: blocks row by row, in each a row per matrix column. What is past an edge repeats the last.
fn input_gradient(m: u32, k: u32) -> array<mat4x4f, TILE * TILE> {
  var sum: array<mat4x4f, TILE * TILE>;
  for (var n = 0u; n < N; n += 4u) {
    let columns = N - n;
    var dy4: array<mat4x4f, TILE>;
    for (var r = 0u; r < TILE; r++) {
      dy4[r] = mat4x4f(
        load_dy(min(m + 4u * r, M - 1u) * N + n, columns),
        load_dy(min(m + 4u * r + 1u, M - 1u) * N + n, columns),
        load_dy(min(m + 4u * r + 2u, M - 1u) * N + n, columns),
        load_dy(min(m + 4u * r + 3u, M - 1u) * N + n, columns),
      );
    }
    for (var c = 0u; c < TILE; c++) {
      let channel = min(k + 4u * c, LAST_CHANNELS);
      let w4 = transpose(mat4x4f(
        load_w(channel * N + n, columns),
        load_w(min(channel + 1u, K - 1u) * N + n, columns),
        load_w(min(channel + 2u, K - 1u) * N + n, columns),
        load_w(min(channel + 3u, K - 1u) * N + n, columns),
      ));
      for (var r = 0u; r < TILE; r++) {
        sum[r * TILE + c] += w4 * dy4[r];
      }
    }
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
  let k = i % WEIGHT_TILES / COLUMN_TILES * SIDE;
  let n = i % COLUMN_TILES * SIDE;
  let start = stretch * (K + 1u) * N;

  if (k >= K) {
    for (var c = 0u; c < TILE; c++) {
      let column = min(n + 4u * c, LAST_COLUMNS);
      var sum = vec4f();
      for (var m = first; m < last; m++) {
        sum += load_dy(m * N + column, N - column);
      }
      store_scratch(start + K * N + column, N - column, sum);
    }
    return;
  }

  var sum: array<mat4x4f, TILE * TILE>;
  for (var m = first; m < last; m += 4u) {
    // Past the last row x is 0, so which row of dy is repeated there does not matter.
    let live = vec4f(vec4u(0u, 1u, 2u, 3u) < vec4u(last - m));
    var x4: array<mat4x4f, TILE>;
    for (var r = 0u; r < TILE; r++) {
      let channel = min(k + 4u * r, LAST_CHANNELS);
      x4[r] = transpose(mat4x4f(
        load_x(m * K + channel, K - channel) * live.x,
        load_x(min(m + 1u, last - 1u) * K + channel, K - channel) * live.y,
        load_x(min(m + 2u, last - 1u) * K + channel, K - channel) * live.z,
        load_x(min(m + 3u, last - 1u) * K + channel, K - channel) * live.w,
      ));
    }
    for (var c = 0u; c < TILE; c++) {
      let column = min(n + 4u * c, LAST_COLUMNS);
      let dy4 = mat4x4f(
        load_dy(m * N + column, N - column),
        load_dy(min(m + 1u, last - 1u) * N + column, N - column),
        load_dy(min(m + 2u, last - 1u) * N + column, N - column),
        load_dy(min(m + 3u, last - 1u) * N + column, N - column),
      );
      for (var r = 0u; r < TILE; r++) {
        sum[r * TILE + c] += dy4 * x4[r];
      }
    }
  }
  for (var c = 0u; c < TILE; c++) {
    let column = min(n + 4u * c, LAST_COLUMNS);
    for (var r = 0u; r < TILE; r++) {
      for (var j = 0u; j < 4u; j++) {
        let channel = k + 4u * r + j;
        if (channel < K) {
          store_scratch(start + channel * N + column, N - column, sum[r * TILE + c][j]);
        }
      }
    }
  }
}
