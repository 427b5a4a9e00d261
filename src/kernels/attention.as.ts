import { laneBytes, laneDots, laneSums, packHeads, storeLanes, unpackHeads } from './head-lanes.as.ts';
import { scratch } from './memory.as.ts';
import { dots, exponentials, maxOf, weightedSum } from './rows.as.ts';
import { fma, four, log4, LOG2E, power4 } from './vector.as.ts';

/*
 * Per sequence, four heads at a time, one in each lane: keys and values are packed, and every query goes over those up to its own.
 * Queries are scaled so that scores are exponents of two.
 */

/** Where the sequence that begins at m ends: at the next position that is 0. */
export function endOf(positions: usize, m: i32, M: i32): i32 {
  let end = m + 1;
  while (end < M && load<u32>(positions + (end << 2)) != 0) end++;
  return end;
}

// @inline
export function scaleOf(d: i32): f32 {
  return 1 / sqrt<f32>(d as f32);
}

export const LN2: f32 = 0.693147182;

/**
 * Two rows of n scores, n even, the second `apart` bytes behind the first, become 2^(score − top); both
 * tops and both sums go to `to`.
 */
function softmax(scores: usize, apart: i32, n: i32, to: usize): void {
  const end = scores + (n << 4);
  let top0 = v128.load(scores);
  let top1 = v128.load(scores + apart);
  for (let at = scores + 16; at < end; at += 16) {
    top0 = f32x4.pmax(top0, v128.load(at));
    top1 = f32x4.pmax(top1, v128.load(at + apart));
  }
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  for (let at = scores; at < end; at += 32) {
    const next = at + apart;
    const a = power4(f32x4.sub(v128.load(at), top0));
    const b = power4(f32x4.sub(v128.load(at, 16), top0));
    const c = power4(f32x4.sub(v128.load(next), top1));
    const e = power4(f32x4.sub(v128.load(next, 16), top1));
    v128.store(at, a);
    v128.store(at, b, 16);
    v128.store(next, c);
    v128.store(next, e, 16);
    sum0 = f32x4.add(sum0, f32x4.add(a, b));
    sum1 = f32x4.add(sum1, f32x4.add(c, e));
  }
  v128.store(to, top0);
  v128.store(to, top1, 16);
  v128.store(to, sum0, 32);
  v128.store(to, sum1, 48);
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
  const scale = scaleOf(d) * LOG2E;
  const row = laneBytes(d);
  const line = (T + 1) << 4;
  const keys = scratch(2 * (T + 1) * row + 2 * line + 4 * row + 64);
  const values = keys + (T + 1) * row;
  const scores = values + (T + 1) * row;
  const queries = scores + 2 * line;
  const out = queries + 2 * row;
  const tops = out + 2 * row;
  const third = C << 2;
  const step = 3 * third;
  for (let first = 0, end = 0; first < M; first = end) {
    end = endOf(positions, first, M);
    const length = end - first;
    for (let h = 0; h < H; h += 4) {
      const heads = min(4, H - h);
      const offset = (h * d) << 2;
      const q = qkv + first * step + offset;
      const to = y + first * third + offset;
      const logs = lse + ((h * M + first) << 2);
      for (let t = 0; t < length; t += 2) {
        const n = min(t + 2, length);
        for (let m = t; m < n; m++) {
          const from = q + m * step;
          packHeads(from, d, heads, scale, queries + (m - t) * row);
          packHeads(from + third, d, heads, 1, keys + m * row);
          packHeads(from + 2 * third, d, heads, 1, values + m * row);
        }
        // Of an odd last query the second row is anything.
        const beyond = scores + ((t + 1) << 4);
        laneDots(queries, keys, t + 2, d, scores, line);
        v128.store(beyond, f32x4.splat(-f32.MAX_VALUE));
        softmax(scores, line, t + 2, tops);
        v128.store(beyond, f32x4.splat(0));
        const sum0 = v128.load(tops, 32);
        const sum1 = v128.load(tops, 48);
        const one = f32x4.splat(1);
        laneSums(scores, 16, line, values, n, d, f32x4.div(one, sum0), f32x4.div(one, sum1), out);
        for (let m = t; m < n; m++) {
          const at = (m - t) << 4;
          const log = fma(log4(v128.load(tops + at, 32)), v128.load(tops + at), f32x4.splat(LN2));
          storeLanes(logs + (m << 2), M << 2, log, heads);
          unpackHeads(out + (m - t) * row, d, heads, to + m * third);
        }
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
