import wasm from 'virtual:kernels-wasm';
import { catalogue, type KernelName, type Signature } from './catalogue.ts';
import { checkOp, noWork, type Engine, type Op, type Plan, type Slot } from './engine.ts';
import { OpTimes } from './op-times.ts';

type Kernel = (...addressesAndDims: number[]) => void;

interface Exports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory;
  /** The address of zeroed bytes, or 0 if there is no room. */
  readonly allocate: (bytes: number) => number;
}

let compiled: Promise<WebAssembly.Module> | undefined;

function compile(): Promise<WebAssembly.Module> {
  const text = atob(wasm);
  return WebAssembly.compile(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** `matmul-backward-x` is the export `matmulBackwardX`. */
function exportName(kernel: KernelName): string {
  return kernel.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * The engine on one thread of the CPU: SIMD WebAssembly over one memory, in the browser and in Node alike. Deterministic: the same
 * inputs give the same bits. Rejects where the host has no WebAssembly SIMD.
 */
export async function createCpuEngine(): Promise<Engine> {
  compiled ??= compile();
  const instance = await WebAssembly.instantiate(await compiled);
  return new CpuEngine(instance.exports as unknown as Exports);
}

class CpuEngine implements Engine {
  readonly name = 'cpu';
  readonly fuses = false;
  readonly counters = noWork();
  readonly times = new OpTimes(8);
  #exports: Exports | undefined;
  readonly #addresses = new Map<Slot, number>();
  readonly #plans = new Map<Plan, readonly (() => void)[]>();
  #floats = new Float32Array();
  #words = new Uint32Array();

  constructor(exports: Exports) {
    this.#exports = exports;
  }

  slot(name: string, type: Slot['type'], length: number): Slot {
    const bytes = 4 * length;
    const address = bytes < 2 ** 32 ? this.#live().allocate(bytes) >>> 0 : 0;
    if (address === 0)
      throw new Error(`cpu engine: no memory for slot ${name} of ${bytes} bytes: use smaller batches`);
    const slot: Slot = {
      name,
      type,
      length,
      start: 0,
      get base() {
        return slot;
      },
    };
    this.#addresses.set(slot, address);
    this.counters.buffers += 1;
    return slot;
  }

  write(slot: Slot, data: Float32Array | Uint32Array, at = 0): void {
    if (at < 0 || at + data.length > slot.length)
      throw new Error(
        `cpu engine: ${data.length} elements at ${at} do not fit slot ${slot.name} (${slot.length})`,
      );
    const first = this.#locate(slot) + at;
    (slot.type === 'f32' ? this.#floats : this.#words).set(data, first);
  }

  read(...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    this.counters.readBacks += 1;
    this.counters.waits += 1;
    const copies = slots.map((slot) => {
      const first = this.#locate(slot);
      return (slot.type === 'f32' ? this.#floats : this.#words).slice(first, first + slot.length);
    });
    return Promise.resolve(copies);
  }

  plan(name: string, ops: readonly Op[]): Plan {
    const plan: Plan = { name, length: ops.length };
    this.#plans.set(
      plan,
      ops.map((op) => this.#ready(op)),
    );
    this.times.add(plan, ops);
    return plan;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  run(...plans: Plan[]): void {
    for (const plan of plans) {
      const steps = this.#plans.get(plan);
      if (!steps) throw new Error(`cpu engine: plan ${plan.name} is not of this engine, or it was freed`);
      this.times.run(plan, steps);
      this.counters.dispatches += steps.length;
    }
    this.counters.submits += 1;
  }

  runAndRead(plans: readonly Plan[], ...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    this.run(...plans);
    return this.read(...slots);
  }

  free(): void {
    this.#addresses.clear();
    this.#plans.clear();
    this.times.clear();
    this.#exports = undefined;
    this.#floats = new Float32Array();
    this.#words = new Uint32Array();
  }

  #live(): Exports {
    if (!this.#exports) throw new Error('cpu engine: it was freed; make another');
    return this.#exports;
  }

  /** The slot's index in the typed arrays, which are renewed where memory has grown and left them empty. */
  #locate(slot: Slot): number {
    const address = this.#addresses.get(slot.base);
    if (address === undefined)
      throw new Error(`cpu engine: slot ${slot.name} is not of this engine, or it was freed`);
    const { buffer } = this.#live().memory;
    if (this.#floats.buffer !== buffer) {
      this.#floats = new Float32Array(buffer);
      this.#words = new Uint32Array(buffer);
    }
    return address / 4 + slot.start;
  }

  #ready(op: Op): () => void {
    checkOp(op);
    const { bindings, dims }: Signature = catalogue[op.kernel];
    const pointers = bindings.map(([name]) => this.#locate(op.slots[name]) * 4);
    const kernel = this.#live()[exportName(op.kernel)] as Kernel | undefined;
    if (!kernel)
      throw new Error(`cpu engine: ${op.kernel} is for GPUs alone; run the ops that it stands for`);
    const sizes = dims.map((dim) => op.dims[dim]);
    const fixed = sizes.filter((size) => typeof size === 'number');
    if (fixed.length === sizes.length) return kernel.bind(undefined, ...pointers, ...fixed);
    const all = [...pointers, ...sizes.map((size) => (typeof size === 'number' ? size : size.now))];
    return () => {
      sizes.forEach((size, i) => {
        if (typeof size !== 'number') all[pointers.length + i] = size.now;
      });
      kernel(...all);
    };
  }
}
