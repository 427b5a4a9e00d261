import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { catalogue, type Signature } from '../catalogue.ts';
import type { OpenDevice } from '../device.ts';
import { checkOp, noWork, nowOf, overlap, type Engine, type Op, type Plan, type Slot } from '../engine.ts';
import { OpTimes } from '../op-times.ts';
import { tunings } from '../programs.ts';
import { createWebGpuEngine, type WebGpuEngine } from '../webgpu-engine.ts';
import { pad, type Padded } from './attention.ts';
import { registerTfjs } from './backend.ts';
import { stock, type Inputs } from './ops.ts';

type Data = Float32Array | Uint32Array;

/** What a slot or view holds as a tensor of one dimension; newer than the slot's own buffer where it is `ahead`. */
interface Part {
  readonly slot: Slot;
  readonly tensor: tf.Tensor;
  ahead: boolean;
}

const BYTES = 4;

/**
 * The same ops on TensorFlow.js's WebGPU backend: its own ops wherever it has them, our WGSL where it has not (the heads, the sampler,
 * the attention of one token), on one device and in one queue. Slower: what a stock library takes for the same steps, and an
 * oracle for the others. What our kernels touch lies in buffers of ours; what passes between them and tensors is copied on the
 * GPU. Makes its device's backend the current one of TensorFlow.js.
 */
export async function createTfjsEngine(opened: OpenDevice): Promise<Engine> {
  await registerTfjs(opened);
  return new TfjsEngine(opened.device);
}

class TfjsEngine implements Engine {
  readonly name = 'tfjs';
  readonly fuses = false;
  readonly counters = noWork();
  readonly times = new OpTimes(1, 0, 'TensorFlow.js runs ops of its own, which are not timed one by one.');
  private readonly ours: WebGpuEngine;
  private readonly backend = tf.backend() as WebGPUBackend;
  private readonly parts = new Map<Slot, Part[]>();
  /** What the host wrote, by base. */
  private readonly written = new Map<Slot, Uint32Array>();
  /** Of the positions that a slot holds now. */
  private readonly paddings = new Map<Slot, Padded>();
  private readonly plans = new Map<Plan, readonly (() => void)[]>();

  constructor(device: GPUDevice) {
    this.ours = createWebGpuEngine(device, tunings.software);
    this.countWork(device);
  }

  slot(name: string, type: 'f32' | 'u32', length: number): Slot {
    const slot = this.ours.slot(name, type, length);
    if (type === 'u32') this.written.set(slot, new Uint32Array(length));
    this.counters.buffers += 1;
    return slot;
  }

  write(slot: Slot, data: Data, at = 0): void {
    const start = slot.start + at;
    this.drop({ ...slot, base: slot.base, start, length: data.length });
    this.submitTheirs();
    this.ours.write(slot, data, at);
    this.written.get(slot.base)?.set(data, start);
    this.forgetPadding(slot.base);
  }

  async read(...slots: Slot[]): Promise<Data[]> {
    for (const slot of slots) this.settle(slot);
    this.submitTheirs();
    const { readBacks, waits } = this.ours.counters;
    const read = this.ours.read(...slots);
    this.counters.readBacks += this.ours.counters.readBacks - readBacks;
    this.counters.waits += this.ours.counters.waits - waits;
    return read;
  }

  plan(name: string, ops: readonly Op[]): Plan {
    ops.forEach(checkOp);
    const plan: Plan = { name, length: ops.length };
    this.times.add(plan, ops);
    this.plans.set(
      plan,
      ops.map((op) => this.prepared(op)),
    );
    return plan;
  }

  ready(): Promise<void> {
    return this.ours.ready();
  }

  run(...plans: Plan[]): void {
    for (const plan of plans) {
      const steps = this.plans.get(plan);
      if (!steps) throw new Error(`tfjs engine: plan ${plan.name} is not of this engine, or it was freed`);
      for (const step of steps) step();
    }
    this.submitTheirs();
  }

  runAndRead(plans: readonly Plan[], ...slots: Slot[]): Promise<Data[]> {
    this.run(...plans);
    return this.read(...slots);
  }

  free(): void {
    for (const parts of this.parts.values()) for (const { tensor } of parts) tensor.dispose();
    for (const base of this.paddings.keys()) this.forgetPadding(base);
    this.parts.clear();
    this.plans.clear();
    this.written.clear();
    this.ours.free();
  }

  private prepared(op: Op): () => void {
    const run = stock[op.kernel];
    const { bindings }: Signature = catalogue[op.kernel];
    if (run) {
      return () => {
        const dims = nowOf(op.dims);
        if (dims.M === 0) return;
        tf.tidy(() => {
          const outputs = run(this.inputsOf(op), dims);
          for (const [name, tensor] of Object.entries(outputs)) this.put(op.slots[name], tensor);
        });
      };
    }
    const plan = this.ours.plan(op.kernel, [op]);
    return () => {
      for (const [name] of bindings) this.settle(op.slots[name]);
      this.submitTheirs();
      this.ours.run(plan);
      for (const [name, , access] of bindings) if (access !== 'r') this.drop(op.slots[name]);
    };
  }

