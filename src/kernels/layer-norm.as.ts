import { scratch } from './memory.as.ts';
import { fma, four, lanes, load4, store4, sum4 } from './vector.as.ts';

const EPSILON: f32 = 1e-5;

/** Rows whose sums are added up before they are added to the total: keeps rounding small. */
const BLOCK: i32 = 64;

export function layerNorm(
  x: usize,
  weight: usize,
  bias: usize,
  y: usize,
  stats: usize,
  M: i32,
  C: i32,
): void {
  const row = C << 2;
  const inverse: f32 = 1 / (C as f32);
  for (let m = 0; m < M; m++, x += row, y += row) {
    let sum = f32x4.splat(0);
    for (let c = 0; c < C; c += 4) sum = f32x4.add(sum, load4(x + (c << 2), C - c));
    const mean = sum4(sum) * inverse;
    const means = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let c = 0; c < C; c += 4) {
      const centred = f32x4.sub(v128.load(x + (c << 2)), means);
      const kept = c + 4 <= C ? centred : v128.and(centred, lanes(C - c));
      squares = fma(squares, kept, kept);
    }
    const rstd: f32 = 1 / sqrt<f32>(sum4(squares) * inverse + EPSILON);
    const scales = f32x4.splat(rstd);
    for (let c = 0; c < C; c += 4) {
      const at = c << 2;
      const normed = f32x4.mul(f32x4.sub(v128.load(x + at), means), scales);
      store4(y + at, fma(v128.load(bias + at), normed, v128.load(weight + at)), C - c);
    }
    store<f32>(stats + (m << 3), mean);
    store<f32>(stats + (m << 3), rstd, 4);
  }
}

export function layerNormBackward(
  dy: usize,
  x: usize,
  stats: usize,
  weight: usize,
  dx: usize,
  dWeight: usize,
  dBias: usize,
  M: i32,
  C: i32,
  accumulate: i32,
): void {
  inputGradient(dy, x, stats, weight, dx, M, C, accumulate);
  weightGradient(dy, x, stats, dWeight, dBias, M, C);
}

function inputGradient(
  dy: usize,
  x: usize,
  stats: usize,
  weight: usize,
  dx: usize,
  M: i32,
  C: i32,
  accumulate: i32,
): void {
  const row = C << 2;
  const inverse: f32 = 1 / (C as f32);
  for (let m = 0; m < M; m++, x += row, dy += row, dx += row) {
    const means = v128.load32_splat(stats + (m << 3));
    const rstds = v128.load32_splat(stats + (m << 3), 4);
    let sumG = f32x4.splat(0);
    let sumGX = sumG;
    for (let c = 0; c < C; c += 4) {
      const at = c << 2;
      const g = f32x4.mul(load4(dy + at, C - c), load4(weight + at, C - c));
      const normed = f32x4.mul(f32x4.sub(load4(x + at, C - c), means), rstds);
      sumG = f32x4.add(sumG, g);
      sumGX = fma(sumGX, g, normed);
    }
    const meanG = f32x4.splat(sum4(sumG) * inverse);
    const meanGX = f32x4.splat(sum4(sumGX) * inverse);
    for (let c = 0; c < C; c += 4) {
      const at = c << 2;
      const g = f32x4.mul(v128.load(dy + at), v128.load(weight + at));
      const normed = f32x4.mul(f32x4.sub(v128.load(x + at), means), rstds);
      let d = f32x4.mul(rstds, f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(normed, meanGX)));
      if (accumulate) d = f32x4.add(d, v128.load(dx + at));
      store4(dx + at, d, C - c);
    }
  }
}

function weightGradient(
  dy: usize,
  x: usize,
  stats: usize,
  dWeight: usize,
  dBias: usize,
  M: i32,
  C: i32,
): void {
  const row = C << 2;
  const padded = four(C) << 2;
  const weights = scratch(2 * padded);
  const biases = weights + padded;
  memory.fill(weights, 0, 2 * padded);
  for (let start = 0; start < M; start += BLOCK) {
    const end = min(M, start + BLOCK);
    for (let at = 0; at < padded; at += 16) {
      let weight = f32x4.splat(0);
      let bias = weight;
      for (let m = start; m < end; m++) {
        const d = v128.load(dy + m * row + at);
        const centred = f32x4.sub(v128.load(x + m * row + at), v128.load32_splat(stats + (m << 3)));
        weight = fma(weight, d, f32x4.mul(centred, v128.load32_splat(stats + (m << 3), 4)));
        bias = f32x4.add(bias, d);
      }
      v128.store(weights + at, f32x4.add(v128.load(weights + at), weight));
      v128.store(biases + at, f32x4.add(v128.load(biases + at), bias));
    }
  }
  memory.copy(dWeight, weights, row);
  memory.copy(dBias, biases, row);
}
