import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { expect, test } from 'vitest';
import { openDevice } from '../../src/kernels/device.ts';
import { op } from '../../src/kernels/engine.ts';
import { registerTfjs } from '../../src/kernels/tfjs/backend.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';

test('tfjs computes on our device, beside our engine, with the same result', async () => {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(opened.reason);
  const tf = await registerTfjs(opened);
  const backend = tf.backend() as WebGPUBackend;
  expect(tf.getBackend()).toBe('webgpu');
  expect(backend.device).toBe(opened.device);

  const x = Float32Array.from({ length: 6 }, (_, i) => i - 2);
  const w = Float32Array.from({ length: 12 }, (_, i) => (i % 5) - 1);
  const theirs = tf.matMul(tf.tensor2d(x, [2, 3]), tf.tensor2d(w, [3, 4]));

  const engine = createWebGpuEngine(opened.device);
  const slots = {
    x: engine.slot('x', 'f32', 6),
    w: engine.slot('w', 'f32', 12),
    bias: engine.slot('bias', 'f32', 4),
    y: engine.slot('y', 'f32', 8),
  };
  engine.write(slots.x, x);
  engine.write(slots.w, w);
  engine.run(engine.plan('product', [op('matmul', slots, { M: 2, K: 3, N: 4 })]));
  const [ours] = await engine.read(slots.y);
  // By hand: x = (−2 −1 0; 1 2 3), w = (−1 0 1 2; 3 −1 0 1; 2 3 −1 0).
  expect(Array.from(ours)).toEqual([-1, 1, -2, -5, 11, 7, -2, 4]);
  expect(await theirs.data()).toEqual(ours);

  // A copy within one queue of one device reads the tensor's own buffer.
  backend.uploadToGPU(theirs.dataId);
  const tensorBuffer = backend.tensorMap.get(theirs.dataId).resource as GPUBuffer;
  const copy = opened.device.createBuffer({
    size: 32,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = opened.device.createCommandEncoder();
  encoder.copyBufferToBuffer(tensorBuffer, 0, copy, 0, 32);
  opened.device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  expect(new Float32Array(copy.getMappedRange())).toEqual(ours);

  engine.free();
  tf.removeBackend('webgpu');
});
