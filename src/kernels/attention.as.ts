import { multiply, packColumns, packRows, panelsOf } from './matmul-tile.as.ts';
import { scratch } from './memory.as.ts';
import { dot, dots, exponentials, maxOf, weightedSum } from './rows.as.ts';
import { four, lanes, log1, LOG2E, power4, store4, sum4 } from './vector.as.ts';

/*
 * Per sequence and head: products of tiles of four positions with packed panels, as in a matmul, and only up to the
 * diagonal. Scores live in four scratch rows.
 */

/** Where the sequence that begins at m ends: at the next position that is 0. */
export function endOf(positions: usize, m: i32, M: i32): i32 {
  let end = m + 1;
  while (end < M && load<u32>(positions + (end << 2)) != 0) end++;
  return end;
}

/** The next multiple of eight. */
// @inline
export function eight(n: i32): i32 {
  return (n + 7) & ~7;
}

// @inline
export function scaleOf(d: i32): f32 {
  return 1 / sqrt<f32>(d as f32);
}

/** Bytes of the panels of rows (d, T) or columns (T, d) of one head. */
// @inline
export function rowBytes(T: i32, d: i32): i32 {
  return panelsOf(T) * d * 32;
}

// @inline
export function columnBytes(T: i32, d: i32): i32 {
  return panelsOf(d) * T * 32;
}

/** Bytes of a row of scores. */
// @inline
export function scoreBytes(T: i32): i32 {
  return panelsOf(T) * 32;
}

/** The first `count` (1 … 4) of four elements, 0 for the rest. */
// @inline
export function keepFirst(v: v128, count: i32): v128 {
  return v128.and(v, lanes(count));
}

/** row = row·scale over the d elements of a head. */
export function rescale(row: usize, d: i32, scale: f32): void {
  for (let c = 0; c < d; c += 4) {
    const at = row + (c << 2);
    store4(at, f32x4.mul(v128.load(at), f32x4.splat(scale)), d - c);
  }
}

/** e^((score − top)·scale) of four elements. */
// @inline
function exponential(at: usize, top: v128, scale: v128): v128 {
  return power4(f32x4.mul(f32x4.sub(v128.load(at), top), scale));
}

/**
 * Four rows of scores, `stride` bytes apart, row r up to t + r, become e^((score − top)·scale), 0 up to t + 3; their tops and sums
 * go to `tops` and `sums`. Four at a time and stored together, so that they share what the exponential loads.
 */
function softmaxTile(row0: usize, stride: i32, t: i32, scale: f32, tops: usize, sums: usize): void {
  const row1 = row0 + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  for (let r = 0; r < 4; r++) store<f32>(tops + (r << 2), maxOf(row0 + r * stride, t + r + 1));
  const top0 = v128.load32_splat(tops);
  const top1 = v128.load32_splat(tops, 4);
  const top2 = v128.load32_splat(tops, 8);
  const top3 = v128.load32_splat(tops, 12);
  const scales = f32x4.splat(scale * LOG2E);
  const last = t << 2;
  let sum0 = keepFirst(exponential(row0 + last, top0, scales), 1);
  let sum1 = keepFirst(exponential(row1 + last, top1, scales), 2);
  let sum2 = keepFirst(exponential(row2 + last, top2, scales), 3);
  let sum3 = exponential(row3 + last, top3, scales);
  v128.store(row0 + last, sum0);
  v128.store(row1 + last, sum1);
  v128.store(row2 + last, sum2);
  v128.store(row3 + last, sum3);
  for (let at = 0; at < last; at += 16) {
    const e0 = exponential(row0 + at, top0, scales);
    const e1 = exponential(row1 + at, top1, scales);
    const e2 = exponential(row2 + at, top2, scales);
    const e3 = exponential(row3 + at, top3, scales);
    v128.store(row0 + at, e0);
    v128.store(row1 + at, e1);
    v128.store(row2 + at, e2);
    v128.store(row3 + at, e3);
    sum0 = f32x4.add(sum0, e0);
    sum1 = f32x4.add(sum1, e1);
    sum2 = f32x4.add(sum2, e2);
    sum3 = f32x4.add(sum3, e3);
  }
  store<f32>(sums, sum4(sum0));
  store<f32>(sums, sum4(sum1), 4);
  store<f32>(sums, sum4(sum2), 8);
  store<f32>(sums, sum4(sum3), 12);
}

export function attention(
  qkv: usize,
  positions: usize,
  y: usize,
  lse: usize,
  M: i32,
  T: i32,
  C: i32,
  H: i32,
): void {
  const d = C / H;
  const scale = scaleOf(d);
  const stride = scoreBytes(T);
  const keys = scratch(rowBytes(T, d) + columnBytes(T, d) + 4 * stride + 32);
  const values = keys + rowBytes(T, d);
  const scores = values + columnBytes(T, d);
  const tops = scores + 4 * stride;
  const sums = tops + 16;
  const step = (3 * C) << 2;
  for (let first = 0, end = 0; first < M; first = end) {
    end = endOf(positions, first, M);
    const length = end - first;
    for (let h = 0; h < H; h++) {
      const q = qkv + first * step + ((h * d) << 2);
      const out = y + ((first * C + h * d) << 2);
      const logs = lse + ((h * M + first) << 2);
      packRows(q + (C << 2), step, length, d, keys);
      packColumns(q + (C << 3), step, length, d, values);
      for (let t = 0; t < length; t += 4) {
        const rows = min(4, length - t);
        const n = t + rows;
        multiply(q + t * step, step, rows, d, keys, d << 5, 0, scores, stride, eight(n));
        softmaxTile(scores, stride, t, scale, tops, sums);
        for (let r = 0; r < rows; r++) {
          const top = load<f32>(tops + (r << 2));
          store<f32>(logs + ((t + r) << 2), top * scale + log1(load<f32>(sums + (r << 2))));
        }
        multiply(scores, stride, rows, n, values, length << 5, 0, out + ((t * C) << 2), C << 2, d);
        for (let r = 0; r < rows; r++) rescale(out + (((t + r) * C) << 2), d, 1 / load<f32>(sums + (r << 2)));
      }
    }
  }
}

export function attentionDecode(
  qkv: usize,
  positions: usize,
  rows: usize,
  cache: usize,
  y: usize,
  B: i32,
  T: i32,
  C: i32,
  H: i32,
): void {
  const d = C / H;
  const scale = scaleOf(d);
  const weights = scratch(four(T) << 2);
  const bytes = C << 2;
  const step = 3 * bytes;
  for (let b = 0; b < B; b++) {
    const t = load<i32>(positions + (b << 2));
    const q = qkv + b * step;
    const cached = cache + load<i32>(rows + (b << 2)) * T * step;
    memory.copy(cached + t * step + bytes, q + bytes, 2 * bytes);
    for (let h = 0; h < H; h++) {
      const at = (h * d) << 2;
      dots(q + at, cached + bytes + at, step, t + 1, d, weights);
      const sum = exponentials(weights, weights, t + 1, scale, maxOf(weights, t + 1));
      weightedSum(weights, t + 1, cached + 2 * bytes + at, step, d, 1 / sum, y + b * bytes + at);
    }
  }
}
