import { multiply, outer, packColumns, packRows, panelsOf } from './matmul-tile.as.ts';
import { scratch } from './memory.as.ts';
import { add } from './rows.as.ts';
import { fma, four, load4, power4, store4 } from './vector.as.ts';

/** Rows done at a time: what they touch stays in the first-level cache, and sums over them stay short. */
const BLOCK: i32 = 64;

// −2·log₂e·√(2/π)·(1, 0.044715): gelu's inner polynomial in the exponent of two that `sigmoid` wants.
const INNER1 = memory.data<f32>([-2.30220819]);
const INNER3 = memory.data<f32>([-0.10294324]);
// 2·√(2/π)·(1, 3·0.044715)
const SLOPE0 = memory.data<f32>([1.59576912]);
const SLOPE2 = memory.data<f32>([0.214064419]);
const ONE = memory.data<f32>([1]);

/** s = ½ (1 + tanh u) = 1 / (1 + e^(−2u)), u = √(2/π)·(x + 0.044715 x³): no cancellation for large |u|. Returns 1 / s. */
// @inline
function inverseSigmoid(x: v128): v128 {
  const slope = fma(v128.load32_splat(INNER1), f32x4.mul(x, x), v128.load32_splat(INNER3));
  return f32x4.add(v128.load32_splat(ONE), power4(f32x4.mul(x, slope)));
}

/** gelu x = x·s */
// @inline
function gelu4(x: v128): v128 {
  return f32x4.div(x, inverseSigmoid(x));
}

/** gelu′ x = s + x·s·(1 − s)·2u′ */
// @inline
function geluSlope4(x: v128): v128 {
  const one = v128.load32_splat(ONE);
  const s = f32x4.div(one, inverseSigmoid(x));
  const slope = fma(v128.load32_splat(SLOPE0), f32x4.mul(x, x), v128.load32_splat(SLOPE2));
  return f32x4.mul(s, fma(one, f32x4.mul(x, slope), f32x4.sub(one, s)));
}

/** y = gelu(pre) over n elements. */
function gelu(pre: usize, y: usize, n: i32): void {
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const at = i << 2;
    const a = gelu4(v128.load(pre + at));
    const b = gelu4(v128.load(pre + at, 16));
    v128.store(y + at, a);
    v128.store(y + at, b, 16);
  }
  for (; i < n; i += 4) store4(y + (i << 2), gelu4(v128.load(pre + (i << 2))), n - i);
}

/** dx = dx·gelu′(pre) over n elements. */
function geluBackward(pre: usize, dx: usize, n: i32): void {
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const at = i << 2;
    const a = geluSlope4(v128.load(pre + at));
    const b = geluSlope4(v128.load(pre + at, 16));
    v128.store(dx + at, f32x4.mul(v128.load(dx + at), a));
    v128.store(dx + at, f32x4.mul(v128.load(dx + at, 16), b), 16);
  }
  for (; i < n; i += 4) {
    const slope = geluSlope4(v128.load(pre + (i << 2)));
    store4(dx + (i << 2), f32x4.mul(v128.load(dx + (i << 2)), slope), n - i);
  }
}

/** Bytes of the panels of a (length, columns) matrix; the bias follows them. */
// @inline
function panelBytes(columns: i32, length: i32): i32 {
  return panelsOf(columns) * length * 32;
}

/** w's panels and its padded bias, in scratch. */
function prepare(w: usize, bias: usize, K: i32, N: i32): usize {
  const panels = scratch(panelBytes(N, K + 1));
  packColumns(w, N << 2, K, N, panels);
  packColumns(bias, 0, 1, N, panels + panelBytes(N, K));
  return panels;
}

export function matmul(x: usize, w: usize, bias: usize, y: usize, M: i32, K: i32, N: i32): void {
  matmulResidual(x, w, bias, 0, y, M, K, N);
}

