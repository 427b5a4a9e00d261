import adamw from './adamw.wgsl?raw';
import attentionBackwardKv from './attention-backward-kv.wgsl?raw';
import attentionBackwardQ from './attention-backward-q.wgsl?raw';
import attentionDecode from './attention-decode.wgsl?raw';
import attention from './attention.wgsl?raw';
import bradleyTerryGradient from './bradley-terry-gradient.wgsl?raw';
import bradleyTerry from './bradley-terry.wgsl?raw';
import type { DimName, KernelName } from './catalogue.ts';
import columnSum from './column-sum.wgsl?raw';
import crossEntropy from './cross-entropy.wgsl?raw';
import embeddingBackward from './embedding-backward.wgsl?raw';
import embedding from './embedding.wgsl?raw';
import gather from './gather.wgsl?raw';
import gelu from './gelu.wgsl?raw';
import layerNormBackward from './layer-norm-backward.wgsl?raw';
import layerNormGrad from './layer-norm-grad.wgsl?raw';
import layerNorm from './layer-norm.wgsl?raw';
import logProb from './log-prob.wgsl?raw';
import matmulBackwardW from './matmul-backward-w.wgsl?raw';
import matmulBackwardXGelu from './matmul-backward-x-gelu.wgsl?raw';
import matmulBackwardX from './matmul-backward-x.wgsl?raw';
import matmulGelu from './matmul-gelu.wgsl?raw';
import matmulResidual from './matmul-residual.wgsl?raw';
import matmulTile from './matmul-tile.wgsl?raw';
import matmulTransposedTile from './matmul-transposed-tile.wgsl?raw';
import matmul from './matmul.wgsl?raw';
import philox from './philox.wgsl?raw';
import ppoHead from './ppo-head.wgsl?raw';
import sample from './sample.wgsl?raw';
import softmaxRow from './softmax-row.wgsl?raw';
import squarePartials from './square-partials.wgsl?raw';
import sumPartials from './sum-partials.wgsl?raw';

