/**
 * The network and its losses once more, in stock TensorFlow.js ops with its autograd: the oracle for every gradient, in tests and in
 * the page's own check.
 */
import * as tf from '@tensorflow/tfjs';
import type { NetworkConfig, Tensors } from './network.ts';

type Variables = Map<string, tf.Variable>;

export function variables(tensors: Tensors, shapeOf: (name: string) => readonly number[]): Variables {
  const result: Variables = new Map();
  for (const [name, values] of tensors)
    result.set(name, tf.variable(tf.tensor(Float32Array.from(values), [...shapeOf(name)])));
  return result;
}

function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(weight).add(bias);
}

function gelu(x: tf.Tensor): tf.Tensor {
  const inner = x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** (M, N) logits of (B, T) tokens. One-hot products stand for lookups, whose gradient is exact on every backend. */
export function stockForward(config: NetworkConfig, v: Variables, tokens: Uint32Array): tf.Tensor2D {
  const { layers, channels: C, heads: H, contextLength: T, vocabulary: V } = config;
  const B = tokens.length / T;
  const at = (name: string) => v.get(name)!;
  const linear = (x: tf.Tensor, name: string) =>
    tf.matMul(x as tf.Tensor2D, at(`${name}.weight`) as tf.Tensor2D).add(at(`${name}.bias`));
  const norm = (x: tf.Tensor, name: string) => layerNorm(x, at(`${name}.weight`), at(`${name}.bias`));

  const oneHot = tf.oneHot(tf.tensor1d(Int32Array.from(tokens), 'int32'), V).toFloat();
  const positions = tf.tile(at('embedding.position'), [B, 1]);
  let x: tf.Tensor = tf.matMul(oneHot as tf.Tensor2D, at('embedding.token') as tf.Tensor2D).add(positions);
  const later = tf.linalg
    .bandPart(tf.ones([T, T]), -1, 0)
    .sub(1)
    .mul(1e30); // 0 at and before t, −1e30 after
  for (let i = 0; i < layers; i++) {
    const qkv = linear(norm(x, `block.${i}.norm1`), `block.${i}.attention`).reshape([B, T, 3, H, C / H]);
    const [q, k, value] = tf.unstack(qkv.transpose([2, 0, 3, 1, 4]));
    const scores = tf.matMul(q, k, false, true).mul(1 / Math.sqrt(C / H));
    const attended = tf.matMul(tf.softmax(scores.add(later)), value);
    x = x.add(linear(attended.transpose([0, 2, 1, 3]).reshape([B * T, C]), `block.${i}.projection`));
    const hidden = gelu(linear(norm(x, `block.${i}.norm2`), `block.${i}.up`));
    x = x.add(linear(hidden, `block.${i}.down`));
  }
  return linear(norm(x, 'norm'), 'head') as tf.Tensor2D;
}

/** log softmax(logits[:V] / τ) at the targets, (M). */
function logProbs(logits: tf.Tensor2D, V: number, temperature: number, targets: Uint32Array) {
  const all = tf.logSoftmax(logits.slice([0, 0], [-1, V]).div(temperature));
  const chosen = tf.oneHot(tf.tensor1d(Int32Array.from(targets), 'int32'), V).toFloat();
  return { chosen: all.mul(chosen).sum(-1), entropy: all.exp().mul(all).sum(-1).neg() };
}

export interface PpoInputs {
  targets: Uint32Array;
  mask: Float32Array;
  oldLogprobs: Float32Array;
  advantages: Float32Array;
}
export interface ValueInputs {
  mask: Float32Array;
  returns: Float32Array;
  oldValues: Float32Array;
}
export interface PpoKnobs {
  temperature: number;
  clipRange: number;
  valueClipRange: number;
  entropyCoef: number;
}

/** Mean over masked positions of policy loss − entropyCoef·entropy. */
export function stockPpoLoss(logits: tf.Tensor2D, V: number, x: PpoInputs, k: PpoKnobs): tf.Scalar {
  const { chosen, entropy } = logProbs(logits, V, k.temperature, x.targets);
  const mask = tf.tensor1d(x.mask);
  const A = tf.tensor1d(x.advantages);
  const ratio = chosen.sub(tf.tensor1d(x.oldLogprobs)).exp();
  const clipped = ratio.clipByValue(1 - k.clipRange, 1 + k.clipRange);
  const policyLoss = tf.maximum(A.neg().mul(ratio), A.neg().mul(clipped));
  const loss = policyLoss.sub(entropy.mul(k.entropyCoef));
  return loss.mul(mask).sum().div<tf.Scalar>(mask.sum());
}

/** Mean over masked positions of the clipped value loss. */
export function stockValueLoss(values: tf.Tensor2D, x: ValueInputs, clipRange: number): tf.Scalar {
  const v = values.squeeze<tf.Tensor1D>([1]);
  const mask = tf.tensor1d(x.mask);
  const old = tf.tensor1d(x.oldValues);
  const returns = tf.tensor1d(x.returns);
  const near = old.add(v.sub(old).clipByValue(-clipRange, clipRange));
  const loss = tf.maximum(v.sub(returns).square(), near.sub(returns).square()).mul(0.5);
  return loss.mul(mask).sum().div<tf.Scalar>(mask.sum());
}

/** Mean cross-entropy over masked positions. */
export function stockSftLoss(
  logits: tf.Tensor2D,
  V: number,
  targets: Uint32Array,
  mask: Float32Array,
): tf.Scalar {
  const m = tf.tensor1d(mask);
  return logProbs(logits, V, 1, targets).chosen.neg().mul(m).sum().div<tf.Scalar>(m.sum());
}

/** Mean over pairs of −log σ(chosen − rejected); `last` holds the positions of chosen and rejected in turn. */
export function stockPairLoss(scores: tf.Tensor2D, last: Uint32Array): tf.Scalar {
  const picked = tf.gather(scores.squeeze([1]), tf.tensor1d(Int32Array.from(last), 'int32'));
  const [chosen, rejected] = tf.unstack(picked.reshape([-1, 2]), 1);
  return chosen.sub(rejected).neg().softplus().mean<tf.Scalar>();
}

/** The gradient of a loss with respect to every variable, by name. */
export async function stockGradients(v: Variables, loss: () => tf.Scalar): Promise<Tensors> {
  const { value, grads } = tf.variableGrads(loss, [...v.values()]);
  value.dispose();
  const gradients: Tensors = new Map();
  for (const [name, variable] of v) {
    const gradient = grads[variable.name];
    gradients.set(name, (await gradient.data()) as Float32Array);
    gradient.dispose();
  }
  return gradients;
}
