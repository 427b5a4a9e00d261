/**
 * The network as rows of a plan: forward and backward by hand, once for every engine.
 *
 *     x₀ = token + position
 *     x  = x + projection(attention(norm₁ x));  x = x + down(gelu(up(norm₂ x)))   per block
 *     logits = head(norm x)
 *
 * Sequences lie one behind the other, without padding between them (see `Packing`). What comes after the last attention
 * is worked out only at the positions whose logits are read.
 *
 * Backward walks the same rows in reverse. `dx` holds the gradient of the residual stream throughout: each block adds to it
 * in place, which is what a residual connection means.
 */
import { op, type Engine, type Extent, type Op, type Slot } from '../kernels/engine.ts';
import type { Arena, NetworkConfig } from './network.ts';

/** What a block keeps for its backward pass: of M positions, from `middle` on of R in the last block. */
interface BlockActivations {
  normed1: Slot; // (M, C)
  stats1: Slot; // (M, 2)
  qkv: Slot; // (M, 3C)
  attended: Slot; // (M, C)
  lse: Slot; // (H, M)
  middle: Slot; // (M, C)
  normed2: Slot; // (M, C)
  stats2: Slot; // (M, 2)
  pre: Slot; // (M, 4C)
  act: Slot; // (M, 4C)
  out: Slot; // (M, C)
}

/** Memory for a forward pass over M positions, of which R are read. */
export interface Activations {
  M: Extent;
  R: Extent;
  tokens: Slot; // (M) u32
  /** Within the sequence. */
  positions: Slot; // (M) u32
  /** The positions that are read. */
  reads: Slot; // (R) u32 < M
  /** Which of the read ones a position is; NONE where it is none. */
  places: Slot; // (M) u32
  embedded: Slot; // (M, C)
  blocks: BlockActivations[];
  readX: Slot; // (R, C): the residual stream before the last block, where it is read
  readAttended: Slot; // (R, C)
  normed: Slot; // (R, C)
  stats: Slot; // (R, 2)
  logits: Slot; // (R, N); heads overwrite it by its gradient
}

/** Memory for a backward pass. */
export interface BackwardActivations {
  dx: Slot; // (M, C)
  dnormed: Slot; // (M, C)
  dqkv: Slot; // (M, 3C)
  dattended: Slot; // (M, C)
  dact: Slot; // (M, 4C)
  dReadX: Slot; // (R, C)
  dReadAttended: Slot; // (R, C)
}

/**
 * For at most `positions` positions, of which at most `reads` are read. Where nothing goes `backward`, all blocks but the last share
 * their memory.
 */
export function allocateForward(
  engine: Engine,
  config: NetworkConfig,
  positions: number,
  reads = positions,
  goesBackward = true,
): Activations {
  const { channels: C, heads: H, columns: N, layers } = config;
  const f32 = (name: string, length: number) => engine.slot(name, 'f32', length);
  const u32 = (name: string, length: number) => engine.slot(name, 'u32', length);
  const block = (i: number): BlockActivations => {
    const rest = i === layers - 1 ? reads : positions;
    return {
      normed1: f32(`block.${i}.normed1`, positions * C),
      stats1: f32(`block.${i}.stats1`, positions * 2),
      qkv: f32(`block.${i}.qkv`, positions * 3 * C),
      attended: f32(`block.${i}.attended`, positions * C),
      lse: f32(`block.${i}.lse`, positions * H),
      middle: f32(`block.${i}.middle`, rest * C),
      normed2: f32(`block.${i}.normed2`, rest * C),
      stats2: f32(`block.${i}.stats2`, rest * 2),
      pre: f32(`block.${i}.pre`, rest * 4 * C),
      act: f32(`block.${i}.act`, rest * 4 * C),
      out: f32(`block.${i}.out`, rest * C),
    };
  };
  const blocks: BlockActivations[] = [];
  for (let i = 0; i < layers; i++)
    blocks.push(goesBackward || i === 0 || i === layers - 1 ? block(i) : blocks[0]);
  return {
    M: { most: positions, now: positions },
    R: { most: reads, now: reads },
    tokens: u32('tokens', positions),
    positions: u32('positions', positions),
    reads: u32('reads', reads),
    places: u32('places', positions),
    embedded: f32('embedded', positions * C),
    blocks,
    readX: f32('read x', reads * C),
    readAttended: f32('read attended', reads * C),
    normed: f32('normed', reads * C),
    stats: f32('stats', reads * 2),
    logits: f32('logits', reads * N),
  };
}

export function allocateBackward(engine: Engine, config: NetworkConfig, a: Activations): BackwardActivations {
  const { channels: C } = config;
  const [M, R] = [a.M.most, a.R.most];
  const f32 = (name: string, length: number) => engine.slot(name, 'f32', length);
  return {
    dx: f32('dx', M * C),
    dnormed: f32('dnormed', M * C),
    dqkv: f32('dqkv', M * 3 * C),
    dattended: f32('dattended', M * C),
    dact: f32('dact', M * 4 * C),
    dReadX: f32('dx of read x', R * C),
    dReadAttended: f32('dx of read attended', R * C),
  };
}

