/**
 * One piece of work for all: a training step of a small GPT (pre-norm, learned positions, tanh GELU, untied head) with the cross-entropy
 * of every position, the gradient's norm cut at 1, and Adam; on B sequences of T tokens.
 */
import type { Engine } from '../../src/kernels/engine.ts';
import { initialTensors, policyColumns, type NetworkConfig, type Tensors } from '../../src/model/network.ts';
import { rolloutOf } from '../../src/model/rollout.ts';
import { SftTrainer } from '../../src/model/trainers.ts';
import { stream } from '../../src/ppo/random.ts';

export interface Work {
  /** As `L2 d64`. */
  name: string;
  /** Of T positions. */
  config: NetworkConfig;
  tensors: Tensors;
  B: number;
  /** (B·T) */
  tokens: Uint32Array;
  /** (B·T): the token that follows; 0 at the end. */
  targets: Uint32Array;
  learningRate: number;
}

export interface Sizes {
  layers: number;
  channels: number;
  B: number;
  T: number;
}

/** Who takes part, in the order in which they are measured. */
export const PEERS = ['ours', 'TensorFlow.js', 'jax-js'] as const;
export type Peer = (typeof PEERS)[number];

/** What is stepped through by whoever takes part: each step gives the mean loss before it, in nats. */
export interface Contestant {
  step(): Promise<number>;
}

const VOCABULARY = 127;
export const ADAM = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, maxGradNorm: 1 };

export function workOf({ layers, channels, B, T }: Sizes): Work {
  const columns = policyColumns(VOCABULARY);
  const config = { layers, channels, heads: 4, vocabulary: VOCABULARY, contextLength: T, columns };
  const random = stream(1, 'corpus');
  const tokens = Uint32Array.from({ length: B * T }, () => 1 + random.integer(VOCABULARY - 1));
  const targets = Uint32Array.from({ length: B * T }, (_, m) => ((m + 1) % T === 0 ? 0 : tokens[m + 1]));
  const name = `L${layers} d${channels}`;
  return { name, config, tensors: initialTensors(config, 1), B, tokens, targets, learningRate: 1e-3 };
}

/** Ours, on any engine. A row has one token more than is read: nothing is predicted from the last. */
export function ours(engine: Engine, { config, tensors, B, tokens, learningRate }: Work): Contestant {
  const { contextLength: T, channels } = config;
  const position = new Float32Array((T + 1) * channels);
  position.set(tensors.get('embedding.position')!);
  const longer = new Map(tensors).set('embedding.position', position);
  const trainer = new SftTrainer(engine, { ...config, contextLength: T + 1 }, longer, B);
  const rows = Array.from({ length: B }, (_, b) => Array.from(tokens.subarray(b * T, (b + 1) * T)));
  const batch = rolloutOf(
    rows.map(([first, ...response]) => ({ prompt: [first], response })),
    T + 1,
  );
  return { step: () => trainer.step(batch, learningRate) };
}

/** Multiply-adds of the matrix products of a step, forward and backward, attention's included, twice each. */
export function flopsOf({ config, B }: Work): number {
  const { layers, channels: C, contextLength: T, columns: N } = config;
  const M = B * T;
  const products = layers * 12 * C * C + C * N;
  const attention = layers * 2 * C * ((T + 1) / 2);
  return 2 * 3 * M * (products + attention);
}
