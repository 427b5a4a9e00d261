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

export function matmulBackward(a: Arrays<'matmul-backward'>, { M, K, N }: Dims<'matmul-backward'>): void {
  a.dx.fill(0, 0, M * K);
  a.dw.fill(0, 0, K * N);
  a.dBias.fill(0, 0, N);
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      const dy = a.dy[m * N + n];
      a.dBias[n] += dy;
      for (let k = 0; k < K; k++) {
        a.dx[m * K + k] += dy * a.w[k * N + n];
        a.dw[k * N + n] += a.x[m * K + k] * dy;
      }
    }
}

export function matmulBackwardGelu(a: Arrays<'matmul-backward-gelu'>, d: Dims<'matmul-backward-gelu'>): void {
  matmulBackward(a, d);
  for (let i = 0; i < d.M * d.K; i++) a.dx[i] *= geluSlope(a.pre[i]);
}
