import type { Engine, Extent, Op, Plan, Slot } from './engine.ts';
import { checkOp, mostOf, noWork, view } from './engine.ts';
import { OpTimes } from './op-times.ts';
import { tunings, type Tuning } from './programs.ts';
import { schedule, type Dispatch } from './schedule.ts';
import { encodeTimed, MOST_TIMED, stepsOf, type OfStep } from './timed-passes.ts';
import { declaredBindings, wgslModule, workgroups, type DeclaredBinding } from './wgsl-module.ts';

/** Compiled by `ready`, many at a time, or on the spot where it is needed before. */
interface Pipeline {
  readonly descriptor: GPUComputePipelineDescriptor;
  compiled?: GPUComputePipeline;
}

/** A dispatch that is ready to be encoded. */
interface Row extends OfStep {
  readonly pipeline: Pipeline;
  readonly bindGroup: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

const BYTES = 4;

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
function extentOf({ dims }: Dispatch): { name: string; dim: Extent } | undefined {
  for (const name of ['M', 'B']) {
    const dim = dims[name];
    if (typeof dim === 'object') return { name, dim };
  }
  return undefined;
}

export interface WebGpuEngine extends Engine {
  /** The memory behind a slot, which a view shares with its base. */
  bufferOf(slot: Slot): GPUBuffer;
}

/**
 * Runs ops as WGSL on `device`. A base slot is one buffer, for as long as the engine lives; a plan's pipelines and bind
 * groups are made once, and a run encodes them into one pass and one submit. WebGPU orders dispatches of a pass that
 * touch the same buffer, which is all the ordering that a plan needs. What WebGPU refuses, and the loss of the device,
 * rejects the next `read` with the reason. The device stays open when the engine is freed.
 */
export function createWebGpuEngine(device: GPUDevice, tuning: Tuning = tunings.software): WebGpuEngine {
  return new OurWebGpuEngine(device, tuning);
}

class OurWebGpuEngine implements WebGpuEngine {
  readonly name = 'webgpu';
  readonly fuses: boolean;
  readonly counters = noWork();
  readonly times: OpTimes;
  private readonly device: GPUDevice;
  private readonly tuning: Tuning;
  private readonly buffers = new Map<Slot, GPUBuffer>();
  private readonly plans = new Map<Plan, { rows: readonly Row[]; extents: readonly Extent[] }>();
  /** The slot that each extent is read from, and what is written there. */
  private readonly extents = new Map<Extent, { slot: Slot; now: number }>();
  private readonly pipelines = new Map<string, Pipeline>();
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  /** The largest scratch so far. All ops share it: dispatches that touch it run in order. Older plans keep theirs. */
  private scratch: Slot | undefined;
  private readonly freeStaging: GPUBuffer[] = [];
  private readonly allStaging: GPUBuffer[] = [];
  /** Read-backs under way. */
  private reading = 0;
  /** Validations under way. */
  private readonly checks = new Set<Promise<void>>();
  /** Why this engine can no longer be trusted: the first complaint, and the first that names what caused it. */
  private failure: string | undefined;
  private cause: string | undefined;

  constructor(device: GPUDevice, tuning: Tuning) {
    this.device = device;
    this.tuning = tuning;
    this.fuses = tuning.fuses;
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
    this.device.queue.writeBuffer(this.bufferOf(slot), (slot.start + at) * BYTES, data);
  }

  read(...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    return this.submitAndRead(this.device.createCommandEncoder({ label: 'read' }), slots);
  }

  /** Copies the slots out behind whatever `encoder` holds, submits, and waits for the copies. */
  private async submitAndRead(
    encoder: GPUCommandEncoder,
    slots: readonly Slot[],
  ): Promise<(Float32Array | Uint32Array)[]> {
    const sources = slots.map((slot) => this.bufferOf(slot));
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
    if (this.reading++ === 0) this.counters.waits += 1;
    try {
      await Promise.all([staging.mapAsync(GPUMapMode.READ, 0, size), ...this.checks]);
    } catch (error) {
      this.fail(String(error));
    }
    this.reading--;
    this.requireSound();
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
    const { dispatches, scratch } = schedule(ops, this.tuning);
    this.growScratch(scratch);
    const rows = this.checked(`plan ${name}`, () => dispatches.map((dispatch) => this.row(dispatch)));
    const plan: Plan = { name, length: ops.length };
    const dims = ops.flatMap((op) => Object.values(op.dims)).filter((dim) => typeof dim !== 'number');
    this.plans.set(plan, { rows, extents: [...new Set(dims)] });
    this.times.add(plan, stepsOf(rows));
    return plan;
  }

