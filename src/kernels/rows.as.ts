import { fma, lanes, load4, LOG2E, max4, power4, store4, sum4 } from './vector.as.ts';

/** What attention and the heads do with rows. */

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

/** columns (d, stride) = the transpose of n rows of d elements, `step` bytes apart. */
export function transpose(rows: usize, step: usize, n: i32, d: i32, columns: usize, stride: i32): void {
  for (let i = 0; i < n; i++, rows += step)
    for (let c = 0; c < d; c++) store<f32>(columns + ((c * stride + i) << 2), load<f32>(rows + (c << 2)));
}

/** out[i] = vector·columns[:, i] for i < n; reads and writes on to the next multiple of 16. */
export function dots(vector: usize, columns: usize, d: i32, stride: i32, n: i32, out: usize): void {
  const down = stride << 2;
  for (let i = 0; i < n; i += 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let e = a;
    let at = columns + (i << 2);
    for (let k = 0; k < d; k++, at += down) {
      const v = v128.load32_splat(vector + (k << 2));
      a = fma(a, v, v128.load(at));
      b = fma(b, v, v128.load(at, 16));
      c = fma(c, v, v128.load(at, 32));
      e = fma(e, v, v128.load(at, 48));
    }
    const to = out + (i << 2);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, e, 48);
  }
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
  let c = 0;
  for (; c + 8 <= d; c += 8) {
    let a0 = f32x4.splat(0);
    let b0 = a0;
    let a1 = a0;
    let b1 = a0;
    let at = rows + (c << 2);
    let i = 0;
    for (; i + 2 <= n; i += 2, at += 2 * step) {
      let weight = v128.load32_splat(weights + (i << 2));
      a0 = fma(a0, weight, v128.load(at));
      b0 = fma(b0, weight, v128.load(at, 16));
      weight = v128.load32_splat(weights + (i << 2), 4);
      a1 = fma(a1, weight, v128.load(at + step));
      b1 = fma(b1, weight, v128.load(at + step, 16));
    }
    if (i < n) {
      const weight = v128.load32_splat(weights + (i << 2));
      a0 = fma(a0, weight, v128.load(at));
      b0 = fma(b0, weight, v128.load(at, 16));
    }
    v128.store(out + (c << 2), f32x4.mul(f32x4.add(a0, a1), scales));
    v128.store(out + (c << 2), f32x4.mul(f32x4.add(b0, b1), scales), 16);
  }
  for (; c < d; c += 4) {
    let a = f32x4.splat(0);
    let at = rows + (c << 2);
    for (let i = 0; i < n; i++, at += step) a = fma(a, v128.load32_splat(weights + (i << 2)), v128.load(at));
    store4(out + (c << 2), f32x4.mul(a, scales), d - c);
  }
}

/** Σ a·b over n elements. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) sum = fma(sum, load4(a + (i << 2), n - i), load4(b + (i << 2), n - i));
  return sum4(sum);
}
