import { fma, load4, store4 } from './vector.as.ts';

/** The inner loops of the matrix products: tiles of 4 rows × 8 columns held in registers, over packed panels. */

/** Panels of eight columns that hold `columns` columns. */
// @inline
export function panelsOf(columns: i32): i32 {
  return (columns + 7) >> 3;
}

/** Panel p, row k = columns 8p … 8p + 7 of row k of w (K, N), 0 past N. */
export function packColumns(w: usize, K: i32, N: i32, panels: usize): void {
  for (let n = 0; n < N; n += 8)
    for (let k = 0; k < K; k++, panels += 32) {
      const from = w + ((k * N + n) << 2);
      v128.store(panels, load4(from, N - n));
      v128.store(panels, N - n > 4 ? load4(from + 16, N - n - 4) : f32x4.splat(0), 16);
    }
}

/** Panel p, row n = column n of rows 8p … 8p + 7 of w (K, N), 0 past K: the panels of wᵀ. */
export function packRows(w: usize, K: i32, N: i32, panels: usize): void {
  for (let k = 0; k < K; k += 8)
    for (let n = 0; n < N; n++, panels += 32)
      for (let i = 0; i < 8; i++)
        store<f32>(panels + (i << 2), k + i < K ? load<f32>(w + (((k + i) * N + n) << 2)) : 0);
}

/** Stores eight columns of a row, or the `left` it has, on top of `residual` where that is not 0. */
// @inline
function save(to: usize, residual: usize, a: v128, b: v128, left: i32): void {
  if (residual) {
    a = f32x4.add(a, v128.load(residual));
    b = f32x4.add(b, v128.load(residual, 16));
  }
  store4(to, a, left);
  if (left > 4) store4(to + 16, b, left - 4);
}

/** Four rows × one panel: y = bias + x·panel (+ residual). */
function tile4(
  x: usize,
  K: i32,
  panel: usize,
  bias: usize,
  y: usize,
  residual: usize,
  step: i32,
  left: i32,
): void {
  const row = K << 2;
  let x0 = x;
  let x1 = x + row;
  let x2 = x1 + row;
  let x3 = x2 + row;
  const end = x1;
  let a0 = v128.load(bias);
  let b0 = v128.load(bias, 16);
  let a1 = a0;
  let b1 = b0;
  let a2 = a0;
  let b2 = b0;
  let a3 = a0;
  let b3 = b0;
  while (x0 < end) {
    const p = v128.load(panel);
    const q = v128.load(panel, 16);
    let v = v128.load32_splat(x0);
    a0 = fma(a0, v, p);
    b0 = fma(b0, v, q);
    v = v128.load32_splat(x1);
    a1 = fma(a1, v, p);
    b1 = fma(b1, v, q);
    v = v128.load32_splat(x2);
    a2 = fma(a2, v, p);
    b2 = fma(b2, v, q);
    v = v128.load32_splat(x3);
    a3 = fma(a3, v, p);
    b3 = fma(b3, v, q);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    panel += 32;
  }
  save(y, residual, a0, b0, left);
  save(y + step, residual ? residual + step : 0, a1, b1, left);
  save(y + 2 * step, residual ? residual + 2 * step : 0, a2, b2, left);
  save(y + 3 * step, residual ? residual + 3 * step : 0, a3, b3, left);
}

/** One row × one panel. */
function tile1(x: usize, K: i32, panel: usize, bias: usize, y: usize, residual: usize, left: i32): void {
  let a = v128.load(bias);
  let b = v128.load(bias, 16);
  for (let k = 0; k < K; k++, panel += 32) {
    const v = v128.load32_splat(x + (k << 2));
    a = fma(a, v, v128.load(panel));
    b = fma(b, v, v128.load(panel, 16));
  }
  save(y, residual, a, b, left);
}

/** Rows `from` … `to` − 1 of y (M, N) = bias + x (M, K)·panels (+ residual (M, N)); `bias` is padded to whole panels. */
export function multiply(
  x: usize,
  K: i32,
  panels: usize,
  bias: usize,
  y: usize,
  N: i32,
  residual: usize,
  from: i32,
  to: i32,
): void {
  const step = N << 2;
  const whole = from + ((to - from) & ~3);
  for (let n = 0; n < N; n += 8) {
    const panel = panels + ((n * K) << 2);
    const at = n << 2;
    for (let m = from; m < whole; m += 4) {
      const out = m * step + at;
      tile4(x + ((m * K) << 2), K, panel, bias + at, y + out, residual ? residual + out : 0, step, N - n);
    }
    for (let m = whole; m < to; m++) {
      const out = m * step + at;
      tile1(x + ((m * K) << 2), K, panel, bias + at, y + out, residual ? residual + out : 0, N - n);
    }
  }
}

/**
 * dw[4 × 8] += xsᵀ·dys over `rows` rows, of packed columns: xs four to a row, dys eight to a row; the rows of dw are `step`
 * bytes apart.
 */
export function outer(xs: usize, dys: usize, rows: i32, dw: usize, step: i32): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  for (let m = 0; m < rows; m++, xs += 16, dys += 32) {
    const p = v128.load(dys);
    const q = v128.load(dys, 16);
    let v = v128.load32_splat(xs);
    a0 = fma(a0, v, p);
    b0 = fma(b0, v, q);
    v = v128.load32_splat(xs, 4);
    a1 = fma(a1, v, p);
    b1 = fma(b1, v, q);
    v = v128.load32_splat(xs, 8);
    a2 = fma(a2, v, p);
    b2 = fma(b2, v, q);
    v = v128.load32_splat(xs, 12);
    a3 = fma(a3, v, p);
    b3 = fma(b3, v, q);
  }
  addTo(dw, a0, b0);
  addTo(dw + step, a1, b1);
  addTo(dw + 2 * step, a2, b2);
  addTo(dw + 3 * step, a3, b3);
}

// @inline
function addTo(at: usize, a: v128, b: v128): void {
  v128.store(at, f32x4.add(v128.load(at), a));
  v128.store(at, f32x4.add(v128.load(at, 16), b), 16);
}