export function matmulGelu(
  x: usize,
  w: usize,
  bias: usize,
  pre: usize,
  y: usize,
  M: i32,
  K: i32,
  N: i32,
): void {
  const panels = prepare(w, bias, K, N);
  const biases = panels + panelBytes(N, K);
  for (let m = 0; m < M; m += BLOCK) {
    const rows = min(BLOCK, M - m);
    const at = (m * N) << 2;
    multiply(x + ((m * K) << 2), K << 2, rows, K, panels, K << 5, biases, pre + at, N << 2, N);
    gelu(pre + at, y + at, rows * N);
  }
}

export function matmulResidual(
  x: usize,
  w: usize,
  bias: usize,
  residual: usize,
  y: usize,
  M: i32,
  K: i32,
  N: i32,
): void {
  const panels = prepare(w, bias, K, N);
  const biases = panels + panelBytes(N, K);
  for (let m = 0; m < M; m += BLOCK) {
    const rows = min(BLOCK, M - m);
    const at = (m * N) << 2;
    multiply(x + ((m * K) << 2), K << 2, rows, K, panels, K << 5, biases, y + at, N << 2, N);
    if (residual) add(residual + at, y + at, y + at, rows * N);
  }
}

export function matmulBackwardX(dy: usize, w: usize, dx: usize, M: i32, K: i32, N: i32): void {
  matmulBackwardXGelu(dy, w, 0, dx, M, K, N);
}

export function matmulBackwardXGelu(
  dy: usize,
  w: usize,
  pre: usize,
  dx: usize,
  M: i32,
  K: i32,
  N: i32,
): void {
  const panels = scratch(panelBytes(K, N));
  packRows(w, N << 2, K, N, panels);
  for (let m = 0; m < M; m += BLOCK) {
    const rows = min(BLOCK, M - m);
    const at = (m * K) << 2;
    multiply(dy + ((m * N) << 2), N << 2, rows, N, panels, N << 5, 0, dx + at, K << 2, K);
    if (pre) geluBackward(pre + at, dx + at, rows * K);
  }
}

/** Columns of `rows` rows of x (…, K), four to a row, panel after panel. */
function packFours(x: usize, rows: i32, K: i32, panels: usize): void {
  for (let k = 0; k < K; k += 4)
    for (let m = 0; m < rows; m++, panels += 16) v128.store(panels, load4(x + ((m * K + k) << 2), K - k));
}

/** sums[n] += Σ over the rows of each panel of eight. */
function addColumns(panels: usize, rows: i32, N: i32, sums: usize): void {
  for (let n = 0; n < N; n += 8, sums += 32) {
    let a = f32x4.splat(0);
    let b = a;
    for (let m = 0; m < rows; m++, panels += 32) {
      a = f32x4.add(a, v128.load(panels));
      b = f32x4.add(b, v128.load(panels, 16));
    }
    v128.store(sums, f32x4.add(v128.load(sums), a));
    v128.store(sums, f32x4.add(v128.load(sums, 16), b), 16);
  }
}

/** Sums of BLOCK rows each, added up in order: rounding grows with BLOCK and M / BLOCK, not with M. */
export function matmulBackwardW(x: usize, dy: usize, dw: usize, dBias: usize, M: i32, K: i32, N: i32): void {
  const columns = panelsOf(N) << 3;
  const rows = four(K);
  const step = columns << 2;
  const total = scratch((rows + 1) * step + BLOCK * (rows + columns) * 4);
  const sums = total + rows * step;
  const xs = sums + step;
  const dys = xs + BLOCK * rows * 4;
  memory.fill(total, 0, (rows + 1) * step);
  for (let m = 0; m < M; m += BLOCK) {
    const count = min(BLOCK, M - m);
    packFours(x + ((m * K) << 2), count, K, xs);
    packColumns(dy + ((m * N) << 2), N << 2, count, N, dys);
    addColumns(dys, count, N, sums);
    for (let k = 0; k < K; k += 4)
      for (let n = 0; n < N; n += 8)
        outer(xs + ((k * count) << 2), dys + ((n * count) << 2), count, total + k * step + (n << 2), step);
  }
  for (let k = 0; k < K; k++) memory.copy(dw + ((k * N) << 2), total + k * step, N << 2);
  memory.copy(dBias, sums, N << 2);
}