/** One dispatch of a kernel. */
export interface Pass {
  /** The kernel's own text, then the snippets it calls. */
  readonly code: readonly string[];
  /** Invocations. */
  readonly threads: number;
  /** Constants besides the kernel's dimensions; they win over those of the same name. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Whether cells are vec4f: every row of a binding of cells is then a multiple of 4 elements. */
  readonly isWide?: boolean;
  /** The op's binding (or `scratch`) behind a name that the text declares, where the two differ. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** How WebGPU runs a kernel of certain dimensions: dispatches in order, over scratch of so many f32. */
export interface Program {
  readonly passes: readonly Pass[];
  readonly scratch: number;
}

type Dims<K extends KernelName> = Readonly<Record<DimName<K>, number>>;

/** Threads of work that keep a GPU busy: a sum over many rows is split until about so many run at once. */
const ENOUGH_THREADS = 8192;

function quarters(n: number): number {
  return Math.ceil(n / 4);
}

function areWide(...lengths: number[]): boolean {
  return lengths.every((length) => length % 4 === 0);
}

/** Stretches to split a sum over M rows into: √M balances the two dispatches, unless fewer keep the GPU busy. */
function stretches(M: number, threadsPerStretch: number): number {
  return Math.max(1, Math.min(Math.ceil(Math.sqrt(M)), Math.ceil(ENOUGH_THREADS / threadsPerStretch)));
}

function one(code: readonly string[], threads: number, isWide = true): Program {
  return { passes: [{ code, threads, isWide }], scratch: 0 };
}

function product(code: string, { M, K, N }: Dims<'matmul'>, ...snippets: string[]): Program {
  return one([code, matmulTile, ...snippets], quarters(M) * quarters(N), areWide(K, N));
}

function transposedProduct(code: string, { M, K, N }: Dims<'matmul'>, ...snippets: string[]): Program {
  return one([code, matmulTransposedTile, ...snippets], quarters(M) * quarters(K), areWide(K, N));
}

/** Attention keeps a head's channels in registers, as CELLS vectors. */
function heads(code: string, { C, H }: Pick<Dims<'attention'>, 'C' | 'H'>, threads: number): Program {
  const constants = { CELLS: quarters(C / H) };
  return { passes: [{ code: [code], threads, constants, isWide: areWide(C / H) }], scratch: 0 };
}

/** A first pass that leaves S partial sums of FIRST + SECOND elements in scratch, and a second that adds them up. */
function splitSum(pass: Pass, S: number, first: [string, number], second: [string, number]): Program {
  const [FIRST, SECOND] = [first[1], second[1]];
  const renamed = { first: first[0], second: second[0] };
  const constants = { S, FIRST, SECOND };
  return {
    passes: [
      { ...pass, constants: { S } },
      { code: [sumPartials], threads: FIRST + SECOND, constants, renamed },
    ],
    scratch: S * (FIRST + SECOND),
  };
}

/** A first pass that leaves S partial sums of `length` elements in scratch, and a second that adds them into `output`. */
function splitColumns(pass: Pass, S: number, output: string, length: number): Program {
  const renamed = { x: 'scratch', sums: output };
  const total = { code: [columnSum], threads: length, constants: { M: S, N: length, S: 1 }, renamed };
  return { passes: [pass, total], scratch: S * length };
}

/** What WebGPU dispatches for every kernel of the catalogue. */
export const programs: { readonly [K in KernelName]: (dims: Dims<K>) => Program } = {
  embedding: ({ M, C }) => one([embedding], M * quarters(C), areWide(C)),
  'embedding-backward'({ M, R, C }) {
    const threads = R * Math.ceil(C / 16);
    const S = stretches(M, threads);
    return splitColumns(
      { code: [embeddingBackward], threads: S * threads, constants: { S }, isWide: areWide(C) },
      S,
      'dTable',
      R * C,
    );
  },
  gather: ({ M, C }) => one([gather], M * quarters(C), areWide(C)),
  'layer-norm': ({ M, C }) => one([layerNorm], M, areWide(C)),
  'layer-norm-backward': ({ M, C }) => one([layerNormBackward], M, areWide(C)),
  'layer-norm-grad'({ M, C }) {
    const S = stretches(M, quarters(C));
    const pass = { code: [layerNormGrad], threads: S * quarters(C), isWide: areWide(C) };
    return splitSum(pass, S, ['dWeight', C], ['dBias', C]);
  },
  matmul: (dims) => product(matmul, dims),
  'matmul-gelu': (dims) => product(matmulGelu, dims, gelu),
  'matmul-residual': (dims) => product(matmulResidual, dims),
  'matmul-backward-x': (dims) => transposedProduct(matmulBackwardX, dims),
  'matmul-backward-x-gelu': (dims) => transposedProduct(matmulBackwardXGelu, dims, gelu),
  'matmul-backward-w'({ M, K, N }) {
    const tiles = (quarters(K) + 1) * quarters(N);
    const S = stretches(M, tiles);
    const pass = { code: [matmulBackwardW], threads: S * tiles, isWide: areWide(K, N) };
    return splitSum(pass, S, ['dw', K * N], ['dBias', N]);
  },
  attention: (dims) => heads(attention, dims, dims.M * dims.H),
  'attention-backward-q': (dims) => heads(attentionBackwardQ, dims, dims.M * dims.H),
  'attention-backward-kv': (dims) => heads(attentionBackwardKv, dims, dims.M * dims.H),
  'attention-decode': (dims) => heads(attentionDecode, dims, dims.B * dims.H),
  sample: ({ B, N }) => one([sample, philox], B, areWide(N)),
  'log-prob': ({ M, N }) => one([logProb, softmaxRow], M, areWide(N)),
  'ppo-head': ({ M, N }) => one([ppoHead, softmaxRow], M, areWide(N)),
  'cross-entropy': ({ M, N }) => one([crossEntropy, softmaxRow], M, areWide(N)),
  'bradley-terry': ({ M, N, P }) => ({
    passes: [
      { code: [bradleyTerry], threads: P },
      { code: [bradleyTerryGradient], threads: M * N },
    ],
    scratch: P,
  }),
  'column-sum'({ M, N }) {
    const S = stretches(M, N);
    const split = { code: [columnSum], threads: S * N, constants: { S }, renamed: { sums: 'scratch' } };
    return splitColumns(split, S, 'sums', N);
  },
  'square-partials': ({ G }) => one([squarePartials], G),
  adamw: ({ L }) => one([adamw], L),
};