  async ready(): Promise<void> {
    const missing = [...this.pipelines.values()].filter(({ compiled }) => !compiled);
    await Promise.all(missing.map((pipeline) => this.compile(pipeline)));
    await Promise.all(this.checks);
    this.requireSound();
  }

  run(...plans: Plan[]): void {
    this.submit(this.encode(plans));
  }

  runAndRead(plans: readonly Plan[], ...slots: Slot[]): Promise<(Float32Array | Uint32Array)[]> {
    return this.submitAndRead(this.encode(plans), slots);
  }

  private encode(plans: readonly Plan[]): GPUCommandEncoder {
    const label = plans.map(({ name }) => name).join(', ');
    const encoder = this.device.createCommandEncoder({ label });
    let pass: GPUComputePassEncoder | undefined;
    for (const plan of plans) {
      const known = this.plans.get(plan);
      if (!known) throw new Error(`WebGPU engine: plan ${plan.name} is not of this engine, or it was freed`);
      const { rows, extents } = known;
      for (const extent of extents) this.writeExtent(extent);
      if (this.times.takes(plan)) {
        pass?.end();
        pass = undefined;
        const encode = (timed: GPUComputePassEncoder, row: Row) => this.encodeRow(timed, row);
        encodeTimed(this.device, encoder, rows, encode, (ms) => this.times.record(plan, ms));
      } else {
        pass ??= encoder.beginComputePass({ label });
        for (const row of rows) this.encodeRow(pass, row);
      }
      this.counters.dispatches += rows.length;
    }
    pass?.end();
    return encoder;
  }

  private encodeRow(pass: GPUComputePassEncoder, { pipeline, bindGroup, x, y }: Row): void {
    pass.setPipeline(pipeline.compiled ?? this.compileNow(pipeline));
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y);
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

  private requireSound(): void {
    const reason = this.cause ?? this.failure;
    if (reason) throw new Error(`WebGPU engine: ${reason}`);
  }

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

  bufferOf(slot: Slot): GPUBuffer {
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

  /** The memory behind what a dispatch binds. */
  private slotBehind(name: string, { about, bound }: Dispatch): Slot {
    const what = bound[name];
    if (what instanceof Uint32Array) {
      const slot = this.slot(`${name} of ${about}`, 'u32', what.length);
      this.write(slot, what);
      return slot;
    }
    if (what && 'base' in what) return what;
    if (!what || !this.scratch)
      throw new Error(`${about}: its program binds ${name}, which it does not have`);
    return view(this.scratch, what.start, what.length);
  }

  private row(dispatch: Dispatch): Row {
    const { about, pass } = dispatch;
    const bindings = declaredBindings(pass.code[0]);
    const extent = extentOf(dispatch);
    const layout = this.layout(bindings, extent !== undefined);
    const slots = bindings.map(({ name }) => this.slotBehind(name, dispatch));
    assertApart(about, bindings, slots);
    const entries = slots.map((slot, binding) => ({
      binding,
      resource: { buffer: this.bufferOf(slot), offset: slot.start * BYTES, size: slot.length * BYTES },
    }));
    if (extent) {
      const buffer = this.bufferOf(this.slotOf(extent.dim));
      entries.push({ binding: entries.length, resource: { buffer, offset: 0, size: BYTES } });
    }
    this.counters.bindGroups += 1;
    return {
      step: dispatch.step,
      pipeline: this.pipeline(dispatch, layout, extent?.name),
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
    { about, pass, dims }: Dispatch,
    bindGroupLayout: GPUBindGroupLayout,
    extent: string | undefined,
  ): Pipeline {
    const constants = { ...mostOf(dims), ...pass.constants };
    const code = wgslModule(pass.code, constants, pass.threads, pass.isWide ?? false, extent);
    let pipeline = this.pipelines.get(code);
    if (!pipeline) {
      const module = this.device.createShaderModule({ label: about, code });
      const layout = this.device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] });
      pipeline = { descriptor: { label: about, layout, compute: { module } } };
      this.pipelines.set(code, pipeline);
      this.counters.pipelines += 1;
    }
    return pipeline;
  }

  private async compile(pipeline: Pipeline): Promise<void> {
    try {
      pipeline.compiled = await this.device.createComputePipelineAsync(pipeline.descriptor);
    } catch (error) {
      // What is wrong with the text, the check of its module says better.
      this.fail(String(error));
    }
  }

  private compileNow(pipeline: Pipeline): GPUComputePipeline {
    return (pipeline.compiled = this.device.createComputePipeline(pipeline.descriptor));
  }
}