/** Rows that take `a.tokens` to `a.logits` under the parameters `p`; after each block's queries, keys and values, what `use` does with them. */
export function forward(
  config: NetworkConfig,
  p: Arena,
  a: Activations,
  use: (qkv: Slot, block: number) => Op[] = () => [],
): Op[] {
  const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N, layers } = config;
  const { M, R, positions } = a;
  const ops: Op[] = [];
  const norm = (name: string, x: Slot, y: Slot, stats: Slot, rows: Extent) => {
    const slots = { x, weight: p.at(`${name}.weight`), bias: p.at(`${name}.bias`), y, stats };
    ops.push(op('layer-norm', slots, { M: rows, C }));
  };
  const weights = (name: string) => ({ w: p.at(`${name}.weight`), bias: p.at(`${name}.bias`) });
  const read = (x: Slot, y: Slot) => ops.push(op('gather', { x, rows: a.reads, y }, { M: R, R: M, C }));

  const tables = { tokenTable: p.at('embedding.token'), positionTable: p.at('embedding.position') };
  ops.push(op('embedding', { tokens: a.tokens, positions, ...tables, x: a.embedded }, { M, V, T, C }));
  let x = a.embedded;
  a.blocks.forEach((block, i) => {
    const name = `block.${i}`;
    const { normed1, stats1, qkv, lse, middle, normed2, stats2, pre, act, out } = block;
    norm(`${name}.norm1`, x, normed1, stats1, M);
    const linear = weights(`${name}.attention`);
    ops.push(op('matmul', { x: normed1, ...linear, y: qkv }, { M, K: C, N: 3 * C }), ...use(qkv, i));
    ops.push(op('attention', { qkv, positions, y: block.attended, lse }, { M, T, C, H }));
    let attended = block.attended;
    let rows = M;
    if (i === layers - 1) {
      read(attended, a.readAttended);
      read(x, a.readX);
      [attended, x, rows] = [a.readAttended, a.readX, R];
    }
    const projection = weights(`${name}.projection`);
    const projected = { x: attended, ...projection, residual: x, y: middle };
    ops.push(op('matmul-residual', projected, { M: rows, K: C, N: C }));
    norm(`${name}.norm2`, middle, normed2, stats2, rows);
    const up = { x: normed2, ...weights(`${name}.up`), pre, y: act };
    ops.push(op('matmul-gelu', up, { M: rows, K: C, N: 4 * C }));
    const down = { x: act, ...weights(`${name}.down`), residual: middle, y: out };
    ops.push(op('matmul-residual', down, { M: rows, K: 4 * C, N: C }));
    x = out;
  });
  norm('norm', x, a.normed, a.stats, R);
  ops.push(op('matmul', { x: a.normed, ...weights('head'), y: a.logits }, { M: R, K: C, N }));
  return ops;
}

/** Rows that take the gradient in `a.logits` to the gradients `g` of every parameter in `p`. */
export function backward(
  config: NetworkConfig,
  p: Arena,
  g: Arena,
  a: Activations,
  d: BackwardActivations,
): Op[] {
  const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N, layers } = config;
  const { M, R, positions } = a;
  const ops: Op[] = [];
  /** What a backward of y = x·w + bias has apart from dx. */
  const product = (name: string, x: Slot, dy: Slot) => {
    const [w, dw, dBias] = [p.at(`${name}.weight`), g.at(`${name}.weight`), g.at(`${name}.bias`)];
    return { x, w, dy, dw, dBias };
  };
  const linear = (name: string, rows: Extent, x: Slot, dy: Slot, K: number, columns: number, dx: Slot) =>
    ops.push(op('matmul-backward', { ...product(name, x, dy), dx }, { M: rows, K, N: columns }));
  /** Through a norm into the residual stream's gradient. */
  const norm = (name: string, rows: Extent, x: Slot, stats: Slot, dx: Slot, accumulate: number) => {
    const weight = p.at(`${name}.weight`);
    const [dWeight, dBias] = [g.at(`${name}.weight`), g.at(`${name}.bias`)];
    const slots = { dy: d.dnormed, x, stats, weight, dx, dWeight, dBias };
    ops.push(op('layer-norm-backward', slots, { M: rows, C, accumulate }));
  };
  /** What was not read has no gradient. */
  const unread = (dy: Slot, dx: Slot) =>
    ops.push(op('gather', { x: dy, rows: a.places, y: dx }, { M, R, C }));

  const inputs = [a.embedded, ...a.blocks.map((block) => block.out)];
  linear('head', R, a.normed, a.logits, C, N, d.dnormed);
  norm('norm', R, inputs[layers], a.stats, d.dReadX, 0);
  for (let i = layers - 1; i >= 0; i--) {
    const block = a.blocks[i];
    const name = `block.${i}`;
    const isLast = i === layers - 1;
    const [rows, dx, attended, dattended] = isLast
      ? [R, d.dReadX, a.readAttended, d.dReadAttended]
      : [M, d.dx, block.attended, d.dattended];
    const down = { ...product(`${name}.down`, block.act, dx), pre: block.pre, dx: d.dact };
    ops.push(op('matmul-backward-gelu', down, { M: rows, K: 4 * C, N: C }));
    linear(`${name}.up`, rows, block.normed2, d.dact, C, 4 * C, d.dnormed);
    norm(`${name}.norm2`, rows, block.middle, block.stats2, dx, 1);
    linear(`${name}.projection`, rows, attended, dx, C, C, dattended);
    if (isLast) {
      unread(d.dReadAttended, d.dattended);
      unread(d.dReadX, d.dx);
    }
    const { qkv, lse } = block;
    const { dattended: dy, dqkv } = d;
    const through = { qkv, positions, y: block.attended, lse, dy, dqkv };
    ops.push(op('attention-backward', through, { M, T, C, H }));
    linear(`${name}.attention`, M, block.normed1, d.dqkv, C, 3 * C, d.dnormed);
    norm(`${name}.norm1`, M, inputs[i], block.stats1, d.dx, 1);
  }
  const [dTokenTable, dPositionTable] = [g.at('embedding.token'), g.at('embedding.position')];
  const tables = { tokens: a.tokens, positions, dx: d.dx, dTokenTable, dPositionTable };
  ops.push(op('embedding-backward', tables, { M, V, T, C }));
  return ops;
}
