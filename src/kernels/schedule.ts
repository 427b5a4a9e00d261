import { mostOf, overlap, type Op, type Slot } from './engine.ts';
import type { Step } from './op-times.ts';
import { programs, type Pass, type Program, type Tuning } from './programs.ts';
import sumPartials from './sum-partials.wgsl?raw';
import { GROUP } from './wgsl-module.ts';

/** So many f32 of the scratch that all ops of an engine share. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
}

/** A pass with what it binds. */
export interface Dispatch {
  readonly about: string;
  /** The op that it is of, or what it does for several. */
  readonly step: Step;
  readonly pass: Pass;
  readonly dims: Op['dims'];
  /** By the names that the text declares. Words are constants, to be put into a slot. */
  readonly bound: Readonly<Record<string, Slot | Stretch | Uint32Array>>;
}

/** Elements between the starts of what lies in scratch: what WebGPU asks of a binding. */
const ALIGNMENT = 64;
/** Numbers that `sum-partials.wgsl` reads of a block. */
const BLOCK = 5;

function aboutOp({ kernel, dims }: Op): string {
  const sizes = Object.entries(mostOf(dims)).map(([name, value]) => `${name} ${value}`);
  return `${kernel} (${sizes.join(', ')})`;
}

/** What is still to be added up into slots of one base. */
interface Pending {
  readonly outputs: Slot[];
  /** Rows of BLOCK numbers. */
  readonly blocks: number[];
}

/**
 * The dispatches of ops, in order. Many ops leave sums over stretches of rows in scratch; those into one arena are added up together,
 * by one dispatch before an op that touches the arena, or at the end: one for all gradients of a training step.
 *
 * @returns dispatches, and the f32 of scratch that they need
 */
export function schedule(
  ops: readonly Op[],
  tuning: Tuning,
): { dispatches: readonly Dispatch[]; scratch: number } {
  const dispatches: Dispatch[] = [];
  const pending = new Map<Slot, Pending>();
  let [top, most] = [0, 0];

  const addUp = () => {
    for (const [base, { blocks }] of pending) {
      const BLOCKS = blocks.length / BLOCK;
      dispatches.push({
        about: `sums into ${base.name}`,
        step: { kernel: 'sum-partials', slots: { sums: base }, dims: {} },
        pass: { code: [sumPartials], threads: BLOCKS * GROUP, constants: { BLOCKS } },
        dims: {},
        bound: { scratch: { start: 0, length: top }, blocks: Uint32Array.from(blocks), sums: base },
      });
    }
    pending.clear();
    top = 0;
  };

  for (const op of ops) {
    // Each kernel's entry takes its own dimensions, which `checkOp` has seen to be there.
    const programOf = programs[op.kernel] as (dims: object, tuning: Tuning) => Program;
    const { passes, scratch, sums } = programOf(mostOf(op.dims), tuning);
    const summed = new Set(sums?.outputs.map(([name]) => op.slots[name]));
    const waits = (slot: Slot) => {
      const known = pending.get(slot.base);
      return known && (!summed.has(slot) || known.outputs.some((output) => overlap(output, slot)));
    };
    if (Object.values(op.slots).some(waits)) addUp();

    const own: Stretch = { start: top, length: scratch };
    const bound = scratch > 0 ? { ...op.slots, scratch: own } : op.slots;
    for (const pass of passes) dispatches.push({ about: aboutOp(op), step: op, pass, dims: op.dims, bound });
    const end = top + Math.ceil(scratch / ALIGNMENT) * ALIGNMENT;
    most = Math.max(most, end);
    if (!sums) continue;
    const step = sums.outputs.reduce((sum, [, length]) => sum + length, 0);
    let from = top;
    for (const [name, length] of sums.outputs) {
      const output = op.slots[name];
      const known: Pending = pending.get(output.base) ?? { outputs: [], blocks: [] };
      pending.set(output.base, known);
      known.outputs.push(output);
      for (let at = 0; at < length; at += GROUP) {
        const count = Math.min(GROUP, length - at);
        known.blocks.push(from + at, step, sums.stretches, output.start + at, count);
      }
      from += length;
    }
    top = end;
  }
  addUp();
  return { dispatches, scratch: most };
}
