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
  for (; i + 8 <= n; i += 8) {
    const at = i << 2;
    const a = power4(f32x4.mul(f32x4.sub(v128.load(row + at), tops), scales));
    const b = power4(f32x4.mul(f32x4.sub(v128.load(row + at, 16), tops), scales));
    v128.store(out + at, a);
    v128.store(out + at, b, 16);
    sum = f32x4.add(sum, f32x4.add(a, b));
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
    let sum = f32x4.splat(0);
    let at = rows + (c << 2);
    for (let i = 0; i < n; i++, at += step)
      sum = fma(sum, v128.load32_splat(weights + (i << 2)), v128.load(at));
    store4(out + (c << 2), f32x4.mul(sum, scales), d - c);
  }
}

/** Σ a·b over n elements. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) sum = fma(sum, load4(a + (i << 2), n - i), load4(b + (i << 2), n - i));
  return sum4(sum);
}

/** to = a + b over n elements. */
export function add(a: usize, b: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = i << 2;
    store4(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)), n - i);
  }
}
