/** Our recorded gradients against TensorFlow.js's autograd, on any engine: in the tests, and in the page when a visitor asks. */
import { knobCount, tokenStatCount } from '../kernels/catalogue.ts';
import { op, type Engine, type Op, type Slot } from '../kernels/engine.ts';
import { Learner } from './learner.ts';
import {
  Arena,
  initialTensors,
  layoutOf,
  policyColumns,
  type NetworkConfig,
  type Tensors,
} from './network.ts';
import { Packing } from './packing.ts';
import { allocateForward, type Activations } from './transformer.ts';
import { normal, stream } from '../ppo/random.ts';
import {
  stockForward,
  stockGradients,
  stockPairLoss,
  stockPpoLoss,
  stockSftLoss,
  stockValueLoss,
  variables,
  type PpoInputs,
  type PpoKnobs,
  type ValueInputs,
} from './stock-network.ts';

const V = 11;
const T = 8;
const ROWS = 6;
const M = ROWS * T;
const policyConfig: NetworkConfig = {
  layers: 2,
  channels: 16,
  heads: 2,
  vocabulary: V,
  contextLength: T,
  columns: policyColumns(V),
};
const rewardConfig: NetworkConfig = { ...policyConfig, columns: 1 };

/** Weights large enough that every path carries a gradient worth comparing. */
function lively(config: NetworkConfig): Tensors {
  const random = stream(7, 'init');
  const tensors = initialTensors(config, 3);
  for (const values of tensors.values())
    for (let i = 0; i < values.length; i++) values[i] += 0.2 * normal(random);
  return tensors;
}

/** Tokens of each row; what comes after them no loss looks at. */
const lengths = [T, 1, 5, 7, T, 3];
const row = (m: number) => Math.floor(m / T);

function inputs() {
  const random = stream(11, 'corpus');
  const tokens = Uint32Array.from({ length: M }, () => random.integer(V));
  const mask = Float32Array.from({ length: M }, (_, m) =>
    random.uniform() < 0.6 && m % T < lengths[row(m)] ? 1 : 0,
  );
  const numbers = (scale: number) => Float32Array.from({ length: M }, () => scale * normal(random));
  const ppo: PpoInputs = {
    targets: Uint32Array.from({ length: M }, () => random.integer(V)),
    mask,
    oldLogprobs: numbers(0.3).map((x) => x - 2.4),
    advantages: numbers(1),
  };
  const everywhere = Float32Array.from({ length: M }, (_, m) => (m % T < lengths[row(m)] ? 1 : 0));
  const value: ValueInputs = { mask: everywhere, returns: numbers(1), oldValues: numbers(0.5) };
  const ones = mask.reduce((a, b) => a + b, 0);
  /** What a loss is the mean of. */
  const counts = { ppo: ones, sft: ones, value: lengths.reduce((a, b) => a + b, 0), pairs: ROWS / 2 };
  return { tokens, ppo, value, counts };
}

export type Head = 'ppo' | 'value' | 'sft' | 'pairs';
/** Those of one column. */
const isScalar = (head: Head) => head === 'value' || head === 'pairs';
const ppoKnobs: PpoKnobs = {
  temperature: 0.8,
  clipRange: 0.2,
  valueClipRange: 0.2,
  entropyCoef: 0.05,
};
const last = Uint32Array.from(lengths, (length, r) => r * T + length - 1);

async function oracle(head: Head, config: NetworkConfig, tensors: Tensors): Promise<Tensors> {
  const { tokens, ppo, value } = inputs();
  const shapes = new Map(layoutOf(config).places.map((p) => [p.name, p.shape]));
  const v = variables(tensors, (name) => shapes.get(name)!);
  const gradients = await stockGradients(v, () => {
    const logits = stockForward(config, v, tokens);
    if (head === 'ppo') return stockPpoLoss(logits, V, ppo, ppoKnobs);
    if (head === 'value') return stockValueLoss(logits, value, ppoKnobs.valueClipRange);
    if (head === 'sft') return stockSftLoss(logits, V, ppo.targets, ppo.mask);
    return stockPairLoss(logits, last);
  });
  for (const variable of v.values()) variable.dispose();
  return gradients;
}

