import { catalogue, type Signature } from './catalogue.ts';
import { checkOp, nowOf, noWork, type Engine, type Op, type Plan, type Slot } from './engine.ts';
import { OpTimes } from './op-times.ts';
import { references } from './references.ts';

type Memory = Float64Array | Uint32Array;

export interface ReferenceEngine extends Engine {
  readonly name: 'reference';
  /** The live memory of a slot or view, in double precision. */
  memory(slot: Slot): Memory;
}

/** An engine that runs the references: slow, in double precision, for tests. */
export function createReferenceEngine(): ReferenceEngine {
  const counters = noWork();
  const times = new OpTimes(1);
  const memories = new Map<Slot, Memory>();
  const known = new Map<Plan, readonly (() => void)[]>();

  function memory(slot: Slot): Memory {
    const base = memories.get(slot.base);
    if (!base) throw new Error(`reference engine: slot ${slot.name} is not of this engine, or it was freed`);
    return base.subarray(slot.start, slot.start + slot.length);
  }

  function prepared(op: Op): () => void {
    checkOp(op);
    const { bindings }: Signature = catalogue[op.kernel];
    const arrays = Object.fromEntries(bindings.map(([name]) => [name, memory(op.slots[name])]));
    const reference = references[op.kernel] as (arrays: object, dims: object) => void;
    return () => reference(arrays, nowOf(op.dims));
  }

  return {
    name: 'reference',
    fuses: false,
    counters,
    times,
    memory,
    slot(name, type, length) {
      const slot: Slot = {
        name,
        type,
        length,
        start: 0,
        get base() {
          return slot;
        },
      };
      memories.set(slot, type === 'f32' ? new Float64Array(length) : new Uint32Array(length));
      counters.buffers += 1;
      return slot;
    },
    write(slot, data, at = 0) {
      memory(slot).set(data, at);
    },
    read(...slots) {
      counters.readBacks += 1;
      counters.waits += 1;
      const copies = slots.map((slot) => {
        const source = memory(slot);
        return source instanceof Float64Array ? new Float32Array(source) : source.slice();
      });
      return Promise.resolve(copies);
    },
    plan(name, ops) {
      const plan: Plan = { name, length: ops.length };
      known.set(plan, ops.map(prepared));
      times.add(plan, ops);
      return plan;
    },
    ready: () => Promise.resolve(),
    run(...plans) {
      for (const plan of plans) {
        const steps = known.get(plan);
        if (!steps)
          throw new Error(`reference engine: plan ${plan.name} is not of this engine, or it was freed`);
        times.run(plan, steps);
        counters.dispatches += steps.length;
      }
      counters.submits += 1;
    },
    runAndRead(plans, ...slots) {
      this.run(...plans);
      return this.read(...slots);
    },
    free() {
      memories.clear();
      known.clear();
      times.clear();
    },
  };
}
