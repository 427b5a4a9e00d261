import type { Arrays, Dims } from './reference.ts';

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

/** Hendrycks, Gimpel 2016, the tanh form. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x ** 3)));
}

export function geluSlope(x: number): number {
  const tanh = Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x ** 3));
  return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh ** 2) * SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x ** 2);
}

/** (x·w + bias)[m, n] */
function cell(
  a: Pick<Arrays<'matmul'>, 'x' | 'w' | 'bias'>,
  m: number,
  n: number,
  d: Dims<'matmul'>,
): number {
  let sum = a.bias[n];
  for (let k = 0; k < d.K; k++) sum += a.x[m * d.K + k] * a.w[k * d.N + n];
  return sum;
}

export function matmul(a: Arrays<'matmul'>, d: Dims<'matmul'>): void {
  for (let m = 0; m < d.M; m++) for (let n = 0; n < d.N; n++) a.y[m * d.N + n] = cell(a, m, n, d);
}

export function matmulGelu(a: Arrays<'matmul-gelu'>, d: Dims<'matmul-gelu'>): void {
  for (let m = 0; m < d.M; m++)
    for (let n = 0; n < d.N; n++) {
      a.pre[m * d.N + n] = cell(a, m, n, d);
      a.y[m * d.N + n] = gelu(a.pre[m * d.N + n]);
    }
}

export function matmulResidual(a: Arrays<'matmul-residual'>, d: Dims<'matmul-residual'>): void {
  for (let m = 0; m < d.M; m++)
    for (let n = 0; n < d.N; n++) a.y[m * d.N + n] = a.residual[m * d.N + n] + cell(a, m, n, d);
}

export function matmulBackwardX(
  a: Arrays<'matmul-backward-x'>,
  { M, K, N }: Dims<'matmul-backward-x'>,
): void {
  for (let m = 0; m < M; m++)
    for (let k = 0; k < K; k++) {
      let sum = 0;
      for (let n = 0; n < N; n++) sum += a.dy[m * N + n] * a.w[k * N + n];
      a.dx[m * K + k] = sum;
    }
}

export function matmulBackwardXGelu(
  a: Arrays<'matmul-backward-x-gelu'>,
  d: Dims<'matmul-backward-x-gelu'>,
): void {
  matmulBackwardX(a, d);
  for (let i = 0; i < d.M * d.K; i++) a.dx[i] *= geluSlope(a.pre[i]);
}

export function matmulBackwardW(
  a: Arrays<'matmul-backward-w'>,
  { M, K, N }: Dims<'matmul-backward-w'>,
): void {
  a.dw.fill(0, 0, K * N);
  a.dBias.fill(0, 0, N);
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      const dy = a.dy[m * N + n];
      a.dBias[n] += dy;
      for (let k = 0; k < K; k++) a.dw[k * N + n] += a.x[m * K + k] * dy;
    }
}
