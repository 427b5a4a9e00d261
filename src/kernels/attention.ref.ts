import type { Arrays, Dims } from './reference.ts';

type Shape = Dims<'attention'>;
type Heads = Pick<Shape, 'C' | 'H'>;

/** The channels of head h in position m: q, k or v (third 0, 1 or 2) of qkv or dqkv (M, 3C). */
function head(qkv: Float64Array, { C, H }: Heads, m: number, h: number, third: 0 | 1 | 2) {
  const start = m * 3 * C + third * C + h * (C / H);
  return qkv.subarray(start, start + C / H);
}

/** The channels of head h in position m of y or dy (M, C). */
function headOf(y: Float64Array, { C, H }: Heads, m: number, h: number) {
  const start = m * C + h * (C / H);
  return y.subarray(start, start + C / H);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** y += scale·x */
function addScaled(y: Float64Array, scale: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] += scale * x[i];
}

/** Every head of every position, with the positions from the first to past the last of its sequence. */
function eachHead(
  positions: Uint32Array,
  { M, H }: Shape,
  visit: (m: number, h: number, place: number, first: number, end: number) => void,
): void {
  for (let first = 0; first < M;) {
    let end = first + 1;
    while (end < M && positions[end] > 0) end++;
    for (let h = 0; h < H; h++) for (let m = first; m < end; m++) visit(m, h, h * M + m, first, end);
    first = end;
  }
}

/** log Σ exp(scores), without overflow. */
function logSumExp(scores: readonly number[]): number {
  const max = Math.max(...scores);
  return max + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - max), 0));
}

export function attention(a: Arrays<'attention'>, d: Shape): void {
  const scale = 1 / Math.sqrt(d.C / d.H);
  eachHead(a.positions, d, (m, h, place, first) => {
    const query = head(a.qkv, d, m, h, 0);
    const scores: number[] = [];
    for (let s = first; s <= m; s++) scores.push(dot(query, head(a.qkv, d, s, h, 1)) * scale);
    a.lse[place] = logSumExp(scores);
    const y = headOf(a.y, d, m, h).fill(0);
    for (let s = first; s <= m; s++)
      addScaled(y, Math.exp(scores[s - first] - a.lse[place]), head(a.qkv, d, s, h, 2));
  });
}

/**
 * dq = scale·Σₛ p·(dy·v − inner)·k over the keys s ≤ t of a query t, p = exp(scale·q·k − lse), inner = dy·y; dk = scale·Σₜ p·(dy·v −
 * inner)·q and dv = Σₜ p·dy over the queries t ≥ s of a key s: Dao et al. 2022, algorithm 4.
 */
export function attentionBackward(a: Arrays<'attention-backward'>, d: Shape): void {
  const scale = 1 / Math.sqrt(d.C / d.H);
  for (let m = 0; m < d.M; m++) a.dqkv.fill(0, 3 * m * d.C, 3 * (m + 1) * d.C);
  eachHead(a.positions, d, (t, h, place, first) => {
    const query = head(a.qkv, d, t, h, 0);
    const dy = headOf(a.dy, d, t, h);
    const inner = dot(dy, headOf(a.y, d, t, h));
    for (let s = first; s <= t; s++) {
      const key = head(a.qkv, d, s, h, 1);
      const p = Math.exp(dot(query, key) * scale - a.lse[place]);
      const slope = scale * p * (dot(dy, head(a.qkv, d, s, h, 2)) - inner);
      addScaled(head(a.dqkv, d, t, h, 0), slope, key);
      addScaled(head(a.dqkv, d, s, h, 1), slope, query);
      addScaled(head(a.dqkv, d, s, h, 2), p, dy);
    }
  });
}

export function attentionDecode(a: Arrays<'attention-decode'>, d: Dims<'attention-decode'>): void {
  const { B, T, C, H } = d;
  const scale = 1 / Math.sqrt(C / H);
  for (let b = 0; b < B; b++) {
    const t = a.positions[b];
    const row = a.rows[b] * T;
    a.cache.set(a.qkv.subarray((3 * b + 1) * C, (3 * b + 3) * C), (3 * (row + t) + 1) * C);
    for (let h = 0; h < H; h++) {
      const query = head(a.qkv, d, b, h, 0);
      const scores: number[] = [];
      for (let s = 0; s <= t; s++) scores.push(dot(query, head(a.cache, d, row + s, h, 1)) * scale);
      const lse = logSumExp(scores);
      const y = headOf(a.y, d, b, h).fill(0);
      for (let s = 0; s <= t; s++) addScaled(y, Math.exp(scores[s] - lse), head(a.cache, d, row + s, h, 2));
    }
  }
}
