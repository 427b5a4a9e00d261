import { fma, lanes, log4 } from './vector.as.ts';

/** Four random words for one counter: Philox4x32-10. */
function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): v128 {
  for (let round = 0; round < 10; round++) {
    const a: u64 = (c0 as u64) * 0xd2511f53;
    const b: u64 = (c2 as u64) * 0xcd9e8d57;
    c0 = ((b >> 32) as u32) ^ c1 ^ k0;
    c1 = b as u32;
    c2 = ((a >> 32) as u32) ^ c3 ^ k1;
    c3 = a as u32;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  let words = i32x4.splat(c0);
  words = i32x4.replace_lane(words, 1, c1);
  words = i32x4.replace_lane(words, 2, c2);
  return i32x4.replace_lane(words, 3, c3);
}

/** −log(−log u) of uniform numbers made from random words. */
// @inline
function gumbel(words: v128): v128 {
  const half = f32x4.splat(0.5);
  let u = f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(words), half), f32x4.splat(2.3283064365386963e-10));
  u = f32x4.pmin(f32x4.pmax(u, f32x4.splat(1.1641532182693481e-10)), f32x4.splat(0.9999999403953552));
  return f32x4.neg(log4(f32x4.neg(log4(u))));
}

/** The lowest v < V with the largest logits[v]/τ + Gumbel. */
function draw(logits: usize, V: i32, inverseTemperature: f32, t: u32, row: u32, rng: usize): u32 {
  const key0 = load<u32>(rng);
  const key1 = load<u32>(rng, 4);
  const rollout = load<u32>(rng, 12);
  let best = f32x4.splat(-f32.MAX_VALUE);
  let bestAt = i32x4.splat(0);
  for (let v = 0; v < V; v += 4) {
    const noise = gumbel(philox(v >> 2, t, row, rollout, key0, key1));
    const score = fma(noise, v128.load(logits + (v << 2)), f32x4.splat(inverseTemperature));
    const better = v128.and(f32x4.gt(score, best), lanes(V - v));
    best = v128.bitselect(score, best, better);
    bestAt = v128.bitselect(i32x4.splat(v), bestAt, better);
  }
  bestAt = i32x4.add(bestAt, i32x4(0, 1, 2, 3));
  let top = f32x4.extract_lane(best, 0);
  let at = i32x4.extract_lane(bestAt, 0);
  for (let lane = 1; lane < 4; lane++) {
    best = v128.shuffle<f32>(best, best, 1, 2, 3, 0);
    bestAt = v128.shuffle<i32>(bestAt, bestAt, 1, 2, 3, 0);
    const score = f32x4.extract_lane(best, 0);
    const place = i32x4.extract_lane(bestAt, 0);
    if (score > top || (score == top && place < at)) {
      top = score;
      at = place;
    }
  }
  return at;
}

export function sample(
  logits: usize,
  positions: usize,
  rows: usize,
  current: usize,
  rng: usize,
  knobs: usize,
  next: usize,
  B: i32,
  V: i32,
  N: i32,
  end: u32,
): void {
  const inverseTemperature: f32 = 1 / load<f32>(knobs);
  const firstRow = load<u32>(rng, 8);
  for (let b = 0; b < B; b++, logits += N << 2) {
    const at = b << 2;
    let token = end;
    if (load<u32>(current + at) != end) {
      const row = firstRow + load<u32>(rows + at);
      token = draw(logits, V, inverseTemperature, load<u32>(positions + at), row, rng);
    }
    store<u32>(next + at, token);
  }
}
