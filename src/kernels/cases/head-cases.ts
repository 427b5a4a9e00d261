import { knobCount, knobIndex, type KernelName } from '../catalogue.ts';
import type { Case, Inputs } from './run-case.ts';
import { seeded, type Seeded } from './seeded.ts';

type Knobs = Partial<Record<keyof typeof knobIndex, number>>;

/** A clip range that clips nothing. */
const UNREACHED = 1e30;

/** The `knobs` slot with defaults that leave no term out. */
export function knobs(values: Knobs = {}): Float32Array {
  const all: Knobs = {
    temperature: 0.8,
    clipRange: 0.2,
    valueClipRange: 0.3,
    entropyCoef: 0.01,
    inverseCount: 1 / 64,
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    weightDecay: 0.01,
    maxGradNorm: 1,
    correction1: 1 / (1 - 0.9 ** 3),
    correction2: 1 / (1 - 0.98 ** 3),
    ...values,
  };
  const data = new Float32Array(knobCount);
  for (const [name, index] of Object.entries(knobIndex)) data[index] = all[name as keyof Knobs] ?? 0;
  return data;
}

function at(
  kernel: KernelName,
  dims: Readonly<Record<string, number>>,
  note: string,
  inputs: (random: Seeded) => Inputs,
  slack = 1,
): Case {
  const sizes = Object.entries(dims).map(([name, value]) => `${name} ${value}`);
  return {
    kernel,
    dims,
    slack,
    about: `${sizes.join(', ')}: ${note}`,
    inputs: () => inputs(seeded(kernel.length * 31 + dims[Object.keys(dims)[0]])),
  };
}

type LogitsOf = (random: Seeded, rows: number, columns: number) => Float32Array;

const ordinary: LogitsOf = (random, rows, columns) => random.normals(rows * columns, 2);
const thousands: LogitsOf = (random, rows, columns) =>
  random.normals(rows * columns).map((x) => (x > 0 ? 1000 : -1000));
const allEqual: LogitsOf = (_, rows, columns) => new Float32Array(rows * columns).fill(2.5);

/** log-prob, ppo-head and cross-entropy over the same logits. */
function heads(M: number, V: number, N: number, note: string, logitsOf: LogitsOf, share = 0.7): Case[] {
  const common = (random: Seeded) => ({
    logits: logitsOf(random, M, N),
    targets: random.integers(M, V),
    mask: random.mask(M, share),
  });
  const old = (random: Seeded) => {
    const data = new Float32Array(2 * M);
    for (let m = 0; m < M; m++) {
      const [spread, advantage] = random.normals(2);
      data.set([-Math.log(V) - 1 + spread, advantage], 2 * m);
    }
    return data;
  };
  const dims = { M, V, N };
  return [
    at('log-prob', dims, note, (random) => ({ ...common(random), knobs: knobs() })),
    at('ppo-head', dims, note, (random) => ({ ...common(random), old: old(random), knobs: knobs() })),
    at('ppo-head', dims, `${note}, τ = 1.7, no entropy bonus, no clip`, (random) => ({
      ...common(random),
      old: old(random),
      knobs: knobs({ temperature: 1.7, entropyCoef: 0, clipRange: UNREACHED }),
    })),
    at('cross-entropy', dims, note, (random) => ({ ...common(random), knobs: knobs() })),
  ];
}

function values(M: number, N: number, note: string): Case {
  return at('value-head', { M, N }, note, (random) => ({
    values: random.normals(M * N),
    old: random.normals(2 * M),
    knobs: knobs(),
  }));
}

function samples(B: number, V: number, N: number, note: string, logitsOf: LogitsOf, temperature = 0.9): Case {
  return at('sample', { B, V, N, end: 1 }, note, (random) => ({
    logits: logitsOf(random, B, N),
    positions: random.integers(B, 80),
    rows: random.integers(B, 1000),
    current: random.integers(B, 4),
    rng: random.integers(4, 2 ** 32),
    knobs: knobs({ temperature }),
  }));
}

function pairs(M: number, N: number, P: number, scale: number, note: string): Case {
  return at('bradley-terry', { M, N, P }, note, (random) => {
    const order = Uint32Array.from({ length: M }, (_, m) => (m * 7 + 3) % M);
    // The last pair is padding: twice the same position.
    const named = Array.from({ length: 2 * P }, (_, i) => (i >= 2 * P - 2 && P > 1 ? 0 : order[i]));
    return { scores: random.normals(M * N, scale), pairs: Uint32Array.from(named), knobs: knobs() };
  });
}

