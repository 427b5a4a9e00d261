import { fma, lanes, log4 } from './vector.as.ts';

/** Where the words of four counters are left. */
const WORDS = memory.data(64, 16);

// @inline
function lowWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @inline
function highWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** Philox4x32-10 of the counters (c0 … c0 + 3, c1, c2, c3), one in each lane: four words for each go to WORDS. */
function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  const A = i32x4.splat(0xd2511f53);
  const B = i32x4.splat(0xcd9e8d57);
  let x0 = i32x4.add(i32x4.splat(c0), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(c1);
  let x2 = i32x4.splat(c2);
  let x3 = i32x4.splat(c3);
  let key0 = i32x4.splat(k0);
  let key1 = i32x4.splat(k1);
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(x0, A);
    const aa = i64x2.extmul_high_i32x4_u(x0, A);
    const b = i64x2.extmul_low_i32x4_u(x2, B);
    const bb = i64x2.extmul_high_i32x4_u(x2, B);
    x0 = v128.xor(v128.xor(highWords(b, bb), x1), key0);
    x1 = lowWords(b, bb);
    x2 = v128.xor(v128.xor(highWords(a, aa), x3), key1);
    x3 = lowWords(a, aa);
    key0 = i32x4.add(key0, i32x4.splat(0x9e3779b9));
    key1 = i32x4.add(key1, i32x4.splat(0xbb67ae85));
  }
  const l01 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
  const l23 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
  const h01 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
  const h23 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
  v128.store(WORDS, v128.shuffle<i32>(l01, l23, 0, 1, 4, 5));
  v128.store(WORDS, v128.shuffle<i32>(l01, l23, 2, 3, 6, 7), 16);
  v128.store(WORDS, v128.shuffle<i32>(h01, h23, 0, 1, 4, 5), 32);
  v128.store(WORDS, v128.shuffle<i32>(h01, h23, 2, 3, 6, 7), 48);
}

const HALF = memory.data<f32>([0.5]);
const SCALE = memory.data<f32>([2.3283064365386963e-10]);
const LEAST = memory.data<f32>([1.1641532182693481e-10]);
const MOST = memory.data<f32>([0.9999999403953552]);

/** −log(−log u) of uniform numbers made from random words. */
// @inline
function gumbel(words: v128): v128 {
  let u = f32x4.add(f32x4.convert_i32x4_u(words), v128.load32_splat(HALF));
  u = f32x4.mul(u, v128.load32_splat(SCALE));
  u = f32x4.pmin(f32x4.pmax(u, v128.load32_splat(LEAST)), v128.load32_splat(MOST));
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
    if ((v & 15) == 0) philox(v >> 2, t, row, rollout, key0, key1);
    const noise = gumbel(v128.load(WORDS + ((v & 15) << 2)));
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
