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
import decode from './decode.wgsl?raw';
import embeddingBackward from './embedding-backward.wgsl?raw';
import embedding from './embedding.wgsl?raw';
import gather from './gather.wgsl?raw';
import gelu from './gelu.wgsl?raw';
import layerNormBackward from './layer-norm-backward.wgsl?raw';
import layerNorm from './layer-norm.wgsl?raw';
import logProb from './log-prob.wgsl?raw';
import matmulBackwardGelu from './matmul-backward-gelu.wgsl?raw';
import matmulBackwardTile from './matmul-backward-tile.wgsl?raw';
import matmulBackward from './matmul-backward.wgsl?raw';
import matmulGelu from './matmul-gelu.wgsl?raw';
import matmulResidual from './matmul-residual.wgsl?raw';
import matmulTile from './matmul-tile.wgsl?raw';
import matmul from './matmul.wgsl?raw';
import philox from './philox.wgsl?raw';
import ppoHead from './ppo-head.wgsl?raw';
import valueHead from './value-head.wgsl?raw';
import sample from './sample.wgsl?raw';
import softmaxRow from './softmax-row.wgsl?raw';
import squarePartials from './square-partials.wgsl?raw';
import { GROUP } from './wgsl-module.ts';

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
}

/** How WebGPU runs a kernel of certain dimensions: dispatches in order, over scratch of so many f32. */
export interface Program {
  readonly passes: readonly Pass[];
  readonly scratch: number;
  /**
   * What is still to be added up: scratch holds `stretches` rows of the outputs named, one behind the other. The engine does it for
   * many ops at once, before an output is read.
   */
  readonly sums?: {
    readonly stretches: number;
    readonly outputs: readonly (readonly [name: string, length: number])[];
  };
}

/** What suits one adapter and not another. */
export interface Tuning {
  /** Blocks of 4 × 4 on a side of the tile that a thread of a product makes: 2 loads half as much, 1 keeps more threads busy. */
  readonly tile: 1 | 2;
  /** So many keep it busy: a sum over many rows is split until about so many run at once. */
  readonly threads: number;
  /** A token is decoded by one op, `decode`, rather than by many. */
  readonly fuses: boolean;
}

/** Where nothing was measured: for GPUs, and for software that runs a thread on a core or two. */
export const tunings = {
  hardware: { tile: 1, threads: 8192, fuses: true },
  software: { tile: 2, threads: 256, fuses: false },
} as const satisfies Record<string, Tuning>;

type Dims<K extends KernelName> = Readonly<Record<DimName<K>, number>>;

function quarters(n: number): number {
  return Math.ceil(n / 4);
}

/** Threads that end with a workgroup. */
function wholeGroups(threads: number): number {
  return Math.ceil(threads / GROUP) * GROUP;
}

/** Tiles along n elements. */
function tilesOf(n: number, tile: Tuning['tile']): number {
  return Math.ceil(n / (4 * tile));
}

function areWide(...lengths: number[]): boolean {
  return lengths.every((length) => length % 4 === 0);
}

/** Stretches to split a sum over M rows into: √M balances the sums of stretches and over them, unless fewer keep the GPU busy. */
function stretches(M: number, threadsPerStretch: number, enough: number): number {
  return Math.max(1, Math.min(Math.ceil(Math.sqrt(M)), Math.ceil(enough / threadsPerStretch)));
}

function one(code: readonly string[], threads: number, isWide = true): Program {
  return { passes: [{ code, threads, isWide }], scratch: 0 };
}

function product(
  code: string,
  { M, K, N }: Dims<'matmul'>,
  { tile: TILE }: Tuning,
  ...snippets: string[]
): Program {
  const threads = tilesOf(M, TILE) * tilesOf(N, TILE);
  const pass = { code: [code, matmulTile, ...snippets], threads, constants: { TILE }, isWide: areWide(K, N) };
  return { passes: [pass], scratch: 0 };
}

/** Attention keeps a head's channels in registers, as CELLS vectors. */
function heads(code: string, { C, H }: Pick<Dims<'attention'>, 'C' | 'H'>, threads: number): Program {
  const constants = { CELLS: quarters(C / H) };
  return { passes: [{ code: [code], threads, constants, isWide: areWide(C / H) }], scratch: 0 };
}

