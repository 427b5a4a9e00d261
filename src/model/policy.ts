import { knobCount, knobIndex, tokenStat, tokenStatCount } from '../kernels/catalogue.ts';
import { op, type Engine, type Plan, type Slot } from '../kernels/engine.ts';
import { Critic } from './critic.ts';
import { Decoder, type SamplingSource } from './decoder.ts';
import { Learner, type StepKnobs } from './learner.ts';
import { Arena, withScalarHead, type NetworkConfig, type Tensors } from './network.ts';
import { eachPrediction, Packing, packPredictions, type PackedRow } from './packing.ts';
import { predictions, type Rollout } from './rollout.ts';
import { allocateBackward, allocateForward, forward } from './transformer.ts';

/** What the PPO update needs to know of R kept rows; every array is (R, T) over prediction positions. */
export interface Experience extends Rollout {
  targets: Uint32Array;
  /** 1 where the position predicts a token of the response. */
  mask: Float32Array;
  logprobs: Float32Array;
  refLogprobs: Float32Array;
  /** Of the policy's choice of the token, nats. */
  entropies: Float32Array;
  values: Float32Array;
}

/** Experience once its advantages are known. */
export interface Lesson extends Experience {
  advantages: Float32Array;
  returns: Float32Array;
}

/** A PPO step's knobs: none of them may be forgotten. The critic has a learning rate of its own. */
export type PpoKnobs = Required<Omit<StepKnobs, 'count'>> & { criticLearningRate: number };

/** Means over the response tokens of a minibatch, but for `tokens` and `gradNorm`. */
export interface StepStats {
  policyLoss: number;
  valueLoss: number;
  ratio: number;
  approxKl: number;
  clipFrac: number;
  entropy: number;
  /** Before clipping. */
  gradNorm: number;
  tokens: number;
}

/** Rows of a training step at most; where more are to be learned from at once, there are more steps. */
export const MOST_ROWS = 128;

/** Rows of a decoding step: a GPU wants many at once, a CPU wants them in its cache. */
const DECODE_ROWS = { webgpu: 256, tfjs: 256, cpu: 64, reference: 64 };

/**
 * The policy with its critic and its frozen start, the reference policy. Everything they ever run is recorded once; sampling,
 * experience and updates only write inputs, replay and read.
 */
export class Policy {
  readonly config: NetworkConfig;
  readonly parameters: Arena;
  readonly learner: Learner;
  readonly critic: Critic;
  /** Rows of one training step at most. */
  readonly minibatchSize: number;
  private readonly engine: Engine;
  private readonly packing: Packing;
  /** The rows in the input slots. */
  private packed: readonly PackedRow[] = [];
  private readonly decoder: Decoder;
  private readonly slots: {
    targets: Slot;
    old: Slot;
    out: Slot;
    refOut: Slot;
    sums: Slot;
    tokenStats: Slot;
    knobs: Slot;
  };
  private readonly logProbs: Plan;
  private readonly staging: { targets: Uint32Array; old: Float32Array };

  /** `critic`: what the critic starts from, the policy's own trunk unless something better is known. */
  constructor(
    engine: Engine,
    config: NetworkConfig,
    tensors: Tensors,
    minibatchSize: number,
    critic = withScalarHead(tensors, config),
  ) {
    const { contextLength: T, vocabulary: V, columns: N } = config;
    const M = minibatchSize * T;
    this.engine = engine;
    this.config = config;
    this.minibatchSize = minibatchSize;
    this.parameters = new Arena(engine, config, 'policy');
    this.parameters.load(tensors);
    const reference = new Arena(engine, config, 'reference policy');
    reference.load(tensors);

    const f32 = (name: string, length: number) => engine.slot(name, 'f32', length);
    const targets = engine.slot('targets', 'u32', M);
    const mask = f32('mask', M);
    engine.write(mask, new Float32Array(M).fill(1)); // Only predictions are read, and none is left out.
    const knobs = f32('knobs', knobCount);
    const stepKnobs = f32('step knobs', knobCount);
    const out = f32('log-probs', M * 2);
    const refOut = f32('reference log-probs', M * 2);
    const old = f32('old', M * 2);
    const sums = f32('sums', tokenStatCount);
    const tokenStats = f32('token stats', M * tokenStatCount);
    this.slots = { targets, old, out, refOut, sums, tokenStats, knobs };

    const a = allocateForward(engine, config, M);
    const { R } = a;
    this.packing = new Packing(engine, a);
    const logProbs = (parameters: Arena, into: Slot) => [
      ...forward(config, parameters, a),
      op('log-prob', { logits: a.logits, targets, mask, knobs, out: into }, { M: R, V, N }),
    ];
    this.logProbs = engine.plan('log-probs', [
      ...logProbs(this.parameters, out),
      ...logProbs(reference, refOut),
    ]);
    const head = { logits: a.logits, targets, mask, old, knobs: stepKnobs, tokenStats };
    const d = allocateBackward(engine, config, a);
    const headOps = [
      op('ppo-head', head, { M: R, V, N }),
      op('column-sum', { x: tokenStats, sums }, { M: R, N: tokenStatCount }),
    ];
    this.learner = new Learner(engine, config, this.parameters, a, stepKnobs, headOps, { d });
    this.critic = new Critic(engine, { ...config, columns: 1 }, critic, a, d);
    this.decoder = new Decoder(engine, config, this.parameters, knobs, DECODE_ROWS[engine.name]);
    this.staging = {
      targets: new Uint32Array(M),
      old: new Float32Array(M * 2),
    };
  }

