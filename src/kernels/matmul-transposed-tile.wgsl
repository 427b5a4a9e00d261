// Shared by the two input gradients: dy (M, N) · wᵀ, w (K, N), a tile of 4 rows × 4 channels per thread.

const CHANNEL_TILES = (K + 3u) / 4u;
fn rowTiles() -> u32 {
  return (M + 3u) / 4u;
}

/// Rows m … m + 3 of dy·wᵀ at channels k … k + 3, one row per matrix column. Rows past the last repeat it.
fn product(m: u32, k: u32) -> mat4x4f {
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
