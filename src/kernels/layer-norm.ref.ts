import type { Arrays, Dims } from './reference.ts';

const EPSILON = 1e-5;

/** Ba, Kiros, Hinton 2016, with the biased variance. */
export function layerNorm(a: Arrays<'layer-norm'>, { M, C }: Dims<'layer-norm'>): void {
  for (let m = 0; m < M; m++) {
    const row = a.x.subarray(m * C, (m + 1) * C);
    const mean = row.reduce((sum, value) => sum + value, 0) / C;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / C;
    const rstd = 1 / Math.sqrt(variance + EPSILON);
    for (let c = 0; c < C; c++) a.y[m * C + c] = (row[c] - mean) * rstd * a.weight[c] + a.bias[c];
    a.stats[2 * m] = mean;
    a.stats[2 * m + 1] = rstd;
  }
}

/** dx = rstd·(g − mean(g) − x̂·mean(g·x̂)), g = dy·weight, x̂ = (x − mean)·rstd; dWeight = Σ dy·x̂, dBias = Σ dy. */
export function layerNormBackward(
  a: Arrays<'layer-norm-backward'>,
  { M, C, accumulate }: Dims<'layer-norm-backward'>,
): void {
  a.dWeight.fill(0, 0, C);
  a.dBias.fill(0, 0, C);
  for (let m = 0; m < M; m++) {
    const [mean, rstd] = a.stats.subarray(2 * m, 2 * m + 2);
    let meanG = 0;
    let meanGX = 0;
    for (let c = 0; c < C; c++) {
      const g = a.dy[m * C + c] * a.weight[c];
      meanG += g / C;
      meanGX += (g * (a.x[m * C + c] - mean) * rstd) / C;
    }
    for (let c = 0; c < C; c++) {
      const normed = (a.x[m * C + c] - mean) * rstd;
      const dx = rstd * (a.dy[m * C + c] * a.weight[c] - meanG - normed * meanGX);
      a.dx[m * C + c] = accumulate ? a.dx[m * C + c] + dx : dx;
      a.dWeight[c] += a.dy[m * C + c] * normed;
      a.dBias[c] += a.dy[m * C + c];
    }
  }
}
