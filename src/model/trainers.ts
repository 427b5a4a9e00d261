/** The two supervised steps before PPO: next-lexeme prediction (SFT) and Bradley–Terry on pairs (the reward model). */
import { knobCount } from '../kernels/catalogue.ts';
import { op, type Engine, type Slot } from '../kernels/engine.ts';
import { Learner } from './learner.ts';
import { Arena, type NetworkConfig, type Tensors } from './network.ts';
import type { Rollout } from './rollout.ts';
import { packEnds, Packing } from './packing.ts';
import { allocateForward } from './transformer.ts';

const ADAM = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 };

/** Trains a policy on solutions that people (here: authors) wrote. */
export class SftTrainer {
  readonly parameters: Arena;
  private readonly engine: Engine;
  private readonly packing: Packing;
  private readonly learner: Learner;
  private readonly slots: { targets: Slot; losses: Slot };

  constructor(engine: Engine, config: NetworkConfig, tensors: Tensors, rows: number) {
    const { contextLength: T, vocabulary: V, columns: N } = config;
    const M = rows * T;
    this.engine = engine;
    this.parameters = new Arena(engine, config, 'SFT');
    this.parameters.load(tensors);
    const a = allocateForward(engine, config, M);
    this.packing = new Packing(engine, a);
    const knobs = engine.slot('knobs', 'f32', knobCount);
    this.slots = {
      targets: engine.slot('targets', 'u32', M),
      losses: engine.slot('losses', 'f32', M),
    };
    const mask = engine.slot('mask', 'f32', M);
    engine.write(mask, new Float32Array(M).fill(1)); // Only predictions are read, and none is left out.
    this.learner = new Learner(engine, config, this.parameters, a, knobs, [
      op('cross-entropy', { logits: a.logits, mask, knobs, ...this.slots }, { M: a.R, V, N }),
    ]);
  }

  /** One Adam step on as many rows as the trainer was made for. Returns the mean loss in nats per response token. */
  async step(batch: Rollout, learningRate: number): Promise<number> {
    const { contextLength: T, tokens, promptLengths, lengths } = batch;
    const targets = new Uint32Array(this.slots.targets.length);
    let count = 0;
    this.packing.clear();
    for (let r = 0; r < batch.rows; r++) {
      const [first, end] = [promptLengths[r] - 1, lengths[r] - 1];
      const at = this.packing.add(tokens.subarray(r * T, r * T + end), first, end);
      targets.set(tokens.subarray(r * T + first + 1, r * T + end + 1), at);
      count += end - first;
    }
    this.packing.write();
    this.engine.write(this.slots.targets, targets);
    const [losses] = await this.learner.step({ ...ADAM, learningRate, count }, this.slots.losses);
    return (losses as Float32Array).subarray(0, count).reduce((a, b) => a + b, 0) / count;
  }
}

/** Trains a reward model on pairs of responses to one prompt. */
export class RewardTrainer {
  readonly parameters: Arena;
  private readonly packing: Packing;
  private readonly learner: Learner;
  private readonly losses: Slot;

  /** `pairs` per step. */
  constructor(engine: Engine, config: NetworkConfig, tensors: Tensors, pairs: number) {
    this.parameters = new Arena(engine, config, 'reward model');
    this.parameters.load(tensors);
    const a = allocateForward(engine, config, 2 * pairs * config.contextLength, 2 * pairs);
    this.packing = new Packing(engine, a);
    const knobs = engine.slot('knobs', 'f32', knobCount);
    this.losses = engine.slot('losses', 'f32', pairs);
    // One row is read of every response, the chosen before the rejected.
    const both = engine.slot('pairs', 'u32', 2 * pairs);
    engine.write(
      both,
      Uint32Array.from({ length: 2 * pairs }, (_, r) => r),
    );
    this.learner = new Learner(engine, config, this.parameters, a, knobs, [
      op(
        'bradley-terry',
        { scores: a.logits, pairs: both, knobs, losses: this.losses },
        { M: a.R, N: config.columns, P: pairs },
      ),
    ]);
  }

  /** One Adam step; rows 2p and 2p + 1 of the batch are the chosen and the rejected of pair p. Returns the mean loss. */
  async step(batch: Rollout, learningRate: number): Promise<number> {
    packEnds(this.packing, batch, 0, batch.rows);
    const [losses] = await this.learner.step({ ...ADAM, learningRate, count: batch.rows / 2 }, this.losses);
    return (losses as Float32Array).reduce((a, b) => a + b, 0) / losses.length;
  }
}
