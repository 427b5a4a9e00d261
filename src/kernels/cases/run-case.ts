import { catalogue, type KernelName, type Signature } from '../catalogue.ts';
import { shapeLength, view, VIEW_ALIGNMENT, type Engine, type Op, type Slot } from '../engine.ts';
import { createReferenceEngine } from '../reference-engine.ts';
import type { Arrays } from '../reference.ts';
import { perturbed } from '../sample.ref.ts';

type Data = Float32Array | Uint32Array;
export type Inputs = Readonly<Record<string, Data>>;

/** One kernel at one size on certain inputs. */
export interface Case {
  readonly kernel: KernelName;
  readonly about: string;
  readonly dims: Readonly<Record<string, number>>;
  /** What bindings hold before; those not given hold `STALE`, which a kernel must overwrite. */
  readonly inputs: () => Inputs;
  /** Rows (M or B) that there are when it runs, where not all. */
  readonly live?: number;
  /** Multiplies the kernel's tolerance, where the inputs make rounding worse. */
  readonly slack?: number;
}

/** An element may differ by absolute + relative·(|expected| + root mean square of the binding). */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

const SUMS: Tolerance = { absolute: 1e-7, relative: 1e-5 };
const HEADS: Tolerance = { absolute: 1e-6, relative: 1e-5 };
const EXACT: Tolerance = { absolute: 0, relative: 1e-7 };

export const tolerances: Readonly<Record<KernelName, Tolerance>> = {
  embedding: EXACT,
  'embedding-backward': SUMS,
  gather: EXACT,
  'layer-norm': SUMS,
  'layer-norm-backward': SUMS,
  matmul: SUMS,
  'matmul-gelu': SUMS,
  'matmul-residual': SUMS,
  'matmul-backward': SUMS,
  'matmul-backward-gelu': SUMS,
  attention: SUMS,
  'attention-backward': SUMS,
  'attention-decode': SUMS,
  // A token is right if its perturbed logit is the largest, up to this.
  sample: HEADS,
  decode: HEADS,
  'log-prob': HEADS,
  'ppo-head': HEADS,
  'value-head': HEADS,
  'cross-entropy': HEADS,
  'bradley-terry': HEADS,
  'column-sum': SUMS,
  'square-partials': SUMS,
  adamw: SUMS,
};

export interface Difference {
  readonly binding: string;
  readonly index: number;
  readonly got: number;
  readonly expected: number;
  /** |got − expected| over |expected| + root mean square of the binding. */
  readonly relative: number;
  /** |got − expected| as a multiple of what is allowed. */
  readonly excess: number;
}

const STALE = 12345;
const GUARD = 54321;

function padded(length: number): number {
  return Math.ceil(length / VIEW_ALIGNMENT) * VIEW_ALIGNMENT;
}

/** A view for every binding, followed by a guard stretch; `current` and `next` share a slot, as in decoding. */
export function bindCase(engine: Engine, { kernel, dims }: Case, inputs: Inputs) {
  const { bindings }: Signature = catalogue[kernel];
  const slots: Record<string, Slot> = {};
  const guards: Slot[] = [];
  for (const [name, type, , shape] of bindings) {
    const length = shapeLength(shape, dims);
    const room = padded(length);
    if (name === 'next') slots.next = view(slots.current.base, padded(length), length, name);
    else {
      const copies = name === 'current' ? 2 : 1;
      const base = engine.slot(name, type, room * copies + VIEW_ALIGNMENT);
      guards.push(view(base, room * copies, VIEW_ALIGNMENT, `guard of ${name}`));
      slots[name] = view(base, 0, length);
    }
    const data =
      inputs[name] ?? (type === 'f32' ? new Float32Array(length) : new Uint32Array(length)).fill(STALE);
    if (data.length !== length)
      throw new Error(`case of ${kernel}: ${name} has ${data.length} elements, expected ${length}`);
    engine.write(slots[name], data);
  }
  for (const guard of guards)
    engine.write(
      guard,
      (guard.type === 'f32' ? new Float32Array(guard.length) : new Uint32Array(guard.length)).fill(GUARD),
    );
  return { slots, guards };
}

/** The case's dimensions, its rows an extent where they are not all live. */
function dimsOf({ dims, live }: Case): Op['dims'] {
  if (live === undefined) return dims;
  const name = 'M' in dims ? 'M' : 'B';
  return { ...dims, [name]: { most: dims[name], now: live } };
}

