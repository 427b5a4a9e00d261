import { describe, expect, test } from 'vitest';
import { catalogue, fusedKernels, type KernelName } from '../../src/kernels/catalogue.ts';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { op, view } from '../../src/kernels/engine.ts';
import { gelu, geluSlope } from '../../src/kernels/matmul.ref.ts';
import { cases } from '../../src/kernels/cases/cases.ts';
import { bindCase, runCase, type Case } from '../../src/kernels/cases/run-case.ts';

const kernels = (Object.keys(catalogue) as KernelName[]).filter((kernel) => !fusedKernels.includes(kernel));
const own = cases.filter(({ kernel }) => kernels.includes(kernel));

describe('every case', () => {
  test.each(own.map((c) => [`${c.kernel}, ${c.about}`, c] as const))('%s', async (_, c) => {
    const worst = await runCase(await createCpuEngine(), c);
    expect(worst.excess).toBeLessThanOrEqual(1);
  });

  test('the cases leave no kernel out', () => {
    const covered = new Set<string>(cases.map((c) => c.kernel));
    expect([...covered].sort()).toEqual(Object.keys(catalogue).sort());
  });
});

/** What every binding holds after running a case, as bytes. */
async function bytesAfter(c: Case): Promise<Uint8Array[]> {
  const engine = await createCpuEngine();
  const { slots } = bindCase(engine, c, c.inputs());
  engine.run(engine.plan('once', [{ kernel: c.kernel, slots, dims: c.dims }]));
  const data = await engine.read(...Object.values(slots));
  return data.map((array) => new Uint8Array(array.buffer));
}

test.each(kernels)('%s gives the same bits again', async (kernel) => {
  const ofKernel = own.filter((c) => c.kernel === kernel);
  const largest = ofKernel.reduce((a, b) => (Object.values(b.dims)[0] > Object.values(a.dims)[0] ? b : a));
  const [once, again] = [await bytesAfter(largest), await bytesAfter(largest)];
  expect(once.every((bytes, i) => Buffer.compare(bytes, again[i]) === 0)).toBe(true);
});

describe('a plan', () => {
  test('creates nothing when it runs, and counts what it does', async () => {
    const engine = await createCpuEngine();
    const x = engine.slot('x', 'f32', 6);
    const sums = engine.slot('sums', 'f32', 2);
    const plan = engine.plan('sums', [
      op('column-sum', { x, sums }, { M: 3, N: 2 }),
      op('square-partials', { x, partials: sums }, { L: 6, G: 2 }),
    ]);
    expect(plan).toEqual({ name: 'sums', length: 2 });
    expect(engine.counters).toMatchObject({ buffers: 2, dispatches: 0, submits: 0 });
    for (let i = 0; i < 5; i++) engine.run(plan);
    expect(engine.counters).toEqual({
      dispatches: 10,
      submits: 5,
      readBacks: 0,
      waits: 0,
      buffers: 2,
      bindGroups: 0,
      pipelines: 0,
    });
  });

  test('goes over as many rows as there are now', async () => {
    const engine = await createCpuEngine();
    const x = engine.slot('x', 'f32', 6);
    const y = engine.slot('y', 'f32', 6);
    const rows = engine.slot('rows', 'u32', 3);
    engine.write(x, new Float32Array([1, 2, 3, 4, 5, 6]));
    engine.write(rows, new Uint32Array([2, 1, 0]));
    const M = { most: 3, now: 0 };
    const plan = engine.plan('gather', [op('gather', { x, rows, y }, { M, R: 3, C: 2 })]);
    for (const [now, expected] of [
      [0, [0, 0, 0, 0, 0, 0]],
      [2, [5, 6, 3, 4, 0, 0]],
      [1, [5, 6, 3, 4, 0, 0]],
      [3, [5, 6, 3, 4, 1, 2]],
    ] as const) {
      M.now = now;
      engine.run(plan);
      expect(await engine.read(y)).toEqual([new Float32Array(expected)]);
    }
    expect(engine.counters.buffers).toBe(3);
  });

  test('reads and writes views of one slot where they lie', async () => {
    const engine = await createCpuEngine();
    const arena = engine.slot('arena', 'f32', 192);
    const [x, sums] = [view(arena, 64, 4), view(arena, 128, 2)];
    engine.write(x, new Float32Array([1, 2, 30, 40]));
    engine.run(engine.plan('sums', [op('column-sum', { x, sums }, { M: 2, N: 2 })]));
    const [all, part] = await engine.read(arena, sums);
    expect([all[63], all[64], all[67], all[68], all[128], all[129], all[130]]).toEqual([
      0, 1, 40, 0, 31, 42, 0,
    ]);
    expect(part).toEqual(new Float32Array([31, 42]));
  });

  test('outlives growing memory, before it and while it runs', async () => {
    const engine = await createCpuEngine();
    const K = 200_000;
    const x = engine.slot('x', 'f32', K);
    const w = engine.slot('w', 'f32', K);
    const bias = engine.slot('bias', 'f32', 1);
    const y = engine.slot('y', 'f32', 1);
    // Its scratch holds 8 K elements.
    const plan = engine.plan('dot', [op('matmul', { x, w, bias, y }, { M: 1, K, N: 1 })]);
    engine.write(x, new Float32Array(K).fill(0.5));
    engine.slot('large', 'f32', 2 ** 24);
    engine.write(w, new Float32Array(K).fill(2));
    engine.write(bias, new Float32Array([7]));
    engine.run(plan);
    expect(await engine.read(y)).toEqual([new Float32Array([K + 7])]);
  });
});

