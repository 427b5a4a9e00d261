import { expect, test, vi } from 'vitest';
import { openDevice } from '../../src/kernels/device.ts';
import { op, type Engine, type Slot } from '../../src/kernels/engine.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';

async function open(): Promise<GPUDevice> {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(opened.reason);
  return opened.device;
}

/** y = x·w of some size, then the sums of its columns: of several dispatches, but one step. */
function product(engine: Engine) {
  const [M, K, N] = [4096, 64, 64];
  const slot = (name: string, length: number) => engine.slot(name, 'f32', length);
  const [x, w, bias, y, sums]: Slot[] = [
    slot('x', M * K),
    slot('w', K * N),
    slot('bias', N),
    slot('y', M * N),
    slot('sums', N),
  ];
  engine.write(x, new Float32Array(M * K).fill(0.5));
  engine.write(w, new Float32Array(K * N).fill(0.25));
  const plan = engine.plan('product', [
    op('matmul', { x, w, bias, y }, { M, K, N }),
    op('column-sum', { x: y, sums }, { M, N }),
  ]);
  return { plan, sums };
}

test('the next run is timed op by op by the GPU, in one submit, and gives the same', async () => {
  const device = await open();
  expect(device.features.has('timestamp-query')).toBe(true);
  const engine = createWebGpuEngine(device);
  const { plan, sums } = product(engine);
  const [untimed] = await engine.runAndRead([plan], sums);
  expect(untimed[0]).toBe(4096 * 64 * 0.125);
  const passes = vi.spyOn(GPUCommandEncoder.prototype, 'beginComputePass');
  const before = { ...engine.counters };
  engine.times.next();
  engine.write(sums, new Float32Array(64));
  const [timed] = await engine.runAndRead([plan], sums);
  expect(timed).toEqual(untimed);
  expect(engine.counters.submits).toBe(before.submits + 1);
  expect(passes.mock.calls.every(([descriptor]) => descriptor?.timestampWrites)).toBe(true);
  const { length } = passes.mock.calls;
  expect(length).toBeGreaterThanOrEqual(2);
  await expect.poll(() => engine.times.plans[0].runs).toBe(1);
  const [{ steps }] = engine.times.plans;
  expect(steps.length).toBe(length);
  expect(steps[0]).toMatchObject({ kernel: 'matmul', dims: { M: 4096, K: 64, N: 64 } });
  expect(steps[1].kernel).toBe('column-sum');
  expect(steps.reduce((sum, { ms }) => sum + ms, 0)).toBeGreaterThan(0);
  // Asked for once.
  await engine.runAndRead([plan], sums);
  expect(passes).toHaveBeenCalledTimes(length + 1);
  passes.mockRestore();
  engine.free();
  device.destroy();
});

test('a device without a clock says so, and runs as ever', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const engine = createWebGpuEngine(device);
  const { plan, sums } = product(engine);
  engine.times.next();
  const [values] = await engine.runAndRead([plan], sums);
  expect(values[0]).toBe(4096 * 64 * 0.125);
  expect(engine.times.problem).toMatch(/timestamp/);
  expect(engine.times.plans[0].runs).toBe(0);
  device.destroy();
});
