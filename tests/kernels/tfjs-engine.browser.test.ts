import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../src/kernels/cases/cases.ts';
import { runCase } from '../../src/kernels/cases/run-case.ts';
import { catalogue, fusedKernels, type KernelName } from '../../src/kernels/catalogue.ts';
import { openDevice } from '../../src/kernels/device.ts';
import { op, view, type Engine } from '../../src/kernels/engine.ts';
import { createTfjsEngine } from '../../src/kernels/tfjs/tfjs-engine.ts';

let engine: Engine;
beforeAll(async () => {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(`these tests need WebGPU: ${opened.reason}`);
  engine = await createTfjsEngine(opened);
});
afterAll(() => engine.free());

const kernels = (Object.keys(catalogue) as KernelName[]).filter((kernel) => !fusedKernels.includes(kernel));

describe.each(kernels)('%s', (kernel) => {
  it('in TensorFlow.js agrees with the reference', async () => {
    const own = cases.filter((c) => c.kernel === kernel);
    expect(own.length).toBeGreaterThan(1);
    for (const c of own) await runCase(engine, c);
  });
});

describe('memory', () => {
  const float = (length: number) => engine.slot('x', 'f32', length);

  it('is one, whether an op of theirs, an op of ours or the host wrote it', async () => {
    const [x, y, sums] = [float(64), float(64), float(64)];
    engine.write(x, new Float32Array(64).fill(1));
    const [w, bias] = [float(1), float(1)];
    engine.write(w, Float32Array.of(2));
    engine.write(bias, Float32Array.of(1));
    const doubled = op('matmul', { x, w, bias, y }, { M: 64, K: 1, N: 1 });
    const plan = engine.plan('doubling', [doubled, op('column-sum', { x: y, sums }, { M: 4, N: 16 })]);
    engine.run(plan);
    engine.write(y, Float32Array.of(100), 3); // into the middle of what is a tensor now
    const [values, first] = await engine.read(y, view(sums, 0, 16));
    expect([...values.subarray(0, 5)]).toEqual([3, 3, 3, 100, 3]);
    expect(first[0]).toBe(12);
  });

  it('does not grow as plans run again and again', async () => {
    const [x, y] = [float(64), float(64)];
    const slots = { x, weight: float(8), bias: float(8), y, stats: float(16) };
    const plan = engine.plan('norm', [op('layer-norm', slots, { M: 8, C: 8 })]);
    const after = async () => {
      engine.write(x, new Float32Array(64).fill(2));
      await engine.runAndRead([plan], y);
      return tf.memory().numTensors;
    };
    await after();
    const steady = await after();
    for (let i = 0; i < 3; i++) expect(await after()).toBe(steady);
  });
});
