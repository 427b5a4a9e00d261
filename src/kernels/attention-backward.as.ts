import {
  columnBytes,
  eight,
  endOf,
  keepFirst,
  rescale,
  rowBytes,
  scaleOf,
  scoreBytes,
} from './attention.as.ts';
import { multiply, outer, packColumns, packRows } from './matmul-tile.as.ts';
import { scratch } from './memory.as.ts';
import { dot } from './rows.as.ts';
import { four, LOG2E, power4 } from './vector.as.ts';

/*
 * Per sequence and head: p and p·(dy·v − Σ dy·y) of every query over the keys up to it, four queries at a time, which give dq at
 * once and stay in scratch; then dv and dk sum over the queries from each key on.
 */

/** Four elements of a row: scores become p = e^(score·scale − log), slopes p·(slope − inner). */
// @inline
function weigh(score: usize, slope: usize, scale: v128, log: v128, inner: v128): void {
  const p = power4(f32x4.sub(f32x4.mul(v128.load(score), scale), log));
  v128.store(score, p);
  v128.store(slope, f32x4.mul(p, f32x4.sub(v128.load(slope), inner)));
}

/** Four rows of scores and of slopes, row r up to t + r, 0 from there up to t + 3. */
function weighTile(
  scores: usize,
  slopes: usize,
  stride: i32,
  t: i32,
  scale: f32,
  logs: usize,
  inners: usize,
): void {
  const logs0 = f32x4.splat(load<f32>(logs) * LOG2E);
  const logs1 = f32x4.splat(load<f32>(logs, 4) * LOG2E);
  const logs2 = f32x4.splat(load<f32>(logs, 8) * LOG2E);
  const logs3 = f32x4.splat(load<f32>(logs, 12) * LOG2E);
  const inner0 = v128.load32_splat(inners);
  const inner1 = v128.load32_splat(inners, 4);
  const inner2 = v128.load32_splat(inners, 8);
  const inner3 = v128.load32_splat(inners, 12);
  const scales = f32x4.splat(scale * LOG2E);
  const apart = slopes - scores;
  for (let at = 0; at <= t << 2; at += 16) {
    let row = scores + at;
    weigh(row, row + apart, scales, logs0, inner0);
    row += stride;
    weigh(row, row + apart, scales, logs1, inner1);
    row += stride;
    weigh(row, row + apart, scales, logs2, inner2);
    row += stride;
    weigh(row, row + apart, scales, logs3, inner3);
  }
  for (let r = 0; r < 3; r++) {
    const last = scores + r * stride + (t << 2);
    v128.store(last, keepFirst(v128.load(last), r + 1));
    v128.store(last + apart, keepFirst(v128.load(last + apart), r + 1));
  }
}

/**
 * Sums over queries for four keys: to = Σ weights[t, key]·x[t], d elements each; `rows` queries, rows of weights `stride` and of x
 * `xStep` bytes apart, those of `to` `step`.
 */
function sumOverQueries(
  weights: usize,
  stride: i32,
  x: usize,
  xStep: i32,
  rows: i32,
  d: i32,
  keys: i32,
  sums: usize,
  to: usize,
  step: i32,
): void {
  for (let c = 0; c < d; c += 8) {
    memory.fill(sums, 0, 128);
    outer(weights, stride, x + (c << 2), xStep, rows, sums, 32);
    const bytes = min(8, d - c) << 2;
    for (let r = 0; r < keys; r++) memory.copy(to + r * step + (c << 2), sums + (r << 5), bytes);
  }
}

export function attentionBackward(
  qkv: usize,
  positions: usize,
  y: usize,
  lse: usize,
  dy: usize,
  dqkv: usize,
  M: i32,
  T: i32,
  C: i32,
  H: i32,
): void {
  const d = C / H;
  const scale = scaleOf(d);
  const stride = scoreBytes(T);
  const square = four(T) * stride;
  const keys = scratch(2 * rowBytes(T, d) + columnBytes(T, d) + 2 * square + 144);
  const values = keys + rowBytes(T, d);
  const keyColumns = values + rowBytes(T, d);
  const allScores = keyColumns + columnBytes(T, d);
  const allSlopes = allScores + square;
  const sums = allSlopes + square;
  const inners = sums + 128;
  const third = C << 2;
  const step = 3 * third;
  for (let first = 0, end = 0; first < M; first = end) {
    end = endOf(positions, first, M);
    const length = end - first;
    for (let h = 0; h < H; h++) {
      const start = first * step + ((h * d) << 2);
      const q = qkv + start;
      const dq = dqkv + start;
      const offset = (first * C + h * d) << 2;
      const g = dy + offset;
      const logs = lse + ((h * M + first) << 2);
      packRows(q + third, step, length, d, keys);
      packRows(q + 2 * third, step, length, d, values);
      packColumns(q + third, step, length, d, keyColumns);
      for (let t = 0; t < length; t += 4) {
        const rows = min(4, length - t);
        const n = t + rows;
        const scores = allScores + t * stride;
        const slopes = allSlopes + t * stride;
        multiply(q + t * step, step, rows, d, keys, d << 5, 0, scores, stride, eight(n));
        multiply(g + t * third, third, rows, d, values, d << 5, 0, slopes, stride, eight(n));
        for (let r = 0; r < rows; r++) {
          const at = (t + r) * third;
          store<f32>(inners + (r << 2), dot(g + at, y + offset + at, d));
        }
        weighTile(scores, slopes, stride, t, scale, logs + (t << 2), inners);
        multiply(slopes, stride, rows, n, keyColumns, length << 5, 0, dq + t * step, step, d);
        for (let r = 0; r < rows; r++) rescale(dq + (t + r) * step, d, scale);
      }
      for (let s = 0; s < length; s += 4) {
        const rows = length - s;
        const four = min(4, rows);
        const at = s * stride + (s << 2);
        const to = dq + s * step + third;
        sumOverQueries(allSlopes + at, stride, q + s * step, step, rows, d, four, sums, to, step);
        for (let r = 0; r < four; r++) rescale(to + r * step, d, scale);
        sumOverQueries(allScores + at, stride, g + s * third, third, rows, d, four, sums, to + third, step);
      }
    }
  }
}
