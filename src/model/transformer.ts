/**
 * The network as rows of a plan: forward and backward by hand, once for every engine.
 *
 *     x₀ = token + position
 *     x  = x + projection(attention(norm₁ x));  x = x + down(gelu(up(norm₂ x)))   per block
 *     logits = head(norm x)
 *
 * Backward walks the same rows in reverse. `dx` holds the gradient of the residual stream throughout: each block adds to it
 * in place, which is what a residual connection means.
 */
import { op, type Engine, type Op, type Slot } from '../kernels/engine.ts';
import type { Arena, NetworkConfig } from './network.ts';

/** What a block keeps for its backward pass. */
interface BlockActivations {
  normed1: Slot; // (M, C)
  stats1: Slot; // (M, 2)
  qkv: Slot; // (M, 3C)
  attended: Slot; // (M, C)
  lse: Slot; // (B, H, T)
  middle: Slot; // (M, C)
  normed2: Slot; // (M, C)
  stats2: Slot; // (M, 2)
  pre: Slot; // (M, 4C)
  act: Slot; // (M, 4C)
  out: Slot; // (M, C)
}

/** Memory for a forward pass over `rows` sequences of T tokens; M = rows · T. */
export interface Activations {
  rows: number;
  tokens: Slot; // (M) u32
  positions: Slot; // (M) u32
  embedded: Slot; // (M, C)
  blocks: BlockActivations[];
  normed: Slot; // (M, C)
  stats: Slot; // (M, 2)
  logits: Slot; // (M, N); heads overwrite it by its gradient
}

/** Memory for a backward pass. */
export interface BackwardActivations {
  dx: Slot; // (M, C)
  dnormed: Slot; // (M, C)
  dqkv: Slot; // (M, 3C)
  dattended: Slot; // (M, C)
  dact: Slot; // (M, 4C)
  rowDot: Slot; // (B, H, T)
}

export function allocateForward(engine: Engine, config: NetworkConfig, rows: number): Activations {
  const { channels: C, heads: H, contextLength: T, columns: N } = config;
  const M = rows * T;
  const f32 = (name: string, length: number) => engine.slot(name, 'f32', length);
  const positions = engine.slot('positions', 'u32', M);
  engine.write(
    positions,
    Uint32Array.from({ length: M }, (_, m) => m % T),
  );
  return {
    rows,
    tokens: engine.slot('tokens', 'u32', M),
    positions,
    embedded: f32('embedded', M * C),
    blocks: Array.from({ length: config.layers }, (_, i) => ({
      normed1: f32(`block.${i}.normed1`, M * C),
      stats1: f32(`block.${i}.stats1`, M * 2),
      qkv: f32(`block.${i}.qkv`, M * 3 * C),
      attended: f32(`block.${i}.attended`, M * C),
      lse: f32(`block.${i}.lse`, M * H),
      middle: f32(`block.${i}.middle`, M * C),
      normed2: f32(`block.${i}.normed2`, M * C),
      stats2: f32(`block.${i}.stats2`, M * 2),
      pre: f32(`block.${i}.pre`, M * 4 * C),
      act: f32(`block.${i}.act`, M * 4 * C),
      out: f32(`block.${i}.out`, M * C),
    })),
    normed: f32('normed', M * C),
    stats: f32('stats', M * 2),
    logits: f32('logits', M * N),
  };
}

export function allocateBackward(engine: Engine, config: NetworkConfig, rows: number): BackwardActivations {
  const { channels: C, heads: H, contextLength: T } = config;
  const M = rows * T;
  const f32 = (name: string, length: number) => engine.slot(name, 'f32', length);
  return {
    dx: f32('dx', M * C),
    dnormed: f32('dnormed', M * C),
    dqkv: f32('dqkv', M * 3 * C),
    dattended: f32('dattended', M * C),
    dact: f32('dact', M * 4 * C),
    rowDot: f32('rowDot', M * H),
  };
}