const reductions: Case[] = [
  ...[
    [1, 1],
    [67, 5],
    [300, 64],
    [4608, 8],
    [4609, 33],
  ].map(([M, N]) => at('column-sum', { M, N }, 'mixed signs', (random) => ({ x: random.normals(M * N) }))),
  at('column-sum', { M: 5000, N: 3 }, 'far from zero', (random) => ({ x: random.normals(15000, 1, 1000) })),
  ...[
    [1, 1],
    [67, 5],
    [300, 7],
    [3, 5],
    [35_001, 64],
    [35_840, 256],
  ].map(([L, G]) => at('square-partials', { L, G }, 'ordinary', (random) => ({ x: random.normals(L) }))),
];

function adamws(L: number, norm: number, note: string, values: Knobs = {}): Case {
  return at('adamw', { L }, note, (random) => ({
    parameters: random.normals(L),
    gradients: random.normals(L, 0.1),
    firstMoment: random.normals(L, 0.1),
    secondMoment: random.normals(L, 0.1).map((x) => x * x),
    norm: new Float32Array([norm]),
    knobs: knobs(values),
  }));
}

/** Rows that decode a token at positions of their own; every fifth has ended. */
function decodes(ROWS: number, T: number, C: number, H: number, V: number, layers: number): Case {
  const padded = (length: number) => Math.ceil(length / 64) * 64;
  const N = Math.ceil((V + 1) / 8) * 8;
  const block = [C, C, 3 * C * C, 3 * C, C * C, C, C, C, 4 * C * C, 4 * C, 4 * C * C, C];
  const lengths = [V * C, T * C, ...Array.from({ length: layers }, () => block).flat(), C, C, C * N, N];
  const P = lengths.reduce((sum, length) => sum + padded(length), 0);
  const end = 0;
  return at('decode', { B: ROWS, ROWS, T, C, H, V, N, P, layers, end }, 'ordinary', (random) => ({
    ids: Uint32Array.from(random.integers(2 * ROWS, V), (id, b) => (b % 5 === 4 ? end : id)),
    positions: Uint32Array.from({ length: ROWS }, (_, b) => (3 * b) % T),
    rows: Uint32Array.from({ length: ROWS }, (_, b) => ROWS - 1 - b),
    parameters: random.normals(P, 1 / Math.sqrt(C)),
    cache: random.normals(layers * ROWS * T * 3 * C),
    rng: Uint32Array.of(1, 2, 3, 4),
    knobs: knobs(),
  }));
}

export const headCases: readonly Case[] = [
  ...heads(1, 1, 2, 'one', ordinary, 1),
  ...heads(67, 5, 7, 'odd', ordinary),
  ...heads(300, 97, 99, 'odd', ordinary),
  ...heads(64 * 72, 120, 128, 'real', ordinary, 0.6),
  ...heads(67, 121, 128, 'logits of a thousand', thousands),
  ...heads(67, 120, 128, 'logits all equal', allEqual),
  ...heads(67, 120, 128, 'all masked', ordinary, 0),
  values(1, 1, 'one'),
  values(67, 3, 'odd'),
  values(64 * 72, 1, 'real'),
  samples(1, 1, 2, 'one', ordinary),
  samples(67, 5, 7, 'odd', ordinary),
  samples(64, 120, 128, 'real', ordinary),
  samples(256, 121, 128, 'real', ordinary, 1),
  samples(67, 97, 99, 'logits of a thousand', thousands),
  samples(300, 120, 128, 'logits all equal', allEqual),
  decodes(1, 1, 4, 1, 3, 1),
  decodes(5, 9, 12, 3, 11, 3),
  decodes(70, 64, 32, 4, 109, 2),
  pairs(2, 1, 1, 1, 'one pair'),
  pairs(67, 3, 30, 2, 'odd'),
  pairs(64 * 72, 1, 32, 1, 'real'),
  pairs(300, 1, 100, 1000, 'scores of a thousand'),
  ...reductions,
  adamws(1, 0.01, 'not clipped'),
  adamws(67, 4, 'clipped'),
  adamws(300, 0, 'norm zero'),
  adamws(35_001, 350, 'real', { weightDecay: 0 }),
];
