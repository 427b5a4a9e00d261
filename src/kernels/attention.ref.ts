import type { Arrays, Dims } from './reference.ts';

type Shape = Dims<'attention'>;

/** The channels of head h in position t of row b: q, k or v (third 0, 1 or 2) of qkv or dqkv (B, T, 3C). */
function head(qkv: Float64Array, { T, C, H }: Shape, b: number, t: number, h: number, third: 0 | 1 | 2) {
  const start = (b * T + t) * 3 * C + third * C + h * (C / H);
  return qkv.subarray(start, start + C / H);
}

/** The channels of head h in position t of row b of y or dy (B, T, C). */
function headOf(y: Float64Array, { T, C, H }: Shape, b: number, t: number, h: number) {
  const start = (b * T + t) * C + h * (C / H);
  return y.subarray(start, start + C / H);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** y += scale·x */
function addScaled(y: Float64Array, scale: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] += scale * x[i];
}

function eachHead({ B, T, H }: Shape, visit: (b: number, h: number, t: number, row: number) => void): void {
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++) for (let t = 0; t < T; t++) visit(b, h, t, (b * H + h) * T + t);
}

/** log Σ exp(scores), without overflow. */
function logSumExp(scores: readonly number[]): number {
  const max = Math.max(...scores);
  return max + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - max), 0));
}

export function attention(a: Arrays<'attention'>, d: Shape): void {
  const scale = 1 / Math.sqrt(d.C / d.H);
  eachHead(d, (b, h, t, row) => {
    const query = head(a.qkv, d, b, t, h, 0);
    const scores: number[] = [];
    for (let s = 0; s <= t; s++) scores.push(dot(query, head(a.qkv, d, b, s, h, 1)) * scale);
    a.lse[row] = logSumExp(scores);
    const y = headOf(a.y, d, b, t, h).fill(0);
    for (let s = 0; s <= t; s++) addScaled(y, Math.exp(scores[s] - a.lse[row]), head(a.qkv, d, b, s, h, 2));
  });
}

/** dq = scale·Σₛ p·(dy·v − rowDot)·k, p = exp(scale·q·k − lse): Dao et al. 2022, algorithm 4. */
export function attentionBackwardQ(a: Arrays<'attention-backward-q'>, d: Shape): void {
  const scale = 1 / Math.sqrt(d.C / d.H);
  eachHead(d, (b, h, t, row) => {
    const query = head(a.qkv, d, b, t, h, 0);
    const dy = headOf(a.dy, d, b, t, h);
    a.rowDot[row] = dot(dy, headOf(a.y, d, b, t, h));
    const dQuery = head(a.dqkv, d, b, t, h, 0).fill(0);
    for (let s = 0; s <= t; s++) {
      const key = head(a.qkv, d, b, s, h, 1);
      const p = Math.exp(dot(query, key) * scale - a.lse[row]);
      addScaled(dQuery, scale * p * (dot(dy, head(a.qkv, d, b, s, h, 2)) - a.rowDot[row]), key);
    }
  });
}

/** dv = Σₜ p·dy and dk = scale·Σₜ p·(dy·v − rowDot)·q over the queries t ≥ s. */
export function attentionBackwardKv(a: Arrays<'attention-backward-kv'>, d: Shape): void {
  const scale = 1 / Math.sqrt(d.C / d.H);
  eachHead(d, (b, h, s) => {
    const key = head(a.qkv, d, b, s, h, 1);
    const value = head(a.qkv, d, b, s, h, 2);
    const dKey = head(a.dqkv, d, b, s, h, 1).fill(0);
    const dValue = head(a.dqkv, d, b, s, h, 2).fill(0);
    for (let t = s; t < d.T; t++) {
      const row = (b * d.H + h) * d.T + t;
      const query = head(a.qkv, d, b, t, h, 0);
      const dy = headOf(a.dy, d, b, t, h);
      const p = Math.exp(dot(query, key) * scale - a.lse[row]);
      addScaled(dValue, p, dy);
      addScaled(dKey, scale * p * (dot(dy, value) - a.rowDot[row]), query);
    }
  });
}

export function attentionDecode(a: Arrays<'attention-decode'>, d: Dims<'attention-decode'>): void {
  const { B, T, C, H } = d;
  const size = C / H;
  for (let b = 0; b < B; b++) {
    const t = a.positions[b];
    const [query, key, value] = [0, 1, 2].map((i) => a.qkv.subarray((3 * b + i) * C, (3 * b + i + 1) * C));
    a.keyCache.set(key, (b * T + t) * C);
    a.valueCache.set(value, (b * T + t) * C);
    for (let h = 0; h < H; h++) {
      const q = query.subarray(h * size, (h + 1) * size);
      const scores: number[] = [];
      for (let s = 0; s <= t; s++) scores.push(dot(q, headOf(a.keyCache, d, b, s, h)) / Math.sqrt(size));
      const lse = logSumExp(scores);
      const y = a.y.subarray(b * C + h * size, b * C + (h + 1) * size).fill(0);
      for (let s = 0; s <= t; s++) addScaled(y, Math.exp(scores[s] - lse), headOf(a.valueCache, d, b, s, h));
    }
  }
}