function rootMeanSquare(data: Float64Array | Uint32Array): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return Math.sqrt(sum / Math.max(1, data.length));
}

/** The element that is furthest out; a number that is not finite is infinitely far. */
function worstOf(
  binding: string,
  got: Data,
  expected: Float64Array | Uint32Array,
  tolerance: Tolerance,
): Difference {
  const scale = rootMeanSquare(expected);
  let worst: Difference = { binding, index: -1, got: 0, expected: 0, relative: 0, excess: 0 };
  for (let i = 0; i < expected.length; i++) {
    const size = Math.abs(expected[i]) + scale;
    const distance = Math.abs(got[i] - expected[i]);
    const allowed = tolerance.absolute + tolerance.relative * size;
    const excess = distance === 0 ? 0 : Number.isFinite(distance) ? distance / allowed : Infinity;
    if (excess > worst.excess)
      worst = { binding, index: i, got: got[i], expected: expected[i], relative: distance / size, excess };
  }
  return worst;
}

/** By how much a sampled token falls short of the best one, as a multiple of what is allowed. */
function worstSample(next: Data, arrays: Arrays<'sample'>, c: Case, tolerance: Tolerance): Difference {
  const dims = { ...c.dims, B: c.live ?? c.dims.B } as Record<'B' | 'V' | 'N' | 'end', number>;
  let worst: Difference = { binding: 'next', index: -1, got: 0, expected: 0, relative: 0, excess: 0 };
  for (let b = 0; b < dims.B; b++) {
    if (next[b] === arrays.next[b]) continue;
    const scores = perturbed(arrays, dims, b);
    const best = scores[arrays.next[b]];
    const missing = best - scores[next[b]];
    const regret = missing / (tolerance.absolute + tolerance.relative * Math.abs(best));
    const excess = Number.isFinite(regret) ? regret : Infinity;
    const relative = missing / Math.abs(best);
    if (excess > worst.excess)
      worst = { binding: 'next', index: b, got: next[b], expected: arrays.next[b], relative, excess };
  }
  return worst;
}

/**
 * Runs a case on `engine` and on the reference engine, and compares every binding (inputs must be left alone), and the
 * memory behind it. Returns the worst element.
 */
export async function compareCase(engine: Engine, c: Case): Promise<Difference> {
  const reference = createReferenceEngine();
  const inputs = c.inputs();
  const ours = bindCase(engine, c, inputs);
  const theirs = bindCase(reference, c, inputs);
  const dims = dimsOf(c);
  engine.run(engine.plan(c.about, [{ kernel: c.kernel, slots: ours.slots, dims }]));
  reference.run(reference.plan(c.about, [{ kernel: c.kernel, slots: theirs.slots, dims }]));

  const names = Object.keys(ours.slots);
  const read = await engine.read(...names.map((name) => ours.slots[name]), ...ours.guards);
  const slack = c.slack ?? 1;
  const { absolute, relative } = tolerances[c.kernel];
  const tolerance = { absolute: absolute * slack, relative: relative * slack };
  const differences = names.map((name, i) => {
    if (name !== 'next') return worstOf(name, read[i], reference.memory(theirs.slots[name]), tolerance);
    const arrays = Object.fromEntries(names.map((key) => [key, reference.memory(theirs.slots[key])]));
    return worstSample(read[i], arrays as Arrays<'sample'>, c, tolerance);
  });
  ours.guards.forEach((guard, i) => {
    const got = read[names.length + i];
    differences.push(worstOf(guard.name, got, new Float64Array(guard.length).fill(GUARD), EXACT));
  });
  return differences.reduce((a, b) => (b.excess > a.excess ? b : a));
}

/** As `compareCase`; throws where the worst element is outside the kernel's tolerance. */
export async function runCase(engine: Engine, c: Case): Promise<Difference> {
  const worst = await compareCase(engine, c);
  if (worst.excess > 1)
    throw new Error(
      `${c.kernel}, ${c.about} on ${engine.name}: ${worst.binding}[${worst.index}] is ${worst.got}, expected ` +
        `${worst.expected}: ${worst.excess.toPrecision(3)} times the tolerance`,
    );
  return worst;
}
