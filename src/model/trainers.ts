/** The two supervised steps before PPO: next-lexeme prediction (SFT) and Bradley–Terry on pairs (the reward model). */
import { knobCount } from '../kernels/catalogue.ts';
import { op, type Engine, type Slot } from '../kernels/engine.ts';
import { Learner } from './learner.ts';
import { Arena, type NetworkConfig, type Tensors } from './network.ts';
import { predictions, type Rollout } from './rollout.ts';
import { allocateForward, type Activations } from './transformer.ts';

const ADAM = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 };

/** Trains a policy on solutions that people (here: authors) wrote. */
export class SftTrainer {
  readonly parameters: Arena;
  private readonly engine: Engine;
  private readonly activations: Activations;
  private readonly learner: Learner;
  private readonly slots: { targets: Slot; mask: Slot; losses: Slot };

  constructor(engine: Engine, config: NetworkConfig, tensors: Tensors, rows: number) {
    const { contextLength: T, vocabulary: V, columns: N } = config;
    const M = rows * T;
    this.engine = engine;
    this.parameters = new Arena(engine, config, 'SFT');
    this.parameters.load(tensors);
    const a = allocateForward(engine, config, rows);
    this.activations = a;
    const knobs = engine.slot('knobs', 'f32', knobCount);
    this.slots = {
      targets: engine.slot('targets', 'u32', M),
      mask: engine.slot('mask', 'f32', M),
      losses: engine.slot('losses', 'f32', M),
    };
    this.learner = new Learner(engine, config, this.parameters, a, knobs, [
      op('cross-entropy', { logits: a.logits, knobs, ...this.slots }, { M, V, N }),
    ]);
  }

  /** One Adam step on as many rows as the trainer was made for. Returns the mean loss in nats per response token. */
  async step(batch: Rollout, learningRate: number): Promise<number> {
    const { targets, mask } = predictions(batch);
    const count = mask.reduce((a, b) => a + b, 0);
    this.engine.write(this.activations.tokens, batch.tokens);
    this.engine.write(this.slots.targets, targets);
    this.engine.write(this.slots.mask, mask);
    const [losses] = await this.learner.step({ ...ADAM, learningRate, count }, this.slots.losses);
    return (losses as Float32Array).reduce((a, b) => a + b, 0) / count;
  }
}

/** Trains a reward model on pairs of responses to one prompt. */
export class RewardTrainer {
  readonly parameters: Arena;
  private readonly engine: Engine;
  private readonly config: NetworkConfig;
  private readonly activations: Activations;
  private readonly learner: Learner;
  private readonly slots: { pairs: Slot; losses: Slot };

  /** `pairs` per step. */
  constructor(engine: Engine, config: NetworkConfig, tensors: Tensors, pairs: number) {
    this.engine = engine;
    this.config = config;
    this.parameters = new Arena(engine, config, 'reward model');
    this.parameters.load(tensors);
    const a = allocateForward(engine, config, 2 * pairs);
    this.activations = a;
    const knobs = engine.slot('knobs', 'f32', knobCount);
    this.slots = {
      pairs: engine.slot('pairs', 'u32', 2 * pairs),
      losses: engine.slot('losses', 'f32', pairs),
    };
    const M = a.rows * config.contextLength;
    this.learner = new Learner(engine, config, this.parameters, a, knobs, [
      op('bradley-terry', { scores: a.logits, knobs, ...this.slots }, { M, N: config.columns, P: pairs }),
    ]);
  }

  /** One Adam step; rows 2p and 2p + 1 of the batch are the chosen and the rejected of pair p. Returns the mean loss. */
  async step(batch: Rollout, learningRate: number): Promise<number> {
    const T = this.config.contextLength;
    const last = Uint32Array.from({ length: batch.rows }, (_, r) => r * T + batch.lengths[r] - 1);
    this.engine.write(this.activations.tokens, batch.tokens);
    this.engine.write(this.slots.pairs, last);
    const [losses] = await this.learner.step(
      { ...ADAM, learningRate, count: batch.rows / 2 },
      this.slots.losses,
    );
    return (losses as Float32Array).reduce((a, b) => a + b, 0) / losses.length;
  }
}
