import { knobCount, knobIndex } from '../kernels/catalogue.ts';
import { op, type Engine, type Op, type Plan, type Slot } from '../kernels/engine.ts';
import { Arena, type NetworkConfig } from './network.ts';
import type { LearnerState } from '../protocol/state.ts';
import {
  allocateBackward,
  backward,
  forward,
  type Activations,
  type BackwardActivations,
} from './transformer.ts';

/** What may differ from one Adam step to the next; everything else of a step is recorded. */
export interface StepKnobs {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** The gradient is scaled down to this norm where it is longer. */
  maxGradNorm: number;
  /** What the loss sums over: valid positions, or pairs. */
  count: number;
  /** Of the heads that have it. */
  temperature?: number;
  clipRange?: number;
  valueClipRange?: number;
  entropyCoef?: number;
}

/** Enough threads to keep a GPU busy. */
const NORM_PARTIALS = 1024;

/**
 * Parameters in training: one recorded plan is forward, a head (the loss, and its gradient in place of the logits),
 * backward, gradient norm and AdamW; one `step` replays it.
 */
export class Learner {
  readonly parameters: Arena;
  readonly gradients: Arena;
  /** Σ grad² of the last step, before clipping. */
  readonly squaredNorm: Slot;
  private readonly engine: Engine;
  private readonly knobs: Slot;
  private readonly values = new Float32Array(knobCount);
  private readonly plan: Plan;
  private readonly moments: readonly [first: Slot, second: Slot];
  /** Adam steps taken. */
  steps = 0;

  /**
   * `head` are the rows of the loss; they read `knobs` and leave the gradient in `activations.logits`. `d` is memory for the backward
   * pass, which learners that take turns can share, as they can the activations.
   */
  constructor(
    engine: Engine,
    config: NetworkConfig,
    parameters: Arena,
    activations: Activations,
    knobs: Slot,
    head: readonly Op[],
    {
      name = 'training step',
      d = allocateBackward(engine, config, activations),
    }: { name?: string; d?: BackwardActivations } = {},
  ) {
    this.engine = engine;
    this.parameters = parameters;
    this.knobs = knobs;
    this.gradients = new Arena(engine, config, 'gradients');
    const L = this.gradients.layout.length;
    const partials = engine.slot('norm partials', 'f32', NORM_PARTIALS);
    this.squaredNorm = engine.slot('squared norm', 'f32', 1);
    this.moments = [engine.slot('first moment', 'f32', L), engine.slot('second moment', 'f32', L)];
    const slots = {
      parameters: parameters.slot,
      gradients: this.gradients.slot,
      firstMoment: this.moments[0],
      secondMoment: this.moments[1],
      norm: this.squaredNorm,
      knobs,
    };
    this.plan = engine.plan(name, [
      ...forward(config, parameters, activations),
      ...head,
      ...backward(config, parameters, this.gradients, activations, d),
      op('square-partials', { x: this.gradients.slot, partials }, { L, G: NORM_PARTIALS }),
      op('column-sum', { x: partials, sums: this.squaredNorm }, { M: NORM_PARTIALS, N: 1 }),
      op('adamw', slots, { L }),
    ]);
  }

  /** One Adam step on whatever the input slots hold; what `slots` hold after it. */
  step(knobs: StepKnobs, ...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    return this.engine.runAndRead([this.next(knobs)], ...slots);
  }

  /** The plan of the next Adam step, which must then be run once. */
  next(knobs: StepKnobs): Plan {
    this.steps++;
    const v = this.values;
    v[knobIndex.temperature] = knobs.temperature ?? 1;
    v[knobIndex.clipRange] = knobs.clipRange ?? 0;
    v[knobIndex.valueClipRange] = knobs.valueClipRange ?? 0;
    v[knobIndex.entropyCoef] = knobs.entropyCoef ?? 0;
    v[knobIndex.inverseCount] = 1 / Math.max(1, knobs.count);
    v[knobIndex.learningRate] = knobs.learningRate;
    v[knobIndex.beta1] = knobs.beta1;
    v[knobIndex.beta2] = knobs.beta2;
    v[knobIndex.epsilon] = knobs.epsilon;
    v[knobIndex.weightDecay] = knobs.weightDecay;
    v[knobIndex.maxGradNorm] = knobs.maxGradNorm;
    v[knobIndex.correction1] = 1 / (1 - knobs.beta1 ** this.steps);
    v[knobIndex.correction2] = 1 / (1 - knobs.beta2 ** this.steps);
    this.engine.write(this.knobs, v);
    return this.plan;
  }

  /** Copies of all that the next step depends on, as it is at the call. */
  async state(): Promise<LearnerState> {
    const { steps } = this;
    const slots = [this.parameters.slot, ...this.moments];
    const [parameters, firstMoment, secondMoment] = (await this.engine.read(...slots)) as Float32Array[];
    return { parameters, firstMoment, secondMoment, steps };
  }

  /** Throws where the state is of a network of another size. */
  restore({ parameters, firstMoment, secondMoment, steps }: LearnerState): void {
    const { length } = this.gradients.layout;
    for (const { length: got } of [parameters, firstMoment, secondMoment])
      if (got !== length)
        throw new Error(`a saved state of ${got} numbers does not fit this network of ${length}`);
    this.engine.write(this.parameters.slot, parameters);
    this.engine.write(this.moments[0], firstMoment);
    this.engine.write(this.moments[1], secondMoment);
    this.steps = steps;
  }
}