/** Packs the rows, each read where its loss looks; the places of what is read among the M positions of the stock network. */
function pack(engine: Engine, head: Head, a: Activations, tokens: Uint32Array): number[] {
  const packing = new Packing(engine, a);
  packing.clear();
  const places = lengths.flatMap((length, r) => {
    const from = head === 'pairs' ? length - 1 : 0;
    packing.add(tokens.subarray(r * T, r * T + length), from, length);
    return Array.from({ length: length - from }, (_, t) => r * T + from + t);
  });
  packing.write();
  return places;
}

function headOps(
  engine: Engine,
  head: Head,
  config: NetworkConfig,
  a: Activations,
  places: readonly number[],
  knobs: Slot,
): Op {
  const { ppo, value } = inputs();
  const N = config.columns;
  const slot = <Data extends Float32Array | Uint32Array>(name: string, data: Data, length = a.R.most) => {
    const made = engine.slot(name, data instanceof Float32Array ? 'f32' : 'u32', length);
    engine.write(made, data);
    return made;
  };
  const u32 = (name: string, data: Uint32Array) =>
    slot(
      name,
      Uint32Array.from(places, (m) => data[m]),
    );
  const f32 = (name: string, data: Float32Array) =>
    slot(
      name,
      Float32Array.from(places, (m) => data[m]),
    );
  if (head === 'pairs') {
    const losses = engine.slot('losses', 'f32', ROWS / 2);
    const pairs = slot('pairs', Uint32Array.from(places.keys()));
    return op('bradley-terry', { scores: a.logits, pairs, knobs, losses }, { M: a.R, N, P: ROWS / 2 });
  }
  if (head === 'value') {
    const old = places.flatMap((m) => [value.returns[m], value.oldValues[m]]);
    const losses = engine.slot('losses', 'f32', M);
    return op(
      'value-head',
      { values: a.logits, old: slot('old', Float32Array.from(old), M * 2), knobs, losses },
      { M: a.R, N },
    );
  }
  const shared = {
    logits: a.logits,
    targets: u32('targets', ppo.targets),
    mask: f32('mask', ppo.mask),
    knobs,
  };
  if (head === 'sft')
    return op('cross-entropy', { ...shared, losses: engine.slot('losses', 'f32', M) }, { M: a.R, V, N });
  const old = places.flatMap((m) => [ppo.oldLogprobs[m], ppo.advantages[m]]);
  const tokenStats = engine.slot('token stats', 'f32', M * tokenStatCount);
  return op(
    'ppo-head',
    { ...shared, old: slot('old', Float32Array.from(old), M * 2), tokenStats },
    { M: a.R, V, N },
  );
}

/** Gradients by our plan on `engine` after one step of zero learning rate. */
async function ours(engine: Engine, head: Head, config: NetworkConfig, tensors: Tensors): Promise<Tensors> {
  const { tokens, counts } = inputs();
  const parameters = new Arena(engine, config, 'parameters');
  parameters.load(tensors);
  const a = allocateForward(engine, config, M, head === 'pairs' ? ROWS : M);
  const places = pack(engine, head, a, tokens);
  const knobs = engine.slot('knobs', 'f32', knobCount);
  const learner = new Learner(engine, config, parameters, a, knobs, [
    headOps(engine, head, config, a, places, knobs),
  ]);
  await learner.step({
    ...ppoKnobs,
    learningRate: 0,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    weightDecay: 0,
    maxGradNorm: 1,
    count: counts[head],
  });
  return learner.gradients.save();
}

/** How far our gradients are from TensorFlow.js's. */
export interface Agreement {
  tensors: number;
  /** The tensor that differs most … */
  tensor: string;
  /** … and by how much: the largest |ours − stock| ÷ (its largest |stock| + 1e-3). */
  worst: number;
}

/** Compares every gradient tensor of a small network; the stock side runs on whatever backend tfjs is set to. */
export async function compareGradients(engine: Engine, head: Head): Promise<Agreement> {
  const config = isScalar(head) ? rewardConfig : policyConfig;
  const tensors = lively(config);
  const stock = await oracle(head, config, tensors);
  const mine = await ours(engine, head, config, tensors);
  const agreement: Agreement = { tensors: stock.size, tensor: '', worst: 0 };
  for (const [name, expected] of stock) {
    const got = mine.get(name) ?? new Float32Array(expected.length).fill(NaN);
    const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0) + 1e-3;
    const difference = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - got[i])), 0) / scale;
    // Written so that NaN counts as the worst of all, and stays it.
    if (difference > agreement.worst || Number.isNaN(difference))
      Object.assign(agreement, { tensor: name, worst: difference });
  }
  return agreement;
}