/**
 * Sums over M rows, `threads` for each of S stretches, behind `rows` other threads; what the stretches give lies in scratch as the
 * outputs one behind the other.
 */
function splitSum(
  { rows = 0, constants, ...kind }: Pick<Pass, 'code' | 'isWide' | 'constants'> & { rows?: number },
  M: number,
  threads: number,
  enough: number,
  outputs: readonly (readonly [string, number])[],
): Program {
  const S = stretches(M, threads, enough);
  const ROW_THREADS = wholeGroups(rows);
  const pass = {
    ...kind,
    threads: ROW_THREADS + S * threads,
    constants: { ...constants, S, ROW_THREADS },
  };
  const scratch = S * outputs.reduce((sum, [, length]) => sum + length, 0);
  return { passes: [pass], scratch, sums: { stretches: S, outputs } };
}

function productBackward(
  code: string,
  { M, K, N }: Dims<'matmul'>,
  { tile: TILE, threads }: Tuning,
  ...snippets: string[]
): Program {
  const kind = {
    code: [code, matmulBackwardTile, ...snippets],
    isWide: areWide(K, N),
    rows: tilesOf(M, TILE) * tilesOf(K, TILE),
    constants: { TILE },
  };
  return splitSum(kind, M, (tilesOf(K, TILE) + 1) * tilesOf(N, TILE), threads, [
    ['dw', K * N],
    ['dBias', N],
  ]);
}

/** What WebGPU dispatches for every kernel of the catalogue. */
export const programs: { readonly [K in KernelName]: (dims: Dims<K>, tuning: Tuning) => Program } = {
  embedding: ({ M, C }) => one([embedding], M * quarters(C), areWide(C)),
  'embedding-backward': ({ M, V, T, C }, { threads }) =>
    splitSum({ code: [embeddingBackward], isWide: areWide(C) }, M, (V + T) * Math.ceil(C / 16), threads, [
      ['dTokenTable', V * C],
      ['dPositionTable', T * C],
    ]),
  gather: ({ M, C }) => one([gather], M * quarters(C), areWide(C)),
  'layer-norm': ({ M, C }) => one([layerNorm], M, areWide(C)),
  'layer-norm-backward': ({ M, C }, { threads }) =>
    splitSum({ code: [layerNormBackward], isWide: areWide(C), rows: M }, M, quarters(C), threads, [
      ['dWeight', C],
      ['dBias', C],
    ]),
  matmul: (dims, tuning) => product(matmul, dims, tuning),
  'matmul-gelu': (dims, tuning) => product(matmulGelu, dims, tuning, gelu),
  'matmul-residual': (dims, tuning) => product(matmulResidual, dims, tuning),
  'matmul-backward': (dims, tuning) => productBackward(matmulBackward, dims, tuning),
  'matmul-backward-gelu': (dims, tuning) => productBackward(matmulBackwardGelu, dims, tuning, gelu),
  attention: (dims) => heads(attention, dims, dims.M * dims.H),
  'attention-backward'(dims) {
    const threads = dims.M * dims.H;
    const passes = [attentionBackwardQ, attentionBackwardKv].flatMap(
      (code) => heads(code, dims, threads).passes,
    );
    return { passes, scratch: threads };
  },
  'attention-decode': (dims) => heads(attentionDecode, dims, dims.B * dims.H),
  sample: ({ B, N }) => one([sample, philox], B, areWide(N)),
  decode: ({ ROWS }) => one([decode, philox, gelu], ROWS * GROUP),
  'log-prob': ({ M, N }) => one([logProb, softmaxRow], M, areWide(N)),
  'ppo-head': ({ M, N }) => one([ppoHead, softmaxRow], M, areWide(N)),
  'value-head': ({ M }) => one([valueHead], M),
  'cross-entropy': ({ M, N }) => one([crossEntropy, softmaxRow], M, areWide(N)),
  'bradley-terry': ({ M, N, P }) => ({
    passes: [
      { code: [bradleyTerry], threads: P },
      { code: [bradleyTerryGradient], threads: M * N },
    ],
    scratch: P,
  }),
  'column-sum': ({ N }) => one([columnSum], N * GROUP),
  'square-partials': ({ G }) => one([squarePartials], G),
  adamw: ({ L }) => one([adamw], L),
};
