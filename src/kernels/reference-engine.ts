import { catalogue, type Signature } from './catalogue.ts';
import { checkOp, nowOf, type Counters, type Engine, type Op, type Plan, type Slot } from './engine.ts';
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
  const counters: Counters = {
    dispatches: 0,
    submits: 0,
    readBacks: 0,
    buffers: 0,
    bindGroups: 0,
    pipelines: 0,
  };
  const times = new OpTimes(1);
  const memories = new Map<Slot, Memory>();
  const plans = new Map<Plan, readonly (() => void)[]>();

  function memory(slot: Slot): Memory {
    const base = memories.get(slot.base);
    if (!base) throw new Error(`reference engine: slot ${slot.name} is not of this engine, or it was freed`);
    return base.subarray(slot.start, slot.start + slot.length);
  }

  function ready(op: Op): () => void {
    checkOp(op);
    const { bindings }: Signature = catalogue[op.kernel];
    const arrays = Object.fromEntries(bindings.map(([name]) => [name, memory(op.slots[name])]));
    const reference = references[op.kernel] as (arrays: object, dims: object) => void;
    return () => reference(arrays, nowOf(op.dims));
  }

  return {
    name: 'reference',
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
      const copies = slots.map((slot) => {
        const source = memory(slot);
        return source instanceof Float64Array ? new Float32Array(source) : source.slice();
      });
      return Promise.resolve(copies);
    },
    plan(name, ops) {
      const plan: Plan = { name, length: ops.length };
      plans.set(plan, ops.map(ready));
      times.add(plan, ops);
      return plan;
    },
    run(plan) {
      const steps = plans.get(plan);
      if (!steps)
        throw new Error(`reference engine: plan ${plan.name} is not of this engine, or it was freed`);
      times.run(plan, steps);
      counters.dispatches += steps.length;
      counters.submits += 1;
    },
    runAndRead(plan, ...slots) {
      this.run(plan);
      return this.read(...slots);
    },
    free() {
      memories.clear();
      plans.clear();
      times.clear();
    },
  };
}
