/**
 * The one network that everything here trains: a decoder-only transformer (pre-norm, learned positions, GELU, untied head).
 * The policy's head has a column per lexeme; a reward model's and the critic's is a single column, read at a sequence's last token
 * and at every prediction. Sizes are data: a larger preset is another `NetworkConfig`.
 */
import { view, VIEW_ALIGNMENT, type Engine, type Slot } from '../kernels/engine.ts';
import { normal, stream } from '../ppo/random.ts';

export interface NetworkConfig {
  layers: number;
  /** C, a multiple of 4 · heads. */
  channels: number;
  heads: number;
  /** V */
  vocabulary: number;
  /** T: prompt, response and end token together. */
  contextLength: number;
  /** N: columns of the head. */
  columns: number;
}

/** Columns of a policy's head: V logits, and unused ones up to a multiple of 8 (whole SIMD tiles). */
export function policyColumns(vocabulary: number): number {
  return Math.ceil(vocabulary / 8) * 8;
}

export interface TensorPlace {
  readonly name: string;
  readonly shape: readonly number[];
  /** Elements from the start of the arena, a multiple of VIEW_ALIGNMENT. */
  readonly start: number;
  readonly length: number;
}

/** Where each tensor lies in a flat arena of `length` elements; the gaps between tensors stay 0. */
export interface Layout {
  readonly places: readonly TensorPlace[];
  readonly length: number;
}

export function layoutOf(config: NetworkConfig): Layout {
  const { layers, channels: C, vocabulary: V, contextLength: T, columns: N } = config;
  const shapes: [string, number[]][] = [
    ['embedding.token', [V, C]],
    ['embedding.position', [T, C]],
  ];
  for (let layer = 0; layer < layers; layer++)
    shapes.push(
      [`block.${layer}.norm1.weight`, [C]],
      [`block.${layer}.norm1.bias`, [C]],
      [`block.${layer}.attention.weight`, [C, 3 * C]],
      [`block.${layer}.attention.bias`, [3 * C]],
      [`block.${layer}.projection.weight`, [C, C]],
      [`block.${layer}.projection.bias`, [C]],
      [`block.${layer}.norm2.weight`, [C]],
      [`block.${layer}.norm2.bias`, [C]],
      [`block.${layer}.up.weight`, [C, 4 * C]],
      [`block.${layer}.up.bias`, [4 * C]],
      [`block.${layer}.down.weight`, [4 * C, C]],
      [`block.${layer}.down.bias`, [C]],
    );
  shapes.push(['norm.weight', [C]], ['norm.bias', [C]], ['head.weight', [C, N]], ['head.bias', [N]]);

  const places: TensorPlace[] = [];
  let start = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((a, b) => a * b);
    places.push({ name, shape, start, length });
    start += Math.ceil(length / VIEW_ALIGNMENT) * VIEW_ALIGNMENT;
  }
  return { places, length: start };
}

/** Numbers that are trained, gaps and unused head columns apart. */
export function parameterCount(config: NetworkConfig): number {
  const unused = config.columns > 1 ? config.columns - config.vocabulary : 0;
  return layoutOf(config).places.reduce((sum, p) => sum + p.length, 0) - unused * (config.channels + 1);
}

/** Host copies of the tensors, by name. */
export type Tensors = Map<string, Float32Array>;

/** One arena on an engine, laid out as the network wants it: parameters, or their gradients. */
export class Arena {
  readonly slot: Slot;
  readonly layout: Layout;
  private readonly engine: Engine;
  private readonly views = new Map<string, Slot>();

  constructor(engine: Engine, config: NetworkConfig, name: string) {
    this.engine = engine;
    this.layout = layoutOf(config);
    this.slot = engine.slot(name, 'f32', this.layout.length);
    for (const place of this.layout.places)
      this.views.set(place.name, view(this.slot, place.start, place.length, `${name}/${place.name}`));
  }

  at(name: string): Slot {
    const found = this.views.get(name);
    if (!found) throw new Error(`${this.slot.name}: no tensor is called ${name}`);
    return found;
  }

  /** Throws if a tensor is missing or of another length. */
  load(tensors: Tensors): void {
    const flat = new Float32Array(this.layout.length);
    for (const { name, start, length } of this.layout.places) {
      const values = tensors.get(name);
      if (values?.length !== length)
        throw new Error(`tensor ${name}: ${values ? values.length : 'no'} numbers, expected ${length}`);
      flat.set(values, start);
    }
    this.engine.write(this.slot, flat);
  }

  async save(): Promise<Tensors> {
    const [flat] = (await this.engine.read(this.slot)) as [Float32Array];
    return new Map(this.layout.places.map((p) => [p.name, flat.slice(p.start, p.start + p.length)]));
  }
}

/**
 * Fresh parameters: weights N(0, 0.02²) except projections back into the residual stream, whose deviation shrinks with depth
 * (GPT-2: 0.02/√(2·layers)); norms 1, biases 0; unused columns 0.
 */
export function initialTensors(config: NetworkConfig, seed: number): Tensors {
  const random = stream(seed, 'init');
  const tensors: Tensors = new Map();
  for (const { name, shape, length } of layoutOf(config).places) {
    const values = new Float32Array(length);
    if (name.includes('norm')) values.fill(name.endsWith('weight') ? 1 : 0);
    else if (!name.endsWith('bias')) {
      const residual = name.includes('projection') || name.includes('down');
      const deviation = residual ? 0.02 / Math.sqrt(2 * config.layers) : 0.02;
      for (let i = 0; i < length; i++) values[i] = deviation * normal(random);
      if (name === 'head.weight' && config.columns > 1)
        for (let i = 0; i < length; i++) if (i % shape[1] >= config.vocabulary) values[i] = 0;
    }
    tensors.set(name, values);
  }
  return tensors;
}

/** The same trunk under a one-column head of zeros: where a reward model starts, and a critic that has no reward model to start from. */
export function withScalarHead(tensors: Tensors, config: NetworkConfig): Tensors {
  const result = new Map(tensors);
  result.set('head.weight', new Float32Array(config.channels));
  result.set('head.bias', new Float32Array(1));
  return result;
}