/** Rows that take `a.tokens` to `a.logits` under the parameters `p`. */
export function forward(config: NetworkConfig, p: Arena, a: Activations): Op[] {
  const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N } = config;
  const B = a.rows;
  const M = B * T;
  const ops: Op[] = [
    op(
      'embedding',
      {
        tokens: a.tokens,
        positions: a.positions,
        tokenTable: p.at('embedding.token'),
        positionTable: p.at('embedding.position'),
        x: a.embedded,
      },
      { M, V, T, C },
    ),
  ];
  let x = a.embedded;
  a.blocks.forEach((block, i) => {
    const at = (name: string) => p.at(`block.${i}.${name}`);
    const { normed1, stats1, qkv, attended, lse, middle, normed2, stats2, pre, act, out } = block;
    ops.push(
      op(
        'layer-norm',
        { x, weight: at('norm1.weight'), bias: at('norm1.bias'), y: normed1, stats: stats1 },
        { M, C },
      ),
      op(
        'matmul',
        { x: normed1, w: at('attention.weight'), bias: at('attention.bias'), y: qkv },
        { M, K: C, N: 3 * C },
      ),
      op('attention', { qkv, y: attended, lse }, { B, T, C, H }),
      op(
        'matmul-residual',
        { x: attended, w: at('projection.weight'), bias: at('projection.bias'), residual: x, y: middle },
        { M, K: C, N: C },
      ),
      op(
        'layer-norm',
        { x: middle, weight: at('norm2.weight'), bias: at('norm2.bias'), y: normed2, stats: stats2 },
        { M, C },
      ),
      op(
        'matmul-gelu',
        { x: normed2, w: at('up.weight'), bias: at('up.bias'), pre, y: act },
        { M, K: C, N: 4 * C },
      ),
      op(
        'matmul-residual',
        { x: act, w: at('down.weight'), bias: at('down.bias'), residual: middle, y: out },
        { M, K: 4 * C, N: C },
      ),
    );
    x = out;
  });
  ops.push(
    op(
      'layer-norm',
      { x, weight: p.at('norm.weight'), bias: p.at('norm.bias'), y: a.normed, stats: a.stats },
      { M, C },
    ),
    op(
      'matmul',
      { x: a.normed, w: p.at('head.weight'), bias: p.at('head.bias'), y: a.logits },
      { M, K: C, N },
    ),
  );
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
  const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N } = config;
  const B = a.rows;
  const M = B * T;
  const ops: Op[] = [];
  /** Through y = x·w + bias: the parameters' gradients, then dx unless the caller has a fused form of its own. */
  const linear = (name: string, x: Slot, dy: Slot, K: number, columns: number, dx?: Slot) => {
    const slots = { x, dy, dw: g.at(`${name}.weight`), dBias: g.at(`${name}.bias`) };
    ops.push(op('matmul-backward-w', slots, { M, K, N: columns }));
    if (dx) ops.push(op('matmul-backward-x', { dy, w: p.at(`${name}.weight`), dx }, { M, K, N: columns }));
  };
  /** Through a norm into the residual stream's gradient. */
  const norm = (name: string, x: Slot, stats: Slot, accumulate: number) => {
    const dy = d.dnormed;
    const slots = { dy, x, stats, dWeight: g.at(`${name}.weight`), dBias: g.at(`${name}.bias`) };
    ops.push(op('layer-norm-grad', slots, { M, C }));
    const through = { dy, x, stats, weight: p.at(`${name}.weight`), dx: d.dx };
    ops.push(op('layer-norm-backward', through, { M, C, accumulate }));
  };

  const inputs = [a.embedded, ...a.blocks.map((block) => block.out)];
  linear('head', a.normed, a.logits, C, N, d.dnormed);
  norm('norm', inputs[config.layers], a.stats, 0);
  for (let i = config.layers - 1; i >= 0; i--) {
    const block = a.blocks[i];
    const name = `block.${i}`;
    linear(`${name}.down`, block.act, d.dx, 4 * C, C);
    ops.push(
      op(
        'matmul-backward-x-gelu',
        { dy: d.dx, w: p.at(`${name}.down.weight`), pre: block.pre, dx: d.dact },
        { M, K: 4 * C, N: C },
      ),
    );
    linear(`${name}.up`, block.normed2, d.dact, C, 4 * C, d.dnormed);
    norm(`${name}.norm2`, block.middle, block.stats2, 1);
    linear(`${name}.projection`, block.attended, d.dx, C, C, d.dattended);
    ops.push(
      op(
        'attention-backward-q',
        {
          qkv: block.qkv,
          y: block.attended,
          lse: block.lse,
          dy: d.dattended,
          dqkv: d.dqkv,
          rowDot: d.rowDot,
        },
        { B, T, C, H },
      ),
      op(
        'attention-backward-kv',
        { qkv: block.qkv, lse: block.lse, rowDot: d.rowDot, dy: d.dattended, dqkv: d.dqkv },
        { B, T, C, H },
      ),
    );
    linear(`${name}.attention`, block.normed1, d.dqkv, C, 3 * C, d.dnormed);
    norm(`${name}.norm1`, inputs[i], block.stats1, 1);
  }
  ops.push(
    op('embedding-backward', { ids: a.tokens, dx: d.dx, dTable: g.at('embedding.token') }, { M, R: V, C }),
    op(
      'embedding-backward',
      { ids: a.positions, dx: d.dx, dTable: g.at('embedding.position') },
      { M, R: T, C },
    ),
  );
  return ops;
}
