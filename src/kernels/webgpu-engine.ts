import type { Counters, Engine, Extent, Op, Plan, Slot } from './engine.ts';
import { checkOp, mostOf } from './engine.ts';
import { OpTimes } from './op-times.ts';
import { programs, type Pass, type Program } from './programs.ts';
import { encodeRows, encodeTimed, MOST_TIMED, stepsOf, type Row } from './timed-passes.ts';
import { declaredBindings, wgslModule, workgroups, type DeclaredBinding } from './wgsl-module.ts';

const BYTES = 4;

function aboutOp({ kernel, dims }: Op): string {
  const sizes = Object.entries(mostOf(dims)).map(([name, value]) => `${name} ${value}`);
  return `${kernel} (${sizes.join(', ')})`;
}

/**
 * Throws where a dispatch would write one view of a slot and read another, which WebGPU refuses without naming the kernel. (That
 * they overlap, `checkOp` refuses.)
 */
function assertApart(about: string, bindings: readonly DeclaredBinding[], slots: readonly Slot[]): void {
  bindings.forEach(({ name, access }, i) => {
    if (access === 'read') return;
    bindings.forEach((other, j) => {
      const [a, b] = [slots[i], slots[j]];
      if (i === j || a.base !== b.base || other.access !== 'read') return;
      throw new Error(
        `${about}: ${name} is written in slot ${a.base.name}, which ${other.name} reads: use two`,
      );
    });
  });
}

/** The dimension of a dispatch that is no constant: the rows that it goes over, M or B, where they are an extent. */
function extentOf({ dims }: Op, { constants }: Pass): { name: string; dim: Extent } | undefined {
  for (const name of ['M', 'B']) {
    const dim = dims[name];
    if (typeof dim === 'object' && constants?.[name] === undefined) return { name, dim };
  }
  return undefined;
}

/**
 * Runs ops as WGSL on `device`. A base slot is one buffer, for as long as the engine lives; a plan's pipelines and bind
 * groups are made once, and a run encodes them into one pass and one submit. WebGPU orders dispatches of a pass that
 * touch the same buffer, which is all the ordering that a plan needs. What WebGPU refuses, and the loss of the device,
 * rejects the next `read` with the reason. The device stays open when the engine is freed.
 */
export function createWebGpuEngine(device: GPUDevice): Engine {
  return new WebGpuEngine(device);
}

