import { scratch } from './memory.as.ts';
import { dot, dots, exponentials, maxOf, transpose, weightedSum } from './rows.as.ts';
import { log1, LOG2E, power4 } from './vector.as.ts';

/** Scratch rows have room for `dots` to run on to the next multiple of 16 from any start. */
// @inline
function roomFor(T: i32): i32 {
  return (T + 31) & ~15;
}

/** Scratch for `rows` zeroed rows: transposed heads and rows of scores. */
function rowsOf(rows: i32, stride: i32): usize {
  const start = scratch((rows * stride) << 2);
  memory.fill(start, 0, (rows * stride) << 2);
  return start;
}

// @inline
function scaleOf(d: i32): f32 {
  return 1 / sqrt<f32>(d as f32);
}

export function attention(qkv: usize, y: usize, lse: usize, B: i32, T: i32, C: i32, H: i32): void {
  const d = C / H;
  const scale = scaleOf(d);
  const stride = roomFor(T);
  const keys = rowsOf(d + 1, stride);
  const row = keys + ((d * stride) << 2);
  const step = (3 * C) << 2;
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++) {
      const q = qkv + b * T * step + ((h * d) << 2);
      const k = q + (C << 2);
      const v = k + (C << 2);
      transpose(k, step, T, d, keys, stride);
      for (let t = 0; t < T; t++) {
        dots(q + t * step, keys, d, stride, t + 1, row);
        const top = maxOf(row, t + 1);
        const sum = exponentials(row, row, t + 1, scale, top);
        weightedSum(row, t + 1, v, step, d, 1 / sum, y + (((b * T + t) * C + h * d) << 2));
        store<f32>(lse + (((b * H + h) * T + t) << 2), top * scale + log1(sum));
      }
    }
}

export function attentionBackwardQ(
  qkv: usize,
  y: usize,
  lse: usize,
  dy: usize,
  dqkv: usize,
  rowDot: usize,
  B: i32,
  T: i32,
  C: i32,
  H: i32,
): void {
  const d = C / H;
  const scale = scaleOf(d);
  const stride = roomFor(T);
  const keys = rowsOf(2 * d + 2, stride);
  const values = keys + ((d * stride) << 2);
  const row = values + ((d * stride) << 2);
  const slopes = row + (stride << 2);
  const step = (3 * C) << 2;
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++) {
      const start = b * T * step + ((h * d) << 2);
      const k = qkv + start + (C << 2);
      transpose(k, step, T, d, keys, stride);
      transpose(k + (C << 2), step, T, d, values, stride);
      for (let t = 0; t < T; t++) {
        const at = ((b * T + t) * C + h * d) << 2;
        const place = ((b * H + h) * T + t) << 2;
        const inner = dot(dy + at, y + at, d);
        store<f32>(rowDot + place, inner);
        dots(qkv + start + t * step, keys, d, stride, t + 1, row);
        dots(dy + at, values, d, stride, t + 1, slopes);
        const scales = f32x4.splat(scale * LOG2E);
        const shifts = f32x4.splat(load<f32>(lse + place) * LOG2E);
        const inners = f32x4.splat(inner);
        for (let i = 0; i <= t; i += 8) {
          const to = row + (i << 2);
          const from = slopes + (i << 2);
          const p0 = power4(f32x4.sub(f32x4.mul(v128.load(to), scales), shifts));
          const p1 = power4(f32x4.sub(f32x4.mul(v128.load(to, 16), scales), shifts));
          v128.store(to, f32x4.mul(p0, f32x4.sub(v128.load(from), inners)));
          v128.store(to, f32x4.mul(p1, f32x4.sub(v128.load(from, 16), inners)), 16);
        }
        weightedSum(row, t + 1, k, step, d, scale, dqkv + start + t * step);
      }
    }
}

export function attentionBackwardKv(
  qkv: usize,
  lse: usize,
  rowDot: usize,
  dy: usize,
  dqkv: usize,
  B: i32,
  T: i32,
  C: i32,
  H: i32,
): void {
  const d = C / H;
  const scale = scaleOf(d);
  const stride = roomFor(T);
  const scales = f32x4.splat(scale * LOG2E);
  const queries = rowsOf(2 * d + 4, stride);
  const gradients = queries + ((d * stride) << 2);
  const row = gradients + ((d * stride) << 2);
  const slopes = row + (stride << 2);
  const shifts = slopes + (stride << 2);
  const inners = shifts + (stride << 2);
  const step = (3 * C) << 2;
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++) {
      const start = b * T * step + ((h * d) << 2);
      const q = qkv + start;
      const g = dy + ((b * T * C + h * d) << 2);
      const place = ((b * H + h) * T) << 2;
      transpose(q, step, T, d, queries, stride);
      transpose(g, C << 2, T, d, gradients, stride);
      memory.copy(inners, rowDot + place, T << 2);
      for (let i = 0; i < T; i++) store<f32>(shifts + (i << 2), load<f32>(lse + place + (i << 2)) * LOG2E);
      for (let s = 0; s < T; s++) {
        const key = q + (C << 2) + s * step;
        const n = T - s;
        const from = s << 2;
        dots(key, queries + from, d, stride, n, row);
        dots(key + (C << 2), gradients + from, d, stride, n, slopes);
        for (let i = 0; i < n; i += 8) {
          const at = i << 2;
          const shift = shifts + from + at;
          const p0 = power4(f32x4.sub(f32x4.mul(v128.load(row + at), scales), v128.load(shift)));
          const p1 = power4(f32x4.sub(f32x4.mul(v128.load(row + at, 16), scales), v128.load(shift, 16)));
          const inner = inners + from + at;
          const s0 = f32x4.mul(p0, f32x4.sub(v128.load(slopes + at), v128.load(inner)));
          const s1 = f32x4.mul(p1, f32x4.sub(v128.load(slopes + at, 16), v128.load(inner, 16)));
          v128.store(row + at, p0);
          v128.store(row + at, p1, 16);
          v128.store(slopes + at, s0);
          v128.store(slopes + at, s1, 16);
        }
        const to = dqkv + start + s * step + (C << 2);
        weightedSum(slopes, n, q + s * step, step, d, scale, to);
        weightedSum(row, n, g + ((s * C) << 2), C << 2, d, 1, to + (C << 2));
      }
    }
}

export function attentionDecode(
  qkv: usize,
  positions: usize,
  keyCache: usize,
  valueCache: usize,
  y: usize,
  B: i32,
  T: i32,
  C: i32,
  H: i32,
): void {
  const d = C / H;
  const scale = scaleOf(d);
  const row = scratch(roomFor(T) << 2);
  const bytes = C << 2;
  for (let b = 0; b < B; b++) {
    const t = load<i32>(positions + (b << 2));
    const q = qkv + 3 * b * bytes;
    const keys = keyCache + b * T * bytes;
    const values = valueCache + b * T * bytes;
    memory.copy(keys + t * bytes, q + bytes, bytes);
    memory.copy(values + t * bytes, q + 2 * bytes, bytes);
    for (let h = 0; h < H; h++) {
      const at = (h * d) << 2;
      for (let s = 0; s <= t; s++) store<f32>(row + (s << 2), dot(q + at, keys + s * bytes + at, d));
      const sum = exponentials(row, row, t + 1, scale, maxOf(row, t + 1));
      weightedSum(row, t + 1, values + at, bytes, d, 1 / sum, y + b * bytes + at);
    }
  }
}
