import { multiply, outer, packColumns, packRows, panelsOf } from './matmul-tile.as.ts';
import { scratch } from './memory.as.ts';
import { exp4, fma, four, load4, store4 } from './vector.as.ts';

/** Rows done at a time: what they touch stays in the first-level cache, and sums over them stay short. */
const BLOCK: i32 = 64;

/** pre·√(2/π)·(1 + 0.044715·pre²), the argument of gelu's tanh. */
// @inline
function inner(pre: v128): v128 {
  const square = f32x4.mul(pre, pre);
  return f32x4.mul(pre, fma(f32x4.splat(0.7978845608), square, f32x4.splat(0.0356774081)));
}

/** ½ (1 + tanh u) = 1 / (1 + e^(−2u)): exact for large |u|, where 1 + tanh u would cancel. */
// @inline
function sigmoidOfTwice(u: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.mul(u, f32x4.splat(-2)))));
}

/** y = gelu(pre) over n elements. */
function gelu(pre: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const x = v128.load(pre + (i << 2));
    store4(y + (i << 2), f32x4.mul(x, sigmoidOfTwice(inner(x))), n - i);
  }
}

/** dx = dx·gelu′(pre) over n elements: gelu′ = s + pre·s·(1 − s)·2·inner′. */
function geluBackward(pre: usize, dx: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const x = v128.load(pre + (i << 2));
    const s = sigmoidOfTwice(inner(x));
    const twiceSlope = fma(f32x4.splat(1.5957691216), f32x4.mul(x, x), f32x4.splat(0.2140644488));
    const curve = f32x4.mul(f32x4.mul(x, twiceSlope), f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)));
    const slope = f32x4.add(s, curve);
    store4(dx + (i << 2), f32x4.mul(v128.load(dx + (i << 2)), slope), n - i);
  }
}

/** Where `multiply` finds its panels and, right behind them, its bias. */
function packed(columns: i32, length: i32): usize {
  const panels = panelsOf(columns);
  return scratch(panels * (length + 1) * 32);
}

/** w's panels and its padded bias, in scratch. */
function prepare(w: usize, bias: usize, K: i32, N: i32): usize {
  const panels = packed(N, K);
  packColumns(w, K, N, panels);
  packColumns(bias, 1, N, panels + panelsOf(N) * K * 32);
  return panels;
}

/** wᵀ's panels and a bias of zeros, in scratch. */
function prepareTransposed(w: usize, K: i32, N: i32): usize {
  const panels = packed(K, N);
  packRows(w, K, N, panels);
  memory.fill(panels + panelsOf(K) * N * 32, 0, panelsOf(K) * 32);
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
  const biases = panels + panelsOf(N) * K * 32;
  for (let m = 0; m < M; m += BLOCK) {
    const end = min(M, m + BLOCK);
    multiply(x, K, panels, biases, pre, N, 0, m, end);
    const at = (m * N) << 2;
    gelu(pre + at, y + at, (end - m) * N);
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
  const biases = panels + panelsOf(N) * K * 32;
  for (let m = 0; m < M; m += BLOCK) multiply(x, K, panels, biases, y, N, residual, m, min(M, m + BLOCK));
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
  const panels = prepareTransposed(w, K, N);
  const zeros = panels + panelsOf(K) * N * 32;
  for (let m = 0; m < M; m += BLOCK) {
    const end = min(M, m + BLOCK);
    multiply(dy, N, panels, zeros, dx, K, 0, m, end);
    const at = (m * K) << 2;
    if (pre) geluBackward(pre + at, dx + at, (end - m) * K);
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
    packColumns(dy + ((m * N) << 2), count, N, dys);
    addColumns(dys, count, N, sums);
    for (let k = 0; k < K; k += 4)
      for (let n = 0; n < N; n += 8)
        outer(xs + ((k * count) << 2), dys + ((n * count) << 2), count, total + k * step + (n << 2), step);
  }
  for (let k = 0; k < K; k++) memory.copy(dw + ((k * N) << 2), total + k * step, N << 2);
  memory.copy(dBias, sums, N << 2);
}
