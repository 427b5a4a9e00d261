// Shared by the three forward products: x (M, K) · w (K, N), a tile of 4 rows × 4 columns per thread.

const COLUMN_TILES = (N + 3u) / 4u;
fn rowTiles() -> u32 {
  return (M + 3u) / 4u;
}

/// Rows m … m + 3 of x·w at columns n … n + 3, one row per matrix column. Rows past the last repeat it.
fn product(m: u32, n: u32) -> mat4x4f {
  let row0 = m * K;
  let row1 = min(m + 1u, M - 1u) * K;
  let row2 = min(m + 2u, M - 1u) * K;
  let row3 = min(m + 3u, M - 1u) * K;
  let columns = N - n;
  var sum = mat4x4f();
  for (var k = 0u; k < K; k += 4u) {
    // x is 0 past K, so which row of w is repeated there does not matter.
    let inner = K - k;
    let x4 = mat4x4f(
      load_x(row0 + k, inner),
      load_x(row1 + k, inner),
      load_x(row2 + k, inner),
      load_x(row3 + k, inner),
    );
    let w4 = mat4x4f(
      load_w(k * N + n, columns),
      load_w(min(k + 1u, K - 1u) * N + n, columns),
      load_w(min(k + 2u, K - 1u) * N + n, columns),
      load_w(min(k + 3u, K - 1u) * N + n, columns),
    );
    sum += w4 * x4;
  }
  return sum;
}