  private inputsOf({ slots }: Op): Inputs {
    return {
      of: (name, ...shape) => this.tensorOf(slots[name], shape),
      words: (name, length) => {
        const { base, start } = slots[name];
        return this.written.get(base)!.subarray(start, start + length);
      },
      padded: (length) => this.paddingOf(slots.positions, length),
    };
  }

  /** The first elements of a slot, in a shape. */
  private tensorOf(slot: Slot, shape: number[]): tf.Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    const known = this.partsOf(slot).find(
      (part) => part.slot.start === slot.start && part.tensor.size >= size,
    );
    if (known)
      return (known.tensor.size === size ? known.tensor : known.tensor.slice([0], [size])).reshape(shape);
    this.settle(slot);
    const info = this.backend.makeTensorInfo([size], slot.type === 'f32' ? 'float32' : 'int32');
    const tensor = tf.keep(tf.engine().makeTensorFromTensorInfo(info));
    this.copy(this.ours.bufferOf(slot), slot.start, this.bufferOf(tensor), 0, size);
    const exact = { ...slot, base: slot.base, length: size };
    this.partsOf(slot).push({ slot: exact, tensor, ahead: false });
    return tensor.reshape(shape);
  }

  /** From now on a slot's first elements are those of the tensor. */
  private put(slot: Slot, tensor: tf.Tensor): void {
    const flat = tf.keep(tensor.flatten());
    const exact = { ...slot, base: slot.base, length: flat.size };
    this.drop(exact);
    this.partsOf(slot).push({ slot: exact, tensor: flat, ahead: true });
  }

  private partsOf({ base }: Slot): Part[] {
    const known = this.parts.get(base) ?? [];
    this.parts.set(base, known);
    return known;
  }

  /** Brings the slot's buffer up to what tensors hold of it. */
  private settle(slot: Slot): void {
    for (const part of this.partsOf(slot)) {
      if (!part.ahead || !overlap(part.slot, slot)) continue;
      const { start, length } = part.slot;
      this.copy(this.bufferOf(part.tensor), 0, this.ours.bufferOf(slot), start, length);
      part.ahead = false;
    }
  }

  /** Forgets tensors of what is about to be written; what they hold besides goes to the slot's buffer first. */
  private drop(slot: Slot): void {
    const parts = this.partsOf(slot);
    const isWhole = ({ slot: { start, length } }: Part) =>
      start >= slot.start && start + length <= slot.start + slot.length;
    if (parts.some((part) => overlap(part.slot, slot) && !isWhole(part))) this.settle(slot);
    this.parts.set(
      slot.base,
      parts.filter((part) => {
        const stays = !overlap(part.slot, slot);
        if (!stays) part.tensor.dispose();
        return stays;
      }),
    );
  }

  private paddingOf({ base, start }: Slot, length: number): Padded {
    let padded = this.paddings.get(base);
    if (!padded) {
      padded = pad(this.written.get(base)!.subarray(start, start + length));
      tf.keep(padded.cells);
      tf.keep(padded.places);
      this.paddings.set(base, padded);
    }
    return padded;
  }

  private forgetPadding(base: Slot): void {
    const padded = this.paddings.get(base);
    padded?.cells.dispose();
    padded?.places.dispose();
    this.paddings.delete(base);
  }

  private bufferOf({ dataId }: tf.Tensor): GPUBuffer {
    this.backend.uploadToGPU(dataId);
    return this.backend.tensorMap.get(dataId).resource as GPUBuffer;
  }

  /** Elements, in the backend's own order of work. */
  private copy(source: GPUBuffer, sourceStart: number, to: GPUBuffer, start: number, length: number): void {
    this.backend.endComputePassEncoder();
    this.backend.ensureCommandEncoderReady();
    this.theirs!.copyBufferToBuffer(source, sourceStart * BYTES, to, start * BYTES, length * BYTES);
  }

  /** What TensorFlow.js has encoded and not yet submitted. */
  private get theirs(): GPUCommandEncoder | null {
    return (this.backend as unknown as { commandEncoder: GPUCommandEncoder | null }).commandEncoder;
  }

  private submitTheirs(): void {
    if (!this.theirs) return;
    this.backend.endComputePassEncoder();
    this.backend.submitQueue();
  }

  /** Counts what anybody asks of the device: TensorFlow.js does not say. */
  private countWork(device: GPUDevice): void {
    const { counters } = this;
    const submit = device.queue.submit.bind(device.queue);
    device.queue.submit = (buffers) => {
      counters.submits += 1;
      submit(buffers);
    };
    const createEncoder = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => {
      const encoder = createEncoder(descriptor);
      const beginPass = encoder.beginComputePass.bind(encoder);
      encoder.beginComputePass = (passDescriptor) => {
        const pass = beginPass(passDescriptor);
        const dispatch = pass.dispatchWorkgroups.bind(pass);
        pass.dispatchWorkgroups = (...sizes) => {
          counters.dispatches += 1;
          dispatch(...sizes);
        };
        return pass;
      };
      return encoder;
    };
  }
}