  /** Samples one response per prompt. */
  sample(
    prompts: readonly (readonly number[])[],
    source: SamplingSource,
    temperature: number,
  ): Promise<Rollout> {
    this.setTemperature(temperature);
    return this.decoder.sample(prompts, source);
  }

  /** Log-probs under the policy and the reference at `temperature`, entropies, and the critic's values, 0 where they are not asked for. */
  async experience(rollout: Rollout, temperature: number, valued = true): Promise<Experience> {
    const { rows, contextLength: T } = rollout;
    this.setTemperature(temperature);
    const { targets, mask } = predictions(rollout);
    const experience: Experience = {
      ...rollout,
      targets,
      mask,
      logprobs: new Float32Array(rows * T),
      refLogprobs: new Float32Array(rows * T),
      entropies: new Float32Array(rows * T),
      values: new Float32Array(rows * T),
    };
    const known: Promise<void>[] = [];
    for (let first = 0; first < rows; first += this.minibatchSize) {
      const count = Math.min(this.minibatchSize, rows - first);
      this.writeRows(
        experience,
        Array.from({ length: count }, (_, i) => first + i),
      );
      known.push(this.lookAt(experience, valued));
    }
    await Promise.all(known);
    return experience;
  }

  /** Of the rows in the input slots, into their places. */
  private async lookAt(experience: Experience, valued: boolean): Promise<void> {
    const { contextLength: T, logprobs, refLogprobs, entropies, values } = experience;
    const { packed, slots, critic } = this;
    const plans = valued ? [this.logProbs, critic.valuesPlan] : [this.logProbs];
    const read = valued ? [slots.out, slots.refOut, critic.values] : [slots.out, slots.refOut];
    const [own, frozen, expected] = await this.engine.runAndRead(plans, ...read);
    eachPrediction(packed, T, (from, m) => {
      logprobs[m] = own[2 * from];
      entropies[m] = own[2 * from + 1];
      refLogprobs[m] = frozen[2 * from];
      if (valued) values[m] = expected[from];
    });
  }

  /** One Adam step on the named rows, at most `minibatchSize`, of the policy and of its critic. */
  async step(lesson: Lesson, rows: readonly number[], knobs: PpoKnobs): Promise<StepStats> {
    const { old } = this.staging;
    const { learner, critic, slots } = this;
    const count = this.writeRows(lesson, rows);
    eachPrediction(this.packed, lesson.contextLength, (to, m) => {
      old[2 * to] = lesson.logprobs[m];
      old[2 * to + 1] = lesson.advantages[m];
    });
    this.engine.write(slots.old, old.subarray(0, 2 * count));
    const own = learner.next({ ...knobs, count });
    const theirs = critic.next(lesson, this.packed, {
      ...knobs,
      learningRate: knobs.criticLearningRate,
      count,
    });
    const read = [slots.sums, learner.squaredNorm, critic.loss];
    const [sums, squared, valueLoss] = (await this.engine.runAndRead(
      [own, theirs],
      ...read,
    )) as Float32Array[];
    const mean = (column: number) => sums[column] / Math.max(1, count);
    return {
      policyLoss: mean(tokenStat.policyLoss),
      valueLoss: valueLoss[0] / Math.max(1, count),
      ratio: mean(tokenStat.ratio),
      approxKl: mean(tokenStat.approxKl),
      clipFrac: mean(tokenStat.clipped),
      entropy: mean(tokenStat.entropy),
      gradNorm: Math.sqrt(squared[0]),
      tokens: count,
    };
  }

  /** (rows, T) each: what the last step's head left at every position of its rows, 0 where masked; see `tokenStat`. */
  async lastStep(): Promise<Record<keyof typeof tokenStat, Float32Array>> {
    const T = this.config.contextLength;
    const [stats] = await this.engine.read(this.slots.tokenStats);
    const columns = Object.entries(tokenStat).map(([name, column]) => {
      const values = new Float32Array(this.packed.length * T);
      this.packed.forEach(({ first, at, count }, i) => {
        for (let t = 0; t < count; t++) values[i * T + first + t] = stats[(at + t) * tokenStatCount + column];
      });
      return [name, values];
    });
    return Object.fromEntries(columns) as Record<keyof typeof tokenStat, Float32Array>;
  }

  private setTemperature(temperature: number): void {
    const values = new Float32Array(knobCount);
    values[knobIndex.temperature] = temperature;
    this.engine.write(this.slots.knobs, values);
  }

  /** Puts rows into the input slots; returns the number of predictions: response tokens. */
  private writeRows(source: Experience, rows: readonly number[]): number {
    const { targets } = this.staging;
    const T = this.config.contextLength;
    this.packed = packPredictions(this.packing, source, rows);
    for (const { row, first, at, count } of this.packed)
      targets.set(source.targets.subarray(row * T + first, row * T + first + count), at);
    const tokens = this.packed.reduce((sum, { count }) => sum + count, 0);
    this.engine.write(this.slots.targets, targets.subarray(0, tokens));
    return tokens;
  }
}