class WebGpuEngine implements Engine {
  readonly name = 'webgpu';
  readonly counters: Counters = {
    dispatches: 0,
    submits: 0,
    readBacks: 0,
    buffers: 0,
    bindGroups: 0,
    pipelines: 0,
  };
  readonly times: OpTimes;
  private readonly device: GPUDevice;
  private readonly buffers = new Map<Slot, GPUBuffer>();
  private readonly plans = new Map<Plan, { rows: readonly Row[]; extents: readonly Extent[] }>();
  /** The slot that each extent is read from, and what is written there. */
  private readonly extents = new Map<Extent, { slot: Slot; now: number }>();
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  /** The largest scratch so far. All ops share it: dispatches that touch it run in order. Older plans keep theirs. */
  private scratch: Slot | undefined;
  private readonly freeStaging: GPUBuffer[] = [];
  private readonly allStaging: GPUBuffer[] = [];
  /** Validations under way. */
  private readonly checks = new Set<Promise<void>>();
  /** Why this engine can no longer be trusted: the first complaint, and the first that names what caused it. */
  private failure: string | undefined;
  private cause: string | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    const canTime = device.features.has('timestamp-query');
    this.times = new OpTimes(
      1,
      MOST_TIMED,
      canTime ? undefined : 'This adapter offers no timestamp queries.',
    );
    device.addEventListener('uncapturederror', this.onError);
    void device.lost.then(({ reason, message }) =>
      this.fail(`the GPU device was lost (${reason}): ${message}`),
    );
  }

  slot(name: string, type: 'f32' | 'u32', length: number): Slot {
    const slot: Slot = {
      name,
      type,
      length,
      start: 0,
      get base() {
        return slot;
      },
    };
    const size = length * BYTES;
    const limit = Math.min(this.device.limits.maxBufferSize, this.device.limits.maxStorageBufferBindingSize);
    if (!Number.isInteger(length) || length < 1 || size > limit)
      throw new Error(`slot ${name}: ${length} elements, expected 1 to ${limit / BYTES} on this GPU`);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.buffers.set(slot, this.device.createBuffer({ label: name, size, usage }));
    this.counters.buffers += 1;
    return slot;
  }

  write(slot: Slot, data: Float32Array | Uint32Array, at = 0): void {
    if (at < 0 || at + data.length > slot.length)
      throw new Error(
        `write ${slot.name}: ${data.length} elements at ${at} do not fit the slot's ${slot.length}`,
      );
    // The copy is taken on the call, so that the caller may change its array at once.
    this.device.queue.writeBuffer(this.buffer(slot), (slot.start + at) * BYTES, data);
  }

  read(...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    return this.submitAndRead(this.device.createCommandEncoder({ label: 'read' }), slots);
  }

  /** Copies the slots out behind whatever `encoder` holds, submits, and waits for the copies. */
  private async submitAndRead(
    encoder: GPUCommandEncoder,
    slots: readonly Slot[],
  ): Promise<(Float32Array | Uint32Array)[]> {
    const sources = slots.map((slot) => this.buffer(slot));
    const size = slots.reduce((sum, slot) => sum + slot.length * BYTES, 0);
    const staging = this.takeStaging(size);
    let at = 0;
    slots.forEach((slot, i) => {
      const bytes = slot.length * BYTES;
      encoder.copyBufferToBuffer(sources[i], slot.start * BYTES, staging, at, bytes);
      at += bytes;
    });
    this.submit(encoder);
    this.counters.readBacks += 1;
    try {
      await Promise.all([staging.mapAsync(GPUMapMode.READ, 0, size), ...this.checks]);
    } catch (error) {
      this.fail(String(error));
    }
    const reason = this.cause ?? this.failure;
    if (reason) throw new Error(`WebGPU engine: ${reason}`);
    const copy = staging.getMappedRange(0, size).slice(0);
    staging.unmap();
    this.freeStaging.push(staging);
    at = 0;
    return slots.map(({ type, length }) => {
      const part = type === 'f32' ? new Float32Array(copy, at, length) : new Uint32Array(copy, at, length);
      at += length * BYTES;
      return part;
    });
  }

  plan(name: string, ops: readonly Op[]): Plan {
    ops.forEach(checkOp);
    // Each kernel's entry takes its own dimensions, which checkOp has seen to be there.
    const made = ops.map((op) => (programs[op.kernel] as (dims: object) => Program)(mostOf(op.dims)));
    this.growScratch(Math.max(0, ...made.map((program) => program.scratch)));
    const rows = this.checked(`plan ${name}`, () =>
      ops.flatMap((op, i) => made[i].passes.map((pass) => this.row(op, pass))),
    );
    const plan: Plan = { name, length: ops.length };
    const dims = ops.flatMap((op) => Object.values(op.dims)).filter((dim) => typeof dim !== 'number');
    this.plans.set(plan, { rows, extents: [...new Set(dims)] });
    this.times.add(plan, stepsOf(rows));
    return plan;
  }

  run(plan: Plan): void {
    this.submit(this.encode(plan));
  }

  runAndRead(plan: Plan, ...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    return this.submitAndRead(this.encode(plan), slots);
  }

  private encode(plan: Plan): GPUCommandEncoder {
    const known = this.plans.get(plan);
    if (!known) throw new Error(`WebGPU engine: plan ${plan.name} is not of this engine, or it was freed`);
    const { rows, extents } = known;
    for (const extent of extents) this.writeExtent(extent);
    const encoder = this.device.createCommandEncoder({ label: plan.name });
    if (this.times.takes(plan)) encodeTimed(this.device, encoder, rows, (ms) => this.times.record(plan, ms));
    else {
      const pass = encoder.beginComputePass({ label: plan.name });
      encodeRows(pass, rows);
      pass.end();
    }
    this.counters.dispatches += rows.length;
    return encoder;
  }

  free(): void {
    this.fail('it was freed');
    this.device.removeEventListener('uncapturederror', this.onError);
    for (const buffer of [...this.buffers.values(), ...this.allStaging]) buffer.destroy();
    this.buffers.clear();
    this.plans.clear();
    this.times.clear();
    this.pipelines.clear();
  }

  private readonly onError = (event: GPUUncapturedErrorEvent) => this.fail(event.error.message);

  private fail(reason: string): void {
    this.failure ??= reason;
  }

  private submit(encoder: GPUCommandEncoder): void {
    this.device.queue.submit([encoder.finish()]);
    this.counters.submits += 1;
  }

  /** What `make` returns at once; what WebGPU finds wrong with it later fails the engine. */
  private checked<T>(about: string, make: () => T): T {
    this.device.pushErrorScope('validation');
    const made = make();
    const check = this.device.popErrorScope().then(
      (error) => {
        if (error) this.cause ??= `${about}: ${error.message}`;
      },
      // The device is lost: its own promise gives the better reason.
      () => undefined,
    );
    this.checks.add(check);
    void check.then(() => this.checks.delete(check));
    return made;
  }

  private buffer(slot: Slot): GPUBuffer {
    const buffer = this.buffers.get(slot.base);
    if (!buffer) throw new Error(`WebGPU engine: slot ${slot.name} is not of this engine, or it was freed`);
    return buffer;
  }

  private growScratch(length: number): void {
    if (length > (this.scratch?.length ?? 0)) this.scratch = this.slot('scratch', 'f32', length);
  }

  /** A buffer to map of at least `size` bytes; powers of two, so that a few serve reads of every size. */
  private takeStaging(size: number): GPUBuffer {
    const found = this.freeStaging.findIndex((buffer) => buffer.size >= size);
    if (found >= 0) return this.freeStaging.splice(found, 1)[0];
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(size, 4096)));
    const staging = this.device.createBuffer({ label: 'staging', size: rounded, usage });
    this.allStaging.push(staging);
    this.counters.buffers += 1;
    return staging;
  }

  private slotOf(extent: Extent): Slot {
    const known = this.extents.get(extent) ?? { slot: this.slot('extent', 'u32', 1), now: 0 };
    this.extents.set(extent, known);
    return known.slot;
  }

  private writeExtent(extent: Extent): void {
    const known = this.extents.get(extent);
    if (!known || known.now === extent.now) return;
    this.write(known.slot, Uint32Array.of(extent.now));
    known.now = extent.now;
  }

  private slotBehind(name: string, op: Op): Slot {
    const slot = name === 'scratch' ? this.scratch : op.slots[name];
    if (!slot) throw new Error(`${aboutOp(op)}: its program binds ${name}, which it does not have`);
    return slot;
  }

  private row(op: Op, pass: Pass): Row {
    const about = aboutOp(op);
    const bindings = declaredBindings(pass.code[0]);
    const extent = extentOf(op, pass);
    const layout = this.layout(bindings, extent !== undefined);
    const slots = bindings.map(({ name }) => this.slotBehind(pass.renamed?.[name] ?? name, op));
    assertApart(about, bindings, slots);
    const entries = slots.map((slot, binding) => ({
      binding,
      resource: { buffer: this.buffer(slot), offset: slot.start * BYTES, size: slot.length * BYTES },
    }));
    if (extent) {
      const buffer = this.buffer(this.slotOf(extent.dim));
      entries.push({ binding: entries.length, resource: { buffer, offset: 0, size: BYTES } });
    }
    this.counters.bindGroups += 1;
    return {
      step: op,
      pipeline: this.pipeline(about, op, pass, layout, extent?.name),
      bindGroup: this.device.createBindGroup({ label: about, layout, entries }),
      ...workgroups(pass.threads),
    };
  }

  /** Layouts differ by access alone, and are shared between pipelines. */
  private layout(bindings: readonly DeclaredBinding[], hasExtent: boolean): GPUBindGroupLayout {
    const accesses = [...bindings.map(({ access }) => access), ...(hasExtent ? ['read'] : [])];
    const key = accesses.join();
    let layout = this.layouts.get(key);
    if (!layout) {
      const entries = accesses.map((access, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
      }));
      layout = this.device.createBindGroupLayout({ label: key, entries });
      this.layouts.set(key, layout);
    }
    return layout;
  }

  private pipeline(
    about: string,
    op: Op,
    pass: Pass,
    bindGroupLayout: GPUBindGroupLayout,
    extent: string | undefined,
  ): GPUComputePipeline {
    const constants = { ...mostOf(op.dims), ...pass.constants };
    const code = wgslModule(pass.code, constants, pass.threads, pass.isWide ?? false, extent);
    let pipeline = this.pipelines.get(code);
    if (!pipeline) {
      pipeline = this.checked(about, () =>
        this.device.createComputePipeline({
          label: about,
          layout: this.device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] }),
          compute: { module: this.device.createShaderModule({ label: about, code }) },
        }),
      );
      this.pipelines.set(code, pipeline);
      this.counters.pipelines += 1;
    }
    return pipeline;
  }
}
