// Shared by the three forward products: x (M, K) · w (K, N), by a thread TILE × TILE blocks of 4 rows × 4 columns.

const SIDE = 4u * TILE;
const COLUMN_TILES = (N + SIDE - 1u) / SIDE;
const LAST_COLUMNS = (N - 1u) / 4u * 4u;

fn tiles() -> u32 {
  return (M + SIDE - 1u) / SIDE * COLUMN_TILES;
}

/// Rows from m and columns from n of x·w: blocks row by row, in each a row per matrix column. What is past an edge repeats the last.
fn product(m: u32, n: u32) -> array<mat4x4f, TILE * TILE> {
  var sum: array<mat4x4f, TILE * TILE>;
  for (var k = 0u; k < K; k += 4u) {
    // x is 0 past K, so which row of w is repeated there does not matter.
    let inner = K - k;
    var x4: array<mat4x4f, TILE>;
    for (var r = 0u; r < TILE; r++) {
      x4[r] = mat4x4f(
        load_x(min(m + 4u * r, M - 1u) * K + k, inner),
        load_x(min(m + 4u * r + 1u, M - 1u) * K + k, inner),
        load_x(min(m + 4u * r + 2u, M - 1u) * K + k, inner),
        load_x(min(m + 4u * r + 3u, M - 1u) * K + k, inner),
      );
    }
    for (var c = 0u; c < TILE; c++) {
      let column = min(n + 4u * c, LAST_COLUMNS);
      let w4 = mat4x4f(
        load_w(k * N + column, N - column),
        load_w(min(k + 1u, K - 1u) * N + column, N - column),
        load_w(min(k + 2u, K - 1u) * N + column, N - column),
        load_w(min(k + 3u, K - 1u) * N + column, N - column),
      );
      for (var r = 0u; r < TILE; r++) {
        sum[r * TILE + c] += w4 * x4[r];
      }
    }
  }
  return sum;
}
