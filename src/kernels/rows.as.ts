import { fma, lanes, load4, LOG2E, max4, power4, store4, sum4 } from './vector.as.ts';

/** What kernels share that work on rows. */

/** The largest of n ≥ 1 elements. */
export function maxOf(row: usize, n: i32): f32 {
  let best = v128.load32_splat(row);
  let i = 0;
  for (; i + 4 <= n; i += 4) best = f32x4.pmax(best, v128.load(row + (i << 2)));
  if (i < n) best = f32x4.pmax(best, v128.bitselect(v128.load(row + (i << 2)), best, lanes(n - i)));
  return max4(best);
}

/** out = e^((row − top)·scale), returning its sum; `out` has room for a multiple of four elements. */
export function exponentials(row: usize, out: usize, n: i32, scale: f32, top: f32): f32 {
  const scales = f32x4.splat(scale * LOG2E);
  const tops = f32x4.splat(top);
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    const at = i << 2;
    const a = power4(f32x4.mul(f32x4.sub(v128.load(row + at), tops), scales));
    const b = power4(f32x4.mul(f32x4.sub(v128.load(row + at, 16), tops), scales));
    const c = power4(f32x4.mul(f32x4.sub(v128.load(row + at, 32), tops), scales));
    const d = power4(f32x4.mul(f32x4.sub(v128.load(row + at, 48), tops), scales));
    v128.store(out + at, a);
    v128.store(out + at, b, 16);
    v128.store(out + at, c, 32);
    v128.store(out + at, d, 48);
    sum = f32x4.add(sum, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  for (; i < n; i += 4) {
    const e = power4(f32x4.mul(f32x4.sub(v128.load(row + (i << 2)), tops), scales));
    v128.store(out + (i << 2), e);
    sum = f32x4.add(sum, v128.and(e, lanes(n - i)));
  }
  return sum4(sum);
}

/** out[c] = scale · Σᵢ weights[i]·rows[i][c] over n rows of d elements, `step` bytes apart. */
export function weightedSum(
  weights: usize,
  n: i32,
  rows: usize,
  step: usize,
  d: i32,
  scale: f32,
  out: usize,
): void {
  const scales = f32x4.splat(scale);
  for (let c = 0; c < d; c += 4) {
    let even = f32x4.splat(0);
    let odd = even;
    let at = rows + (c << 2);
    let i = 0;
    for (; i + 2 <= n; i += 2, at += 2 * step) {
      even = fma(even, v128.load32_splat(weights + (i << 2)), v128.load(at));
      odd = fma(odd, v128.load32_splat(weights + (i << 2), 4), v128.load(at + step));
    }
    if (i < n) even = fma(even, v128.load32_splat(weights + (i << 2)), v128.load(at));
    store4(out + (c << 2), f32x4.mul(f32x4.add(even, odd), scales), d - c);
  }
}

/** Σ a·b over n elements. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) sum = fma(sum, load4(a + (i << 2), n - i), load4(b + (i << 2), n - i));
  return sum4(sum);
}

/** out[i] = vector·rows[i] over n rows of d elements, `step` bytes apart. */
export function dots(vector: usize, rows: usize, step: i32, n: i32, d: i32, out: usize): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, rows += 4 * step, out += 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let e = a;
    for (let k = 0; k < d; k += 4) {
      const at = rows + (k << 2);
      const v = load4(vector + (k << 2), d - k);
      a = fma(a, v, load4(at, d - k));
      b = fma(b, v, load4(at + step, d - k));
      c = fma(c, v, load4(at + 2 * step, d - k));
      e = fma(e, v, load4(at + 3 * step, d - k));
    }
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const ce = f32x4.add(v128.shuffle<f32>(c, e, 0, 4, 1, 5), v128.shuffle<f32>(c, e, 2, 6, 3, 7));
    const low = v128.shuffle<f32>(ab, ce, 0, 1, 4, 5);
    v128.store(out, f32x4.add(low, v128.shuffle<f32>(ab, ce, 2, 3, 6, 7)));
  }
  for (; i < n; i++, rows += step, out += 4) store<f32>(out, dot(vector, rows, d));
}

/** to = a + b over n elements. */
export function add(a: usize, b: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = i << 2;
    store4(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)), n - i);
  }
}
