import { attentionDecode } from './attention.ref.ts';
import { embedding } from './embedding.ref.ts';
import { layerNorm } from './layer-norm.ref.ts';
import { matmul, matmulGelu, matmulResidual } from './matmul.ref.ts';
import type { Arrays, Dims } from './reference.ts';
import { sample } from './sample.ref.ts';

/** Elements between the starts of an arena's tensors are multiples of this. */
const ALIGNMENT = 64;

/** The ops that it stands for, one after the other. */
export function decode(a: Arrays<'decode'>, d: Dims<'decode'>): void {
  const { B, ROWS, T, C, H, V, N, layers, end } = d;
  let at = 0;
  const tensor = (length: number) => {
    const found = a.parameters.subarray(at, at + length);
    at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    return found;
  };
  const rows = (columns: number) => new Float64Array(B * columns);
  const norm = (x: Float64Array) => {
    const y = rows(C);
    layerNorm({ x, weight: tensor(C), bias: tensor(C), y, stats: rows(2) }, { M: B, C });
    return y;
  };
  const weights = (K: number, columns: number) => ({ w: tensor(K * columns), bias: tensor(columns) });

  const { positions } = a;
  let x = rows(C);
  const tables = { tokenTable: tensor(V * C), positionTable: tensor(T * C) };
  embedding({ tokens: a.ids, positions, ...tables, x }, { M: B, V, T, C });
  for (let layer = 0; layer < layers; layer++) {
    const qkv = rows(3 * C);
    matmul({ x: norm(x), ...weights(C, 3 * C), y: qkv }, { M: B, K: C, N: 3 * C });
    const cache = a.cache.subarray(layer * ROWS * T * 3 * C, (layer + 1) * ROWS * T * 3 * C);
    const attended = rows(C);
    // A row that has ended leaves its cache as it is.
    for (let b = 0; b < B; b++) {
      if (a.ids[b] === end) continue;
      const one = {
        qkv: qkv.subarray(b * 3 * C, (b + 1) * 3 * C),
        positions: positions.subarray(b, b + 1),
        rows: a.rows.subarray(b, b + 1),
        cache,
        y: attended.subarray(b * C, (b + 1) * C),
      };
      attentionDecode(one, { B: 1, T, C, H });
    }
    const middle = rows(C);
    const projection = { x: attended, ...weights(C, C), residual: x, y: middle };
    matmulResidual(projection, { M: B, K: C, N: C });
    const [pre, act] = [rows(4 * C), rows(4 * C)];
    matmulGelu({ x: norm(middle), ...weights(C, 4 * C), pre, y: act }, { M: B, K: C, N: 4 * C });
    x = rows(C);
    matmulResidual({ x: act, ...weights(4 * C, C), residual: middle, y: x }, { M: B, K: 4 * C, N: C });
  }
  const logits = rows(N);
  matmul({ x: norm(x), ...weights(C, N), y: logits }, { M: B, K: C, N });
  const [current, next] = [a.ids.subarray(0, B), a.ids.subarray(ROWS, ROWS + B)];
  const { rng, knobs } = a;
  sample({ logits, positions, rows: a.rows, current, rng, knobs, next }, { B, V, N, end });
}
