import { scratch } from './memory.as.ts';

/** Sums that a whole step is judged by: few elements, so in f64. */

export function columnSum(x: usize, sums: usize, M: i32, N: i32): void {
  const totals = scratch(N << 3);
  memory.fill(totals, 0, N << 3);
  for (let m = 0; m < M; m++, x += N << 2)
    for (let n = 0; n < N; n++) {
      const at = totals + (n << 3);
      store<f64>(at, load<f64>(at) + (load<f32>(x + (n << 2)) as f64));
    }
  for (let n = 0; n < N; n++) store<f32>(sums + (n << 2), load<f64>(totals + (n << 3)) as f32);
}

export function squarePartials(x: usize, partials: usize, L: i32, G: i32): void {
  for (let g = 0; g < G; g++) {
    let total: f64 = 0;
    for (let i = g; i < L; i += G) {
      const value = load<f32>(x + (i << 2)) as f64;
      total += value * value;
    }
    store<f32>(partials + (g << 2), total as f32);
  }
}
