import type { Arrays, Dims } from './reference.ts';

export function columnSum(a: Arrays<'column-sum'>, { M, N }: Dims<'column-sum'>): void {
  a.sums.fill(0, 0, N);
  for (let m = 0; m < M; m++) for (let n = 0; n < N; n++) a.sums[n] += a.x[m * N + n];
}

/** Every G-th element from g on. */
export function squarePartials(a: Arrays<'square-partials'>, { L, G }: Dims<'square-partials'>): void {
  a.partials.fill(0, 0, G);
  for (let i = 0; i < L; i++) a.partials[i % G] += a.x[i] ** 2;
}
