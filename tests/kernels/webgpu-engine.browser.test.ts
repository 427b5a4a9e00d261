import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogue, type KernelName, type Signature } from '../../src/kernels/catalogue.ts';
import { openDevice } from '../../src/kernels/device.ts';
import { op, shapeLength, view, type Engine, type Slot } from '../../src/kernels/engine.ts';
import { tunings } from '../../src/kernels/programs.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';
import { cases } from '../../src/kernels/cases/cases.ts';
import { knobs } from '../../src/kernels/cases/head-cases.ts';
import { runCase, type Case, type Inputs } from '../../src/kernels/cases/run-case.ts';

let device: GPUDevice;
let engine: Engine;

async function open(): Promise<GPUDevice> {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(opened.reason);
  return opened.device;
}

beforeAll(async () => {
  device = await open();
});
beforeEach(() => {
  engine = createWebGpuEngine(device);
});
afterEach(() => engine.free());

const kernels = Object.keys(catalogue) as KernelName[];

describe.each(kernels)('%s', (kernel) => {
  const own = cases.filter((c) => c.kernel === kernel);

  it('agrees with the reference at every size', async () => {
    expect(own.length).toBeGreaterThan(1);
    for (const c of own) {
      await runCase(engine, c);
      engine.free();
      engine = createWebGpuEngine(device);
    }
  });

  // Products have two forms, and sums are split otherwise.
  const hasForms = kernel.includes('matmul') || kernel.includes('backward');
  (hasForms ? it : () => undefined)('agrees as for a GPU, too', async () => {
    for (const c of own) {
      const small = createWebGpuEngine(device, tunings.hardware);
      await runCase(small, c);
      small.free();
    }
  });

  it('gives the same bits again', async () => {
    const { slots, plan, inputs, fill } = prepared(own[own.length - 1]);
    const written = Object.values(slots);
    engine.run(plan);
    const first = await engine.read(...written);
    fill(inputs);
    engine.run(plan);
    expect(await engine.read(...written)).toEqual(first);
  });
});

/** A case's op over slots of its own, with its inputs written. */
function prepared(c: Case) {
  const { bindings }: Signature = catalogue[c.kernel];
  const slots: Record<string, Slot> = {};
  for (const [name, type, , shape] of bindings)
    slots[name] = engine.slot(name, type, shapeLength(shape, c.dims));
  const fill = (inputs: Inputs) => {
    for (const [name, data] of Object.entries(inputs)) engine.write(slots[name], data);
  };
  const inputs = c.inputs();
  fill(inputs);
  const plan = engine.plan(c.about, [{ kernel: c.kernel, slots, dims: c.dims }]);
  return { slots, plan, inputs, fill };
}

/** y = x·2 + 1 on one number. */
function doubling() {
  const w = engine.slot('w', 'f32', 1);
  const bias = engine.slot('bias', 'f32', 1);
  engine.write(w, new Float32Array([2]));
  engine.write(bias, new Float32Array([1]));
  return (from: Slot, to: Slot) => op('matmul', { x: from, w, bias, y: to }, { M: 1, K: 1, N: 1 });
}

describe('plans', () => {
  it('run their dispatches in order, in one submit, and replay without making anything', async () => {
    const x = engine.slot('x', 'f32', 1);
    const y = engine.slot('y', 'f32', 1);
    const step = doubling();
    const sums = engine.slot('sums', 'f32', 1);
    const ops = Array.from({ length: 8 }, () => [step(x, y), step(y, x)]).flat();
    const plan = engine.plan('chain', [...ops, op('column-sum', { x, sums }, { M: 1, N: 1 })]);
    expect(plan.length).toBe(17);
    expect(engine.counters.pipelines).toBeLessThan(4);
    engine.write(x, new Float32Array([3]));
    engine.run(plan);
    // After 16 doublings: 2¹⁶·(3 + 1) − 1.
    expect(await engine.read(x, sums)).toEqual([new Float32Array([262143]), new Float32Array([262143])]);

    const before = { ...engine.counters };
    for (let i = 0; i < 3; i++) {
      engine.write(x, new Float32Array([i]));
      engine.run(plan);
    }
    expect(engine.counters).toEqual({
      ...before,
      dispatches: before.dispatches + 3 * 17,
      submits: before.submits + 3,
    });
    const [last] = await engine.read(x);
    expect(last[0]).toBe(65536 * 3 - 1);
    expect(engine.counters.buffers).toBe(before.buffers);
  });

  it('run several in one submit, compiled beforehand or not', async () => {
    const [x, y] = [engine.slot('x', 'f32', 1), engine.slot('y', 'f32', 1)];
    const step = doubling();
    const [there, back] = [engine.plan('there', [step(x, y)]), engine.plan('back', [step(y, x)])];
    const [early] = await engine.runAndRead([there, back, there], y);
    expect(early[0]).toBe(7);
    await engine.ready();
    const [late] = await engine.runAndRead([back, there], y);
    expect(late[0]).toBe(31);
    expect(engine.counters).toMatchObject({ submits: 2, dispatches: 5, pipelines: 1 });
  });

  it('share pipelines: a kernel of the same dimensions is compiled once', () => {
    const x = engine.slot('x', 'f32', 1);
    const y = engine.slot('y', 'f32', 1);
    const step = doubling();
    engine.plan('first', [step(x, y)]);
    const { pipelines } = engine.counters;
    engine.plan('second', [step(x, y), step(y, x)]);
    expect(engine.counters.pipelines).toBe(pipelines);
  });

  it('reach past what one dispatch dimension holds', async () => {
    const L = 64 * 65_535 + 3;
    const slot = (name: string, length = L) => engine.slot(name, 'f32', length);
    const slots = {
      parameters: slot('parameters'),
      gradients: slot('gradients'),
      firstMoment: slot('firstMoment'),
      secondMoment: slot('secondMoment'),
      norm: slot('norm', 1),
      knobs: slot('knobs', 16),
    };
    engine.write(slots.gradients, new Float32Array(L).fill(0.5));
    // lr 1, β 0, ε 1, no decay, no clipping: θ = −½ / (½ + 1).
    const plain = { beta1: 0, beta2: 0, weightDecay: 0, maxGradNorm: 1e9, correction1: 1, correction2: 1 };
    engine.write(slots.knobs, knobs({ learningRate: 1, epsilon: 1, ...plain }));
    engine.run(engine.plan('long', [op('adamw', slots, { L })]));
    const [parameters] = await engine.read(slots.parameters);
    for (const i of [0, 64 * 65_535 - 1, 64 * 65_535, L - 1]) expect(parameters[i]).toBeCloseTo(-1 / 3, 6);
  });
});

