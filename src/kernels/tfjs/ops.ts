/** The catalogue's kernels in stock TensorFlow.js ops, but for those that it has no op for: these stay ours. */
import * as tf from '@tensorflow/tfjs';
import { knobIndex, NONE, type KernelName } from '../catalogue.ts';
import { attention, attentionBackward, type Padded } from './attention.ts';

/** What an op reads. */
export interface Inputs {
  /** A binding as a tensor of this shape. */
  of(name: string, ...shape: number[]): tf.Tensor;
  /** What the host wrote into a u32 binding. */
  words(name: string, length: number): Uint32Array;
  padded(length: number): Padded;
}

type Dims = Readonly<Record<string, number>>;
/** What is written, by binding. */
type Stock = (inputs: Inputs, dims: Dims) => Record<string, tf.Tensor>;

const gate = (x: tf.Tensor) =>
  x
    .add(x.pow(3).mul(0.044715))
    .mul(Math.sqrt(8 / Math.PI))
    .sigmoid();
const gelu = (x: tf.Tensor) => x.mul(gate(x));
function geluSlope(x: tf.Tensor): tf.Tensor {
  const s = gate(x);
  const inner = x
    .square()
    .mul(3 * 0.044715)
    .add(1)
    .mul(Math.sqrt(8 / Math.PI));
  return s.add(x.mul(s).mul(tf.sub(1, s)).mul(inner));
}

const linear = (x: Inputs, { M, K, N }: Dims) =>
  tf.matMul(x.of('x', M, K) as tf.Tensor2D, x.of('w', K, N) as tf.Tensor2D).add(x.of('bias', N));

function linearBackward(x: Inputs, { M, K, N }: Dims) {
  const dy = x.of('dy', M, N) as tf.Tensor2D;
  return {
    dx: tf.matMul(dy, x.of('w', K, N), false, true),
    dw: tf.matMul(x.of('x', M, K), dy, true),
    dBias: dy.sum(0),
  };
}

function adamw(x: Inputs, { L }: Dims): Record<string, tf.Tensor> {
  const knobs = x.of('knobs', 16);
  const knob = (name: keyof typeof knobIndex) => knobs.slice([knobIndex[name]], [1]);
  const limit = knob('maxGradNorm');
  const gradient = x.of('gradients', L).mul(limit.div(x.of('norm', 1).sqrt().maximum(limit)));
  const average = (old: tf.Tensor, beta: tf.Tensor, now: tf.Tensor) =>
    old.mul(beta).add(now.mul(tf.sub(1, beta)));
  const firstMoment = average(x.of('firstMoment', L), knob('beta1'), gradient);
  const secondMoment = average(x.of('secondMoment', L), knob('beta2'), gradient.square());
  const divisor = secondMoment.mul(knob('correction2')).sqrt().add(knob('epsilon'));
  const theta = x.of('parameters', L);
  const step = firstMoment
    .mul(knob('correction1'))
    .div(divisor)
    .add(theta.mul(knob('weightDecay')));
  return { parameters: theta.sub(step.mul(knob('learningRate'))), firstMoment, secondMoment };
}

export const stock: { readonly [K in KernelName]?: Stock } = {
  embedding: (x, { M, V, T, C }) => ({
    x: x
      .of('tokenTable', V, C)
      .gather(x.of('tokens', M).toInt())
      .add(x.of('positionTable', T, C).gather(x.of('positions', M).toInt())),
  }),
  'embedding-backward'(x, { M, V, T, C }) {
    const dx = x.of('dx', M, C) as tf.Tensor2D;
    // It has none of a depth of 1.
    const sums = (ids: string, rows: number) =>
      tf
        .matMul(tf.oneHot(x.of(ids, M).toInt(), Math.max(2, rows)).toFloat() as tf.Tensor2D, dx, true)
        .slice([0, 0], [rows, -1]);
    return { dTokenTable: sums('tokens', V), dPositionTable: sums('positions', T) };
  },
  gather(x, { M, R, C }) {
    const rows = Int32Array.from(x.words('rows', M), (row) => (row === NONE ? R : row));
    const source = tf.concat([x.of('x', R, C), tf.zeros([1, C])]);
    return { y: source.gather(tf.tensor1d(rows, 'int32')) };
  },
  'layer-norm'(x, { M, C }) {
    const { mean, variance } = tf.moments(x.of('x', M, C), -1, true);
    const rstd = variance.add(1e-5).rsqrt();
    const normed = x.of('x', M, C).sub(mean).mul(rstd);
    return { y: normed.mul(x.of('weight', C)).add(x.of('bias', C)), stats: tf.concat([mean, rstd], 1) };
  },
  'layer-norm-backward'(x, { M, C, accumulate }) {
    const [mean, rstd] = tf.split(x.of('stats', M, 2), 2, 1);
    const dy = x.of('dy', M, C);
    const normed = x.of('x', M, C).sub(mean).mul(rstd);
    const g = dy.mul(x.of('weight', C));
    const through = g
      .sub(g.mean(1, true))
      .sub(normed.mul(g.mul(normed).mean(1, true)))
      .mul(rstd);
    const dx = accumulate === 1 ? x.of('dx', M, C).add(through) : through;
    return { dx, dWeight: dy.mul(normed).sum(0), dBias: dy.sum(0) };
  },
  matmul: (x, dims) => ({ y: linear(x, dims) }),
  'matmul-gelu'(x, dims) {
    const pre = linear(x, dims);
    return { pre, y: gelu(pre) };
  },
  'matmul-residual': (x, dims) => ({ y: linear(x, dims).add(x.of('residual', dims.M, dims.N)) }),
  'matmul-backward': linearBackward,
  'matmul-backward-gelu'(x, dims) {
    const { dx, ...rest } = linearBackward(x, dims);
    return { ...rest, dx: dx.mul(geluSlope(x.of('pre', dims.M, dims.K))) };
  },
  attention: (x, { M, C, H }) => attention(x.of('qkv', M, 3 * C), H, x.padded(M)),
  'attention-backward': (x, { M, C, H }) => ({
    dqkv: attentionBackward(x.of('qkv', M, 3 * C), x.of('y', M, C), x.of('dy', M, C), H, x.padded(M)),
  }),
  'column-sum': (x, { M, N }) => ({ sums: x.of('x', M, N).sum(0) }),
  'square-partials'(x, { L, G }) {
    const padded = tf.pad(x.of('x', L), [[0, Math.ceil(L / G) * G - L]]);
    return { partials: padded.square().reshape([-1, G]).sum(0) };
  },
  adamw,
};
