import { endOf, LN2, scaleOf } from './attention.as.ts';
import {
  laneBytes,
  laneDot,
  laneDots,
  laneSums,
  loadLanes,
  packHeads,
  unpackHeads,
} from './head-lanes.as.ts';
import { scratch } from './memory.as.ts';
import { LOG2E, power4 } from './vector.as.ts';

/*
 * Per sequence, four heads at a time, one in each lane: p and p·(dy·v − Σ dy·y) of every query over the keys up to it, which give dq
 * at once and stay in scratch; then dv and dk sum over the queries from each key on.
 */

// @inline
function slopeOf(p: v128, slopes: usize, inner: v128): v128 {
  return f32x4.mul(p, f32x4.sub(v128.load(slopes), inner));
}

/**
 * Two rows of n scores, n even, the second `apart` bytes behind the first, become p = 2^(score − log), slopes p·(slope − inner); `logs`
 * and `inners` hold a vector for each row.
 */
function weigh(scores: usize, slopes: usize, apart: i32, n: i32, logs: usize, inners: usize): void {
  const log0 = v128.load(logs);
  const log1 = v128.load(logs, 16);
  const inner0 = v128.load(inners);
  const inner1 = v128.load(inners, 16);
  const end = scores + (n << 4);
  for (; scores < end; scores += 32, slopes += 32) {
    const a = power4(f32x4.sub(v128.load(scores), log0));
    const b = power4(f32x4.sub(v128.load(scores, 16), log0));
    const c = power4(f32x4.sub(v128.load(scores + apart), log1));
    const e = power4(f32x4.sub(v128.load(scores + apart, 16), log1));
    v128.store(scores, a);
    v128.store(scores, b, 16);
    v128.store(scores + apart, c);
    v128.store(scores + apart, e, 16);
    v128.store(slopes, slopeOf(a, slopes, inner0));
    v128.store(slopes, slopeOf(b, slopes + 16, inner0), 16);
    v128.store(slopes + apart, slopeOf(c, slopes + apart, inner1));
    v128.store(slopes + apart, slopeOf(e, slopes + apart + 16, inner1), 16);
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
  const row = laneBytes(d);
  const all = (T + 1) * row;
  const square = (T + 1) * ((T + 2) << 4);
  const queries = scratch(4 * all + 2 * square + 2 * row + 64);
  const keys = queries + all;
  const values = keys + all;
  const slants = values + all;
  const allScores = slants + all;
  const allSlopes = allScores + square;
  const out = allSlopes + square;
  const inners = out + 2 * row;
  const scaledLogs = inners + 32;
  const third = C << 2;
  const step = 3 * third;
  const scales = f32x4.splat(scale);
  // Queries are packed scaled, so that scores are exponents of two: dk sums over them as they are.
  const unscales = f32x4.splat(LN2);
  const ones = f32x4.splat(1);
  for (let first = 0, end = 0; first < M; first = end) {
    end = endOf(positions, first, M);
    const length = end - first;
    // Odd, so that a column is spread over the cache.
    const line = ((length + 1) | 1) << 4;
    for (let h = 0; h < H; h += 4) {
      const heads = min(4, H - h);
      const offset = (h * d) << 2;
      const q = qkv + first * step + offset;
      const dq = dqkv + first * step + offset;
      const g = dy + first * third + offset;
      const ys = y + first * third + offset;
      const logs = lse + ((h * M + first) << 2);
      for (let t = 0; t < length; t += 2) {
        const n = min(t + 2, length);
        const at = t * row;
        const scores = allScores + t * line;
        const slopes = allSlopes + t * line;
        for (let m = t; m < n; m++) {
          const from = q + m * step;
          const to = m * row;
          packHeads(from, d, heads, scale * LOG2E, queries + to);
          packHeads(from + third, d, heads, 1, keys + to);
          packHeads(from + 2 * third, d, heads, 1, values + to);
          packHeads(g + m * third, d, heads, 1, slants + to);
          packHeads(ys + m * third, d, heads, 1, out);
          const log = loadLanes(logs + (m << 2), M << 2, heads);
          v128.store(inners + ((m - t) << 4), laneDot(slants + to, out, d));
          v128.store(scaledLogs + ((m - t) << 4), f32x4.mul(log, f32x4.splat(LOG2E)));
        }
        // Of an odd last query the second row is anything.
        laneDots(queries + at, keys, t + 2, d, scores, line);
        laneDots(slants + at, values, t + 2, d, slopes, line);
        weigh(scores, slopes, line, t + 2, scaledLogs, inners);
        const beyond = (t + 1) << 4;
        v128.store(scores + beyond, f32x4.splat(0));
        v128.store(slopes + beyond, f32x4.splat(0));
        laneSums(slopes, 16, line, keys, n, d, scales, scales, out);
        for (let m = t; m < n; m++) unpackHeads(out + (m - t) * row, d, heads, dq + m * step);
      }
      for (let s = 0; s < length; s += 2) {
        const n = length - s;
        const at = s * line + (s << 4);
        const rows = min(2, n);
        const to = dq + s * step + third;
        laneSums(allSlopes + at, line, 16, queries + s * row, n, d, unscales, unscales, out);
        for (let r = 0; r < rows; r++) unpackHeads(out + r * row, d, heads, to + r * step);
        laneSums(allScores + at, line, 16, slants + s * row, n, d, ones, ones, out);
        for (let r = 0; r < rows; r++) unpackHeads(out + r * row, d, heads, to + third + r * step);
      }
    }
  }
}