test('slots are zeroed, aligned to 256 bytes apart and keep their type', async () => {
  const engine = await createCpuEngine();
  const [a, b] = [engine.slot('a', 'u32', 3), engine.slot('b', 'f32', 1)];
  expect(await engine.read(a, b)).toEqual([new Uint32Array(3), new Float32Array(1)]);
  engine.write(a, new Uint32Array([0xffffffff, 2]), 1);
  expect(await engine.read(a, b)).toEqual([new Uint32Array([0, 0xffffffff, 2]), new Float32Array(1)]);
});

test('what cannot be is refused by name', async () => {
  const engine = await createCpuEngine();
  const other = await createCpuEngine();
  const x = engine.slot('x', 'f32', 4);
  const sums = engine.slot('sums', 'f32', 4);
  expect(() => engine.write(x, new Float32Array(3), 2)).toThrow('3 elements at 2 do not fit slot x (4)');
  expect(() => other.write(x, new Float32Array(1))).toThrow('slot x is not of this engine');
  expect(() => engine.plan('p', [op('column-sum', { x, sums }, { M: 3, N: 2 })])).toThrow('expected 6');
  expect(() => engine.plan('p', [op('column-sum', { x, sums: x }, { M: 2, N: 2 })])).toThrow(
    'sums is written and shares memory with x',
  );
  expect(() => engine.slot('huge', 'f32', 2 ** 31)).toThrow('no memory for slot huge of 8589934592 bytes');
  const plan = engine.plan('p', [op('column-sum', { x, sums }, { M: 2, N: 2 })]);
  engine.free();
  expect(() => engine.run(plan)).toThrow('plan p is not of this engine, or it was freed');
  expect(() => engine.write(x, new Float32Array(1))).toThrow('slot x is not of this engine, or it was freed');
  expect(() => engine.slot('late', 'f32', 1)).toThrow('freed');
});

test('gelu is right to a relative 1e-6, its slope to 2e-6, where they are not vanishing', async () => {
  const engine = await createCpuEngine();
  const M = 4001;
  const grid = Float32Array.from({ length: M }, (_, i) => (i - 2000) / 200);
  const slot = (name: string, length: number, fill = 0) => {
    const made = engine.slot(name, 'f32', length);
    engine.write(made, new Float32Array(length).fill(fill));
    return made;
  };
  const [x, pre, y, slopes] = ['x', 'pre', 'y', 'slopes'].map((name) => slot(name, M));
  const [w, bias, ones] = [slot('w', 1, 1), slot('bias', 1), slot('ones', M, 1)];
  const [dw, dBias] = [slot('dw', 1), slot('dBias', 1)];
  engine.write(x, grid);
  const dims = { M, K: 1, N: 1 };
  engine.run(
    engine.plan('gelu', [
      op('matmul-gelu', { x, w, bias, pre, y }, dims),
      op('matmul-backward-gelu', { x: y, w, dy: ones, pre, dx: slopes, dw, dBias }, dims),
    ]),
  );
  const [values, derivatives] = await engine.read(y, slopes);
  grid.forEach((at, i) => {
    expect(Math.abs(values[i] - gelu(at))).toBeLessThan(1e-6 * Math.abs(gelu(at)) + 1e-7);
    expect(Math.abs(derivatives[i] - geluSlope(at))).toBeLessThan(2e-6 * Math.abs(geluSlope(at)) + 2e-7);
  });
});
