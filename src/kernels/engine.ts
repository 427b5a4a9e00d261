import { catalogue, type BindingName, type DimName, type KernelName, type Signature } from './catalogue.ts';
import type { OpTimes } from './op-times.ts';

/** A stretch of device memory that lives as long as its engine, or a view of one. */
export interface Slot {
  readonly name: string;
  readonly type: 'f32' | 'u32';
  /** Elements. */
  readonly length: number;
  /** The slot whose memory this is: itself, unless it is a view. */
  readonly base: Slot;
  /** Elements from the start of `base`. */
  readonly start: number;
}

/**
 * A number of rows (M, B or R) that may be smaller in some runs than in others. What lies past `now` is neither read nor
 * written, but for the R of `gather`, which only says how long its source is.
 */
export interface Extent {
  readonly most: number;
  /** From 0 to `most`; read when a plan runs. */
  now: number;
}
export type Dim = number | Extent;

/** One kernel over certain slots with certain dimensions: a row of a plan. The same for every engine. */
export interface Op {
  readonly kernel: KernelName;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly dims: Readonly<Record<string, Dim>>;
}

type Sizes = Readonly<Record<string, number>>;

/** The largest that an op's dimensions may be. */
export function mostOf(dims: Op['dims']): Sizes {
  return Object.fromEntries(
    Object.entries(dims).map(([name, dim]) => [name, typeof dim === 'number' ? dim : dim.most]),
  );
}

/** What an op's dimensions are now. */
export function nowOf(dims: Op['dims']): Sizes {
  return Object.fromEntries(
    Object.entries(dims).map(([name, dim]) => [name, typeof dim === 'number' ? dim : dim.now]),
  );
}

/** Ops made ready once (pipelines, bind groups, pointers), to be replayed as often as wanted. */
export interface Plan {
  readonly name: string;
  readonly length: number;
}

/** Work done since the engine was made. What a training loop may raise is asserted in tests. */
export interface Counters {
  dispatches: number;
  submits: number;
  readBacks: number;
  /** Read-backs asked for while none was under way: how often a device is waited for, at most. */
  waits: number;
  buffers: number;
  bindGroups: number;
  pipelines: number;
}

/** Counters of an engine that has done nothing yet. */
export function noWork(): Counters {
  return { dispatches: 0, submits: 0, readBacks: 0, waits: 0, buffers: 0, bindGroups: 0, pipelines: 0 };
}

/** What runs ops. Three exist: WebGPU, SIMD Wasm and, in tests, the double-precision reference. */
export interface Engine {
  readonly name: 'webgpu' | 'cpu' | 'tfjs' | 'reference';
  readonly counters: Readonly<Counters>;
  /** Whether it has the fused kernels, and is faster with them. */
  readonly fuses: boolean;
  /** What the ops of plans take, when asked for. */
  readonly times: OpTimes;
  /** Zeroed memory for `length` elements. */
  slot(name: string, type: 'f32' | 'u32', length: number): Slot;
  /** Queues a copy from the host; takes effect before any plan run after it. */
  write(slot: Slot, data: Float32Array | Uint32Array, at?: number): void;
  /** Copies of what the slots hold once everything queued is done; one wait for all of them. */
  read(...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]>;
  /** Checks every op against the catalogue (names, types, lengths) and prepares it. */
  plan(name: string, ops: readonly Op[]): Plan;
  /** Compiles every plan so far. One that is run before is compiled on the spot, which takes longer. */
  ready(): Promise<void>;
  /** Replays plans in order: one submit on WebGPU, done on return on the CPU. */
  run(...plans: Plan[]): void;
  /** `run` and then `read`, in one submit on WebGPU. */
  runAndRead(plans: readonly Plan[], ...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]>;
  /** Frees all memory. The engine is unusable afterwards. */
  free(): void;
}

/** Elements between the starts of views: 256 bytes, WebGPU's alignment of a storage buffer's offset. */
export const VIEW_ALIGNMENT = 64;

/** `length` elements of `slot` from `start`, a multiple of VIEW_ALIGNMENT. */
export function view(slot: Slot, start: number, length: number, name = slot.name): Slot {
  const first = slot.start + start;
  if (first % VIEW_ALIGNMENT !== 0)
    throw new Error(`view ${name}: starts at element ${first}, which is no multiple of ${VIEW_ALIGNMENT}`);
  if (start < 0 || start + length > slot.length)
    throw new Error(
      `view ${name}: ${start} + ${length} elements do not lie in ${slot.name} (${slot.length})`,
    );
  return { name, type: slot.type, length, base: slot.base, start: first };
}

/** A checked op: a missing or misspelt binding or dimension does not compile. */
export function op<K extends KernelName>(
  kernel: K,
  slots: Record<BindingName<K>, Slot>,
  dims: Record<DimName<K>, Dim>,
): Op {
  return { kernel, slots, dims };
}

/**
 * Throws unless the op has what the catalogue wants: dimensions, and slots of the right type, long enough, and none of those
 * that are written overlapping another.
 */
export function checkOp(op: Op): void {
  const { bindings, dims }: Signature = catalogue[op.kernel];
  const sizes = mostOf(op.dims);
  for (const dim of dims)
    if (!Number.isInteger(sizes[dim]) || sizes[dim] < 0)
      throw new Error(`${op.kernel}: dimension ${dim} is ${sizes[dim]}, expected a whole number`);
  for (const [name, type, , shape] of bindings) {
    const slot = op.slots[name];
    if (!slot) throw new Error(`${op.kernel}: binding ${name} is missing`);
    if (slot.type !== type) throw new Error(`${op.kernel}: ${name} is ${slot.type}, expected ${type}`);
    const elements = shapeLength(shape, sizes);
    if (slot.length < elements)
      throw new Error(
        `${op.kernel}: ${name} is slot ${slot.name} of ${slot.length} elements, expected ${elements} (${shape.join(' × ')})`,
      );
  }
  const written = bindings.filter(([, , access]) => access !== 'r');
  for (const [name] of written)
    for (const [other] of bindings)
      if (name !== other && overlap(op.slots[name], op.slots[other]))
        throw new Error(
          `${op.kernel}: ${name} is written and shares memory with ${other}: give each its own`,
        );
}

/** Whether two slots share memory. */
export function overlap(a: Slot, b: Slot): boolean {
  return a.base === b.base && a.start < b.start + b.length && b.start < a.start + a.length;
}

/** Elements of a catalogue shape at certain dimensions. */
export function shapeLength(shape: Signature['bindings'][number][3], dims: Sizes): number {
  return shape.reduce<number>(
    (product, factor) => product * (typeof factor === 'number' ? factor : dims[factor]),
    1,
  );
}
