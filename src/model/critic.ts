import { knobCount } from '../kernels/catalogue.ts';
import { op, view, type Engine, type Plan, type Slot } from '../kernels/engine.ts';
import { Learner, type StepKnobs } from './learner.ts';
import { Arena, type NetworkConfig, type Tensors } from './network.ts';
import { eachPrediction, type PackedRow } from './packing.ts';
import { loadCheckpoint, type FetchFile, type Manifest } from './manifest.ts';
import type { ScoreConstants } from './reward-model.ts';
import { forward, type Activations, type BackwardActivations } from './transformer.ts';

/**
 * The critic: a network of its own, as large as the policy's, that says at every prediction what score the response will get.
 * The policy puts the rows in, and runs the critic's plans right after its own, in the same memory.
 */
export class Critic {
  readonly parameters: Arena;
  readonly learner: Learner;
  /** After `valuesPlan`: (predictions) the value at each. */
  readonly values: Slot;
  /** After a step: Σ of the predictions' clipped losses. */
  readonly loss: Slot;
  readonly valuesPlan: Plan;
  private readonly engine: Engine;
  private readonly contextLength: number;
  private readonly old: Slot;
  private readonly staging: Float32Array;

  /** `config` has one column, all else as the network for which memory was allocated. */
  constructor(
    engine: Engine,
    config: NetworkConfig,
    tensors: Tensors,
    a: Activations,
    d: BackwardActivations,
  ) {
    const { contextLength: T, columns: N } = config;
    const { most } = a.R;
    this.engine = engine;
    this.contextLength = T;
    this.parameters = new Arena(engine, config, 'critic');
    this.parameters.load(tensors);
    // Of memory for the policy's logits, what a single column takes.
    this.values = view(a.logits, 0, most * N, 'values');
    this.valuesPlan = engine.plan('values', forward(config, this.parameters, a));
    const knobs = engine.slot('critic knobs', 'f32', knobCount);
    this.old = engine.slot('returns and old values', 'f32', most * 2);
    this.loss = engine.slot('value loss', 'f32', 1);
    const losses = engine.slot('value losses', 'f32', most);
    const head = { values: a.logits, old: this.old, knobs, losses };
    const headOps = [
      op('value-head', head, { M: a.R, N }),
      op('column-sum', { x: losses, sums: this.loss }, { M: a.R, N: 1 }),
    ];
    const name = 'critic step';
    this.learner = new Learner(engine, config, this.parameters, a, knobs, headOps, { name, d });
    this.staging = new Float32Array(most * 2);
  }

  /** The plan of the next Adam step, towards the returns of the rows that are in. */
  next(
    { returns, values }: { returns: Float32Array; values: Float32Array },
    packed: readonly PackedRow[],
    knobs: StepKnobs,
  ): Plan {
    eachPrediction(packed, this.contextLength, (at, m) => {
      this.staging[2 * at] = returns[m];
      this.staging[2 * at + 1] = values[m];
    });
    this.engine.write(this.old, this.staging.subarray(0, 2 * knobs.count));
    return this.learner.next(knobs);
  }
}

/** A critic that begins as a reward model, saying its standardised score at every prediction (the paper's; arXiv 2409.06957). */
export function criticOf(rewardModel: Tensors, { mean, deviation }: ScoreConstants): Tensors {
  const scaled = (name: string, shift: number) =>
    rewardModel.get(name)!.map((value) => (value - shift) / deviation);
  return new Map(rewardModel)
    .set('head.weight', scaled('head.weight', 0))
    .set('head.bias', scaled('head.bias', mean));
}

/** What a run's critic starts from under its first teacher; undefined where no reward model teaches: the policy's own trunk. */
export async function loadCritic(
  fetchFile: FetchFile,
  { preset, rewardModels }: Manifest,
  teacher: string,
): Promise<Tensors | undefined> {
  const entry = teacher in rewardModels ? rewardModels[teacher] : undefined;
  return entry && criticOf(await loadCheckpoint(fetchFile, preset, entry), entry.scores);
}
