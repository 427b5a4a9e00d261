import { NONE, type KernelName } from '../catalogue.ts';
import { attention } from '../attention.ref.ts';
import { layerNorm } from '../layer-norm.ref.ts';
import type { Case, Inputs } from './run-case.ts';
import { seeded, type Seeded } from './seeded.ts';

type Dims = Readonly<Record<string, number>>;

function about(dims: Dims): string {
  return Object.entries(dims)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function at(kernel: KernelName, dims: Dims, inputs: (random: Seeded) => Inputs, note = '', slack = 1): Case {
  return {
    kernel,
    dims,
    slack,
    about: about(dims) + (note && `: ${note}`),
    inputs: () => inputs(seeded(kernel.length + dims[Object.keys(dims)[0]])),
  };
}

const embeddings = [
  { M: 1, V: 1, T: 1, C: 1 },
  { M: 67, V: 7, T: 9, C: 5 },
  { M: 300, V: 120, T: 80, C: 33 },
  { M: 64 * 72, V: 120, T: 80, C: 32 },
].flatMap(({ M, V, T, C }) => [
  at('embedding', { M, V, T, C }, (random) => ({
    tokens: random.integers(M, V),
    positions: random.integers(M, T),
    tokenTable: random.normals(V * C),
    positionTable: random.normals(T * C),
  })),
  at('embedding-backward', { M, V, T, C }, (random) => ({
    tokens: random.integers(M, V),
    positions: random.integers(M, T),
    dx: random.normals(M * C),
  })),
  at(
    'embedding-backward',
    { M, V, T, C },
    (random) => ({
      tokens: new Uint32Array(M).fill(V - 1),
      positions: new Uint32Array(M).fill(T - 1),
      dx: random.normals(M * C),
    }),
    'all ids equal',
  ),
]);

function normInputs(random: Seeded, M: number, C: number, x: Float32Array): Inputs {
  const weight = random.normals(C);
  const bias = random.normals(C);
  const stats = new Float64Array(2 * M);
  const y = new Float64Array(M * C);
  const doubles = {
    x: Float64Array.from(x),
    weight: Float64Array.from(weight),
    bias: Float64Array.from(bias),
  };
  layerNorm({ ...doubles, y, stats }, { M, C });
  return {
    x,
    weight,
    bias,
    stats: Float32Array.from(stats),
    dy: random.normals(M * C),
    dx: random.normals(M * C),
  };
}

function pick(inputs: Inputs, ...names: string[]): Inputs {
  return Object.fromEntries(names.map((name) => [name, inputs[name]]));
}

function norms(
  M: number,
  C: number,
  note: string,
  slack: number,
  xOf: (random: Seeded) => Float32Array,
): Case[] {
  const some =
    (...names: string[]) =>
    (random: Seeded) =>
      pick(normInputs(random, M, C, xOf(random)), ...names);
  const backward = some('dy', 'x', 'stats', 'weight', 'dx');
  // Of a single channel nothing is left but what rounding takes from dy·weight, times rstd, which is 316: 2.1e-6 here, where a GPU subtracts
  // from the product before it is rounded, else 0.
  const rounding = C === 1 ? 30 : 1;
  return [
    at('layer-norm', { M, C }, some('x', 'weight', 'bias'), note, slack),
    at('layer-norm-backward', { M, C, accumulate: 0 }, backward, note, rounding),
    at('layer-norm-backward', { M, C, accumulate: 1 }, backward, note, rounding),
  ];
}

const layerNorms = [
  ...[
    [1, 1],
    [1, 32],
    [67, 5],
    [300, 33],
    [64 * 72, 32],
    [300, 64],
  ].flatMap(([M, C]) => norms(M, C, '', 1, (random) => random.normals(M * C, 2, 0.5))),
  // The mean is subtracted before squaring; what is lost then is the rounding of the mean itself.
  ...norms(67, 32, 'far from zero', 30, (random) => random.normals(67 * 32, 1, 1000)),
  ...norms(67, 32, 'all equal', 30, () => new Float32Array(67 * 32).fill(3.3)),
];

const SHAPES: readonly (readonly [M: number, K: number, N: number])[] = [
  [1, 1, 1],
  [3, 5, 7],
  [2, 4, 8],
  [67, 33, 65],
  [130, 31, 129],
  [300, 32, 1],
  [64, 32, 96],
  [256, 32, 128],
  [257, 128, 32],
  [64 * 72, 32, 96],
  [64 * 72, 32, 32],
  [64 * 72, 32, 128],
  [64 * 72, 128, 32],
];

function matmuls(M: number, K: number, N: number, scale: number, note: string): Case[] {
  const forward = (random: Seeded) => ({
    x: random.normals(M * K, scale),
    w: random.normals(K * N, 1 / Math.sqrt(K)),
    bias: random.normals(N),
  });
  const backward = (random: Seeded) => {
    const { x, w } = forward(random);
    return { x, w, dy: random.normals(M * N) };
  };
  const dims = { M, K, N };
  return [
    at('matmul', dims, forward, note),
    at('matmul-gelu', dims, forward, note),
    at('matmul-residual', dims, (r) => ({ ...forward(r), residual: r.normals(M * N) }), note),
    at('matmul-backward', dims, backward, note),
    at('matmul-backward-gelu', dims, (r) => ({ ...backward(r), pre: r.normals(M * K, scale) }), note),
  ];
}

interface AttentionDims {
  M: number;
  T: number;
  C: number;
  H: number;
  [dim: string]: number;
}

/** Positions of sequences of 1 to T tokens that fill M; all of T where M is their multiple and `isDense`. */
function positionsOf(random: Seeded, { M, T }: AttentionDims, isDense: boolean): Uint32Array {
  const positions = new Uint32Array(M);
  for (let m = 0; m < M;) {
    const length = isDense ? T : 1 + random.integers(1, T)[0];
    for (let t = 0; t < length && m < M; t++) positions[m++] = t;
  }
  return positions;
}

/** qkv, what the forward makes of it, and a gradient. */
function attentionInputs(random: Seeded, d: AttentionDims, scale: number, isDense: boolean): Inputs {
  const { M, C, H } = d;
  const positions = positionsOf(random, d, isDense);
  const qkv = random.normals(M * 3 * C, scale);
  const dy = random.normals(M * C);
  const doubles = { positions, qkv: Float64Array.from(qkv), dy: Float64Array.from(dy) };
  const y = new Float64Array(M * C);
  const lse = new Float64Array(H * M);
  attention({ ...doubles, y, lse }, d);
  return {
    qkv,
    positions,
    dy,
    y: Float32Array.from(y),
    lse: Float32Array.from(lse),
  };
}

function attentions(d: AttentionDims, { scale = 1, note = '', slack = 1, isDense = false } = {}): Case[] {
  const some =
    (...names: string[]) =>
    (random: Seeded) =>
      pick(attentionInputs(random, d, scale, isDense), ...names);
  return [
    at('attention', d, some('qkv', 'positions'), note, slack),
    at('attention-backward', d, some('qkv', 'positions', 'y', 'lse', 'dy'), note, slack),
  ];
}

function decodings(B: number, T: number, C: number, H: number, scale = 1, note = '', slack = 1): Case[] {
  return [0, Math.floor(T / 2), T - 1].map((t) =>
    at(
      'attention-decode',
      { B, T, C, H },
      (random) => ({
        qkv: random.normals(B * 3 * C, scale),
        // Neighbours are apart in time, and not in the order of their rows.
        positions: Uint32Array.from({ length: B }, (_, b) => (t + b) % T),
        rows: Uint32Array.from({ length: B }, (_, b) => B - 1 - b),
        cache: random.normals(B * T * 3 * C, scale),
      }),
      `${note} at ${t}`,
      slack,
    ),
  );
}

const gathers = [
  { M: 1, R: 1, C: 1 },
  { M: 5, R: 67, C: 33 },
  { M: 64 * 72, R: 64 * 40, C: 32 },
].map(({ M, R, C }) =>
  at('gather', { M, R, C }, (random) => ({
    x: random.normals(R * C),
    // One more than there are rows stands for none.
    rows: random.integers(M, R + 1).map((row) => (row === R ? NONE : row)),
  })),
);

export const layerCases: readonly Case[] = [
  ...embeddings,
  ...layerNorms,
  ...SHAPES.flatMap(([M, K, N]) => matmuls(M, K, N, 1, '')),
  ...matmuls(67, 32, 33, 1000, 'inputs of a thousand'),
  ...gathers,
  ...attentions({ M: 1, T: 1, C: 1, H: 1 }),
  ...attentions({ M: 10, T: 5, C: 6, H: 2 }),
  // One head: what is kept per head and position lies at the same places where fewer positions are live.
  ...attentions({ M: 70, T: 9, C: 12, H: 1 }),
  ...attentions({ M: 111, T: 37, C: 20, H: 4 }, { isDense: true }),
  ...attentions({ M: 134, T: 67, C: 32, H: 2 }),
  ...attentions({ M: 64 * 72, T: 72, C: 32, H: 4 }, { isDense: true }),
  ...attentions({ M: 3_000, T: 72, C: 32, H: 4 }),
  // Scores of thousands carry an absolute error of their own last bit, which exp turns into a relative one.
  ...attentions({ M: 38, T: 19, C: 16, H: 2 }, { scale: 40, note: 'scores of thousands', slack: 300 }),
  ...decodings(1, 1, 1, 1),
  ...decodings(3, 37, 20, 4),
  ...decodings(2, 67, 32, 2),
  ...decodings(64, 72, 32, 4),
  ...decodings(2, 19, 16, 2, 40, 'scores of thousands', 300),
];
