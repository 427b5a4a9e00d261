import { multiply, outer, packColumns, packRows, panelsOf } from './matmul-tile.as.ts';
import { scratch } from './memory.as.ts';
import { add } from './rows.as.ts';
import { fma, four, power4, store4 } from './vector.as.ts';

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

/** y = gelu(pre) over n elements; four vectors at a time share the constants. */
function gelu(pre: usize, y: usize, n: i32): void {
  let i = 0;
  for (; i + 16 <= n; i += 16, pre += 64, y += 64) {
    const a = gelu4(v128.load(pre));
    const b = gelu4(v128.load(pre, 16));
    const c = gelu4(v128.load(pre, 32));
    const d = gelu4(v128.load(pre, 48));
    v128.store(y, a);
    v128.store(y, b, 16);
    v128.store(y, c, 32);
    v128.store(y, d, 48);
  }
  for (; i < n; i += 4, pre += 16, y += 16) store4(y, gelu4(v128.load(pre)), n - i);
}

/** dx = dx·gelu′(pre) over n elements. */
function geluBackward(pre: usize, dx: usize, n: i32): void {
  let i = 0;
  for (; i + 16 <= n; i += 16, pre += 64, dx += 64) {
    const a = f32x4.mul(v128.load(dx), geluSlope4(v128.load(pre)));
    const b = f32x4.mul(v128.load(dx, 16), geluSlope4(v128.load(pre, 16)));
    const c = f32x4.mul(v128.load(dx, 32), geluSlope4(v128.load(pre, 32)));
    const d = f32x4.mul(v128.load(dx, 48), geluSlope4(v128.load(pre, 48)));
    v128.store(dx, a);
    v128.store(dx, b, 16);
    v128.store(dx, c, 32);
    v128.store(dx, d, 48);
  }
  for (; i < n; i += 4, pre += 16, dx += 16)
    store4(dx, f32x4.mul(v128.load(dx), geluSlope4(v128.load(pre))), n - i);
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

export function matmulBackward(
  x: usize,
  w: usize,
  dy: usize,
  dx: usize,
  dw: usize,
  dBias: usize,
  M: i32,
  K: i32,
  N: i32,
): void {
  matmulBackwardGelu(x, w, dy, 0, dx, dw, dBias, M, K, N);
}

export function matmulBackwardGelu(
  x: usize,
  w: usize,
  dy: usize,
  pre: usize,
  dx: usize,
  dw: usize,
  dBias: usize,
  M: i32,
  K: i32,
  N: i32,
): void {
  inputGradient(dy, w, pre, dx, M, K, N);
  weightGradient(x, dy, dw, dBias, M, K, N);
}

function inputGradient(dy: usize, w: usize, pre: usize, dx: usize, M: i32, K: i32, N: i32): void {
  const panels = scratch(panelBytes(K, N));
  packRows(w, N << 2, K, N, panels);
  for (let m = 0; m < M; m += BLOCK) {
    const rows = min(BLOCK, M - m);
    const at = (m * K) << 2;
    multiply(dy + ((m * N) << 2), N << 2, rows, N, panels, N << 5, 0, dx + at, K << 2, K);
    if (pre) geluBackward(pre + at, dx + at, rows * K);
  }
}

/** sums += Σ over `rows` rows of x (…, N), N rounded up to whole panels. */
function addColumns(x: usize, rows: i32, N: i32, sums: usize): void {
  const step = N << 2;
  for (let n = 0; n < N; n += 4) {
    let sum = f32x4.splat(0);
    for (let m = 0; m < rows; m++) sum = f32x4.add(sum, v128.load(x + m * step + (n << 2)));
    v128.store(sums + (n << 2), f32x4.add(v128.load(sums + (n << 2)), sum));
  }
}

/**
 * Sums of BLOCK rows each, added up in order: rounding grows with BLOCK and M / BLOCK, not with M. Tiles over the edges of dw take in
 * what lies behind a row, in rows and columns that are then left out.
 */
function weightGradient(x: usize, dy: usize, dw: usize, dBias: usize, M: i32, K: i32, N: i32): void {
  const step = panelsOf(N) << 5;
  const total = scratch((four(K) + 1) * step);
  const sums = total + four(K) * step;
  memory.fill(total, 0, (four(K) + 1) * step);
  for (let m = 0; m < M; m += BLOCK) {
    const rows = min(BLOCK, M - m);
    const xs = x + ((m * K) << 2);
    const dys = dy + ((m * N) << 2);
    addColumns(dys, rows, N, sums);
    for (let k = 0; k < K; k += 4)
      for (let n = 0; n < N; n += 8)
        outer(xs + (k << 2), K << 2, dys + (n << 2), N << 2, rows, total + k * step + (n << 2), step);
  }
  for (let k = 0; k < K; k++) memory.copy(dw + ((k * N) << 2), total + k * step, N << 2);
  memory.copy(dBias, sums, N << 2);
}
