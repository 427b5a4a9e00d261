import { fma, load4 } from './vector.as.ts';

/** The inner loops of the matrix products: tiles of 4 rows × 8 columns held in registers, over packed panels. */

/** Panels of eight columns that hold `columns` columns. */
// @inline
export function panelsOf(columns: i32): i32 {
  return (columns + 7) >> 3;
}

/** Panel p, row k = columns 8p … 8p + 7 of row k of w (K, N), 0 past N; the rows of w are `step` bytes apart. */
export function packColumns(w: usize, step: i32, K: i32, N: i32, panels: usize): void {
  for (let n = 0; n < N; n += 8) {
    let from = w + (n << 2);
    for (let k = 0; k < K; k++, from += step, panels += 32) {
      v128.store(panels, load4(from, N - n));
      v128.store(panels, N - n > 4 ? load4(from + 16, N - n - 4) : f32x4.splat(0), 16);
    }
  }
}

/** Panel p, row n = column n of rows 8p … 8p + 7 of w (K, N), 0 past K: the panels of wᵀ. */
export function packRows(w: usize, step: i32, K: i32, N: i32, panels: usize): void {
  for (let k = 0; k < K; k += 8, panels += N << 5)
    for (let i = 0; i < 8; i++) {
      const from = w + (k + i) * step;
      const to = panels + (i << 2);
      if (k + i < K) for (let n = 0; n < N; n++) store<f32>(to + (n << 5), load<f32>(from + (n << 2)));
      else for (let n = 0; n < N; n++) store<f32>(to + (n << 5), 0);
    }
}

/**
 * Four rows × one panel: y = bias + x·panel. Has no branch, for the sake of its registers (an eighth of the time of a
 * product): ragged edges, and what is added to y, are its callers' affair.
 */
function tile4(x: usize, step: i32, K: i32, panel: usize, bias: usize, y: usize, yStep: i32): void {
  let x0 = x;
  let x1 = x0 + step;
  let x2 = x1 + step;
  let x3 = x2 + step;
  const end = x + (K << 2);
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
  v128.store(y, a0);
  v128.store(y, b0, 16);
  v128.store(y + yStep, a1);
  v128.store(y + yStep, b1, 16);
  v128.store(y + 2 * yStep, a2);
  v128.store(y + 2 * yStep, b2, 16);
  v128.store(y + 3 * yStep, a3);
  v128.store(y + 3 * yStep, b3, 16);
}

/** One row × one panel. */
function tile1(x: usize, K: i32, panel: usize, bias: usize, y: usize): void {
  let a = v128.load(bias);
  let b = v128.load(bias, 16);
  for (let k = 0; k < K; k++, panel += 32) {
    const v = v128.load32_splat(x + (k << 2));
    a = fma(a, v, v128.load(panel));
    b = fma(b, v, v128.load(panel, 16));
  }
  v128.store(y, a);
  v128.store(y, b, 16);
}

const ZEROS = memory.data(32, 16);
/** Where tiles of panels that are not full go first. */
const EDGE = memory.data(128, 16);

/** The panel's first `width` < 8 columns: y = bias + x·panel. */
function multiplyEdge(
  x: usize,
  step: i32,
  M: i32,
  K: i32,
  panel: usize,
  bias: usize,
  y: usize,
  yStep: i32,
  width: i32,
): void {
  for (let m = 0; m < M; m += 4, x += 4 * step) {
    const rows = min(4, M - m);
    if (rows == 4) tile4(x, step, K, panel, bias, EDGE, 32);
    else for (let r = 0; r < rows; r++) tile1(x + r * step, K, panel, bias, EDGE + (r << 5));
    for (let r = 0; r < rows; r++, y += yStep) memory.copy(y, EDGE + (r << 5), width << 2);
  }
}

/**
 * y (M, N) = x (M, K)·panels, plus `bias`, padded to whole panels, if it is not 0. Rows of x and y are `step` and `yStep` bytes apart,
 * panels `panelStep`.
 */
export function multiply(
  x: usize,
  step: i32,
  M: i32,
  K: i32,
  panels: usize,
  panelStep: i32,
  bias: usize,
  y: usize,
  yStep: i32,
  N: i32,
): void {
  const whole = M & ~3;
  const biasStep = bias ? 32 : 0;
  let biases = bias ? bias : ZEROS;
  let n = 0;
  for (; n + 8 <= N; n += 8, panels += panelStep, biases += biasStep, y += 32) {
    for (let m = 0; m < whole; m += 4) tile4(x + m * step, step, K, panels, biases, y + m * yStep, yStep);
    for (let m = whole; m < M; m++) tile1(x + m * step, K, panels, biases, y + m * yStep);
  }
  if (n < N) multiplyEdge(x, step, M, K, panels, biases, y, yStep, N - n);
}

/** dw[4 × 8] += xᵀ·dy over rows of x and dy that are `xStep` and `dyStep` bytes apart; those of dw are `step` apart. */
export function outer(x: usize, xStep: i32, dy: usize, dyStep: i32, rows: i32, dw: usize, step: i32): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  for (let m = 0; m < rows; m++, x += xStep, dy += dyStep) {
    const p = v128.load(dy);
    const q = v128.load(dy, 16);
    let v = v128.load32_splat(x);
    a0 = fma(a0, v, p);
    b0 = fma(b0, v, q);
    v = v128.load32_splat(x, 4);
    a1 = fma(a1, v, p);
    b1 = fma(b1, v, q);
    v = v128.load32_splat(x, 8);
    a2 = fma(a2, v, p);
    b2 = fma(b2, v, q);
    v = v128.load32_splat(x, 12);
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