describe('memory', () => {
  it('starts as zeros, and is written and read through views', async () => {
    const arena = engine.slot('arena', 'u32', 192);
    const second = view(arena, 64, 3);
    engine.write(second, new Uint32Array([7, 8, 9]));
    engine.write(second, new Uint32Array([5]), 1);
    const [part, all] = await engine.read(second, arena);
    expect(part).toEqual(new Uint32Array([7, 5, 9]));
    expect([all[63], all[64], all[65], all[66], all[67], all.length]).toEqual([0, 7, 5, 9, 0, 192]);
  });

  it('is read back with one wait for any number of slots, and steadily without new buffers', async () => {
    const slots = [3, 70, 1].map((length, i) => engine.slot(`s${i}`, i === 1 ? 'u32' : 'f32', length));
    engine.write(slots[2], new Float32Array([0.25]));
    await engine.read(...slots);
    const before = { ...engine.counters };
    const [a, b, c] = await engine.read(...slots);
    expect([a.length, b.length, c[0]]).toEqual([3, 70, 0.25]);
    expect(b).toBeInstanceOf(Uint32Array);
    expect(engine.counters).toEqual({
      ...before,
      readBacks: before.readBacks + 1,
      waits: before.waits + 1,
      submits: before.submits + 1,
    });
  });

  it('may be read again before the first read is done', async () => {
    const slot = engine.slot('slot', 'f32', 1);
    engine.write(slot, new Float32Array([1]));
    const first = engine.read(slot);
    engine.write(slot, new Float32Array([2]));
    const second = engine.read(slot);
    const { waits } = engine.counters;
    expect([(await first)[0][0], (await second)[0][0]]).toEqual([1, 2]);
    await engine.read(slot);
    expect([waits, engine.counters.waits]).toEqual([1, 2]);
  });

  it('refuses what does not fit', () => {
    const slot = engine.slot('slot', 'f32', 4);
    expect(() => engine.write(slot, new Float32Array(3), 2)).toThrow('3 elements at 2 do not fit');
    expect(() => engine.slot('huge', 'f32', 2 ** 40)).toThrow('slot huge: 1099511627776 elements');
    expect(() => engine.slot('empty', 'f32', 0)).toThrow('slot empty: 0 elements, expected 1');
  });
});

describe('failure', () => {
  it('an op that the catalogue refuses throws at once', () => {
    const x = engine.slot('x', 'f32', 5);
    const sums = engine.slot('sums', 'f32', 2);
    expect(() => engine.plan('bad', [op('column-sum', { x, sums }, { M: 3, N: 2 })])).toThrow(
      'column-sum: x is slot x of 5 elements',
    );
  });

  it('memory that a dispatch would both read and write throws at once', () => {
    const both = engine.slot('both', 'f32', 128);
    const y = engine.slot('y', 'f32', 1);
    const step = doubling();
    expect(() => engine.plan('in place', [step(view(both, 0, 1), view(both, 64, 1))])).toThrow(
      'matmul (M 1, K 1, N 1): y is written in slot both, which x reads',
    );
    const dx = engine.slot('dx', 'f32', 1);
    const out = view(both, 0, 1);
    const slots = { x: y, w: y, dy: y, dx, dw: out, dBias: out };
    expect(() => engine.plan('overlap', [op('matmul-backward', slots, { M: 1, K: 1, N: 1 })])).toThrow(
      'matmul-backward: dw is written and shares memory with dBias',
    );
    expect(() => engine.plan('fine', [step(dx, y)])).not.toThrow();
  });

  it('what WebGPU refuses rejects the next read, naming plan, kernel and dimensions', async () => {
    const y = engine.slot('y', 'f32', 1);
    const x = engine.slot('x', 'f32', 8);
    // No view of ours starts between two of WebGPU's boundaries.
    const crooked = { ...x, start: 1, length: 1 };
    engine.plan('askew', [doubling()(crooked, y)]);
    await expect(engine.ready()).rejects.toThrow(/plan askew: .*matmul \(M 1, K 1, N 1\)/s);
    await expect(engine.read(y)).rejects.toThrow(/plan askew: .*matmul \(M 1, K 1, N 1\)/s);
  });

  it('the loss of the device rejects the next read', async () => {
    const lost = await open();
    const doomed = createWebGpuEngine(lost);
    const slot = doomed.slot('slot', 'f32', 1);
    lost.destroy();
    await expect(doomed.read(slot)).rejects.toThrow(/lost/);
  });

  it('freed memory is refused by name', async () => {
    const slot = engine.slot('slot', 'f32', 1);
    engine.free();
    expect(() => engine.write(slot, new Float32Array(1))).toThrow('slot slot is not of this engine');
    await expect(engine.read(slot)).rejects.toThrow('slot slot is not of this engine');
  });
});
