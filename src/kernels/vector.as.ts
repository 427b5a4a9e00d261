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

/**
 * e^x to a relative 2e-7, x clamped to [−87, 88]: never 0, never infinite. x = n·ln 2 + r, |r| ≤ ½ ln 2; a polynomial fitted
 * for the least relative error gives e^r, and n goes into the exponent's bits.
 */
// @inline
export function exp4(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits.
  const magic = f32x4.splat(12582912);
  const shifted = fma(magic, clamped, f32x4.splat(1.44269504));
  const n = f32x4.sub(shifted, magic);
  // ln 2 in two parts, the first short enough for n·part to be exact.
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = fma(f32x4.splat(0.041890331), r, f32x4.splat(0.008312501));
  p = fma(f32x4.splat(0.166671157), p, r);
  p = fma(f32x4.splat(0.499992311), p, r);
  p = f32x4.add(fma(r, p, f32x4.mul(r, r)), f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/**
 * log x for normal x > 0, to a relative 2e-7. x = 2ⁿ·m, √½ ≤ m < √2; log m = 2 artanh s, s = (m − 1) / (m + 1), by its odd series
 * with the last coefficients fitted.
 */
// @inline
export function log4(x: v128): v128 {
  const HALF_ROOT = i32x4.splat(0x3f3504f3);
  const offset = i32x4.sub(x, HALF_ROOT);
  const n = f32x4.convert_i32x4_s(i32x4.shr_s(offset, 23));
  const m = i32x4.add(v128.and(offset, i32x4.splat(0x007fffff)), HALF_ROOT);
  const less = f32x4.sub(m, f32x4.splat(1));
  const s = f32x4.div(less, f32x4.add(m, f32x4.splat(1)));
  const z = f32x4.mul(s, s);
  let q = fma(f32x4.splat(0.199887484), z, f32x4.splat(0.149365366));
  q = f32x4.mul(z, fma(f32x4.splat(0.33333388), z, q));
  const twice = f32x4.add(s, s);
  const low = fma(f32x4.mul(twice, q), n, f32x4.splat(-2.1219444e-4));
  return fma(f32x4.add(low, twice), n, f32x4.splat(0.693359375));
}

// @inline
export function exp1(x: f32): f32 {
  return first(exp4(f32x4.splat(x)));
}

// @inline
export function log1(x: f32): f32 {
  return first(log4(f32x4.splat(x)));
}
