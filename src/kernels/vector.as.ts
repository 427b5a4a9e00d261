/** Four lanes of f32: ends of rows, reductions, exp and log. */

/** The next multiple of four. */
// @inline
export function four(n: i32): i32 {
  return (n + 3) & ~3;
}

/** All bits of the first `count` lanes. */
// @inline
export function lanes(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Four elements of a row that has `left` more; 0 past its end. */
// @inline
export function load4(from: usize, left: i32): v128 {
  const v = v128.load(from);
  return left >= 4 ? v : v128.and(v, lanes(left));
}

/** Stores four elements, or as many as the row has left. */
// @inline
export function store4(to: usize, v: v128, left: i32): void {
  if (left >= 4) {
    v128.store(to, v);
    return;
  }
  v128.store32_lane(to, v, 0);
  if (left > 1) v128.store32_lane(to, v, 1, 4);
  if (left > 2) v128.store32_lane(to, v, 2, 8);
}

/** a + b·c, rounded twice: baseline SIMD has no fused form. */
// @inline
export function fma(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(a, f32x4.mul(b, c));
}

// @inline
export function first(v: v128): f32 {
  return f32x4.extract_lane(v, 0);
}

/** Σ of the lanes. */
// @inline
export function sum4(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The largest lane. */
// @inline
export function max4(v: v128): f32 {
  const pairs = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/*
 * Constants lie in memory: a broadcast load is one instruction, while V8 makes a literal vector anew, in four, wherever it is
 * used (measured: 1.7 times the time of a whole exp).
 */
const LOWEST = memory.data<f32>([-100]);
const HIGHEST = memory.data<f32>([100]);
const ROUNDER = memory.data<f32>([12582912]);
const ONE = memory.data<f32>([1]);
const E1 = memory.data<f32>([0.693147004]);
const E2 = memory.data<f32>([0.240222424]);
const E3 = memory.data<f32>([0.0555073358]);
const E4 = memory.data<f32>([0.009671513]);
const E5 = memory.data<f32>([0.00132647273]);
const HALF_ROOT = memory.data<i32>([0x3f3504f3]);
const FRACTION = memory.data<i32>([0x007fffff]);
const L3 = memory.data<f32>([0.33333388]);
const L5 = memory.data<f32>([0.199887484]);
const L7 = memory.data<f32>([0.149365366]);
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.1219444e-4]);

export const LOG2E: f32 = 1.44269504;

// @inline
function constant(at: usize): v128 {
  return v128.load32_splat(at);
}

/**
 * 2^t to a relative 2e-7, t clamped to ±100: never 0, never infinite. t = n + f, |f| ≤ ½; a polynomial fitted for the least
 * relative error gives 2^f, and n goes into the exponent's bits.
 */
// @inline
export function power4(t: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(t, constant(LOWEST)), constant(HIGHEST));
  // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits.
  const shifted = f32x4.add(clamped, constant(ROUNDER));
  const f = f32x4.sub(clamped, f32x4.sub(shifted, constant(ROUNDER)));
  let p = fma(constant(E4), f, constant(E5));
  p = fma(constant(E3), p, f);
  p = fma(constant(E2), p, f);
  p = fma(constant(E1), p, f);
  p = fma(constant(ONE), p, f);
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/**
 * log x for normal x > 0, to a relative 2e-7. x = 2ⁿ·m, √½ ≤ m < √2; log m = 2 artanh s, s = (m − 1) / (m + 1), by its odd series
 * with the last coefficients fitted; ln 2 comes in two parts, the first short enough for n·part to be exact.
 */
// @inline
export function log4(x: v128): v128 {
  const offset = i32x4.sub(x, constant(HALF_ROOT));
  const n = f32x4.convert_i32x4_s(i32x4.shr_s(offset, 23));
  const m = i32x4.add(v128.and(offset, constant(FRACTION)), constant(HALF_ROOT));
  const less = f32x4.sub(m, constant(ONE));
  const s = f32x4.div(less, f32x4.add(m, constant(ONE)));
  const z = f32x4.mul(s, s);
  const q = f32x4.mul(z, fma(constant(L3), z, fma(constant(L5), z, constant(L7))));
  const twice = f32x4.add(s, s);
  const low = fma(f32x4.mul(twice, q), n, constant(LN2_LOW));
  return fma(f32x4.add(low, twice), n, constant(LN2_HIGH));
}

/** e^x to a relative 2e-7·(1 + |x|), x clamped to ±69. */
// @inline
export function exp1(x: f32): f32 {
  return first(power4(f32x4.splat(x * LOG2E)));
}

// @inline
export function log1(x: f32): f32 {
  return first(log4(f32x4.splat(x)));
}
