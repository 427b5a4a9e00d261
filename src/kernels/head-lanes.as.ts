import { fma, four, load4, store4 } from './vector.as.ts';

/*
 * Four heads in the four lanes: a row is a vector for each channel, so that products of rows need no sums over lanes. Channels are
 * padded with zeros to whole chunks of four; two rows' chunks are as much as registers hold.
 */

/** Bytes of a row of d channels. */
// @inline
export function laneBytes(d: i32): i32 {
  return four(d) << 4;
}

/** Where sums begin. */
const ZEROS = memory.data(16, 16);

// The steps of transposing four vectors.
// @inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

// @inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

// @inline
function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}

// @inline
function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}

/** to = scale·from, a row of lanes from `heads` ≤ 4 heads of d elements, one behind the other. */
export function packHeads(from: usize, d: i32, heads: i32, scale: f32, to: usize): void {
  const scales = f32x4.splat(scale);
  const step = d << 2;
  const step1 = heads > 1 ? step : 0;
  const step2 = heads > 2 ? 2 * step : 0;
  const step3 = heads > 3 ? 3 * step : 0;
  for (let c = 0; c < d; c += 4, from += 16, to += 64) {
    const a = f32x4.mul(load4(from, d - c), scales);
    const b = f32x4.mul(load4(from + step1, d - c), scales);
    const e = f32x4.mul(load4(from + step2, d - c), scales);
    const f = f32x4.mul(load4(from + step3, d - c), scales);
    const ab = low(a, b);
    const ef = low(e, f);
    v128.store(to, lows(ab, ef));
    v128.store(to, highs(ab, ef), 16);
    const ab2 = high(a, b);
    const ef2 = high(e, f);
    v128.store(to, lows(ab2, ef2), 32);
    v128.store(to, highs(ab2, ef2), 48);
  }
}

/** `packHeads` undone: to = from. */
export function unpackHeads(from: usize, d: i32, heads: i32, to: usize): void {
  const step = d << 2;
  for (let c = 0; c < d; c += 4, from += 64, to += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const e = v128.load(from, 32);
    const f = v128.load(from, 48);
    const ab = low(a, b);
    const ef = low(e, f);
    store4(to, lows(ab, ef), d - c);
    if (heads > 1) store4(to + step, highs(ab, ef), d - c);
    const ab2 = high(a, b);
    const ef2 = high(e, f);
    if (heads > 2) store4(to + 2 * step, lows(ab2, ef2), d - c);
    if (heads > 3) store4(to + 3 * step, highs(ab2, ef2), d - c);
  }
}

/**
 * Two rows at `row` and the next, r = 0, 1: out[r][i] = Σ over channels of row r·rows[i], for n rows; out[1] lies `apart` bytes behind
 * out[0].
 */
export function laneDots(row: usize, rows: usize, n: i32, d: i32, out: usize, apart: i32): void {
  const step = laneBytes(d);
  const end = out + (n << 4);
  let before = ZEROS;
  let beforeStep = 0;
  let beforeApart = 0;
  for (let c = 0; c < step; c += 64) {
    const p0 = v128.load(row + c);
    const p1 = v128.load(row + c, 16);
    const p2 = v128.load(row + c, 32);
    const p3 = v128.load(row + c, 48);
    const q0 = v128.load(row + step + c);
    const q1 = v128.load(row + step + c, 16);
    const q2 = v128.load(row + step + c, 32);
    const q3 = v128.load(row + step + c, 48);
    let at = rows + c;
    for (let to = out; to < end; to += 16, at += step, before += beforeStep) {
      let r = v128.load(at);
      let a = fma(v128.load(before), p0, r);
      let b = fma(v128.load(before + beforeApart), q0, r);
      r = v128.load(at, 16);
      a = fma(a, p1, r);
      b = fma(b, q1, r);
      r = v128.load(at, 32);
      a = fma(a, p2, r);
      b = fma(b, q2, r);
      r = v128.load(at, 48);
      v128.store(to, fma(a, p3, r));
      v128.store(to + apart, fma(b, q3, r));
    }
    before = out;
    beforeStep = 16;
    beforeApart = apart;
  }
}

/**
 * Two rows of sums, r = 0, 1: out[r] = scale r · Σᵢ weights[r][i]·rows[i] over n rows. Weights are `weightStep` bytes apart, those of
 * the second row `apart` behind those of the first.
 */
export function laneSums(
  weights: usize,
  weightStep: i32,
  apart: i32,
  rows: usize,
  n: i32,
  d: i32,
  scale0: v128,
  scale1: v128,
  out: usize,
): void {
  const step = laneBytes(d);
  for (let c = 0; c < step; c += 64, out += 64) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let at = rows + c;
    const end = at + n * step;
    for (let weight = weights; at < end; at += step, weight += weightStep) {
      const v = v128.load(weight);
      const w = v128.load(weight + apart);
      let r = v128.load(at);
      a0 = fma(a0, v, r);
      b0 = fma(b0, w, r);
      r = v128.load(at, 16);
      a1 = fma(a1, v, r);
      b1 = fma(b1, w, r);
      r = v128.load(at, 32);
      a2 = fma(a2, v, r);
      b2 = fma(b2, w, r);
      r = v128.load(at, 48);
      a3 = fma(a3, v, r);
      b3 = fma(b3, w, r);
    }
    v128.store(out, f32x4.mul(a0, scale0));
    v128.store(out, f32x4.mul(a1, scale0), 16);
    v128.store(out, f32x4.mul(a2, scale0), 32);
    v128.store(out, f32x4.mul(a3, scale0), 48);
    const next = out + step;
    v128.store(next, f32x4.mul(b0, scale1));
    v128.store(next, f32x4.mul(b1, scale1), 16);
    v128.store(next, f32x4.mul(b2, scale1), 32);
    v128.store(next, f32x4.mul(b3, scale1), 48);
  }
}

/** Σ over channels of a·b. */
export function laneDot(a: usize, b: usize, d: i32): v128 {
  let sum = f32x4.splat(0);
  for (const end = a + laneBytes(d); a < end; a += 16, b += 16) sum = fma(sum, v128.load(a), v128.load(b));
  return sum;
}

/** Lane h to at + h·step, for `heads` lanes. */
export function storeLanes(at: usize, step: i32, v: v128, heads: i32): void {
  v128.store32_lane(at, v, 0);
  if (heads > 1) v128.store32_lane(at + step, v, 1);
  if (heads > 2) v128.store32_lane(at + 2 * step, v, 2);
  if (heads > 3) v128.store32_lane(at + 3 * step, v, 3);
}

/** `storeLanes` read back; lanes without a head hold what the first holds. */
export function loadLanes(at: usize, step: i32, heads: i32): v128 {
  let v = v128.load32_splat(at);
  if (heads > 1) v = v128.load32_lane(at + step, v, 1);
  if (heads > 2) v = v128.load32_lane(at + 2 * step, v, 2);
  if (heads > 3) v = v128.load32_lane(at + 3 * step, v, 3);
  return v;
}
