import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { createReferenceEngine } from '../../src/kernels/reference-engine.ts';
import { compareGradients } from '../../src/model/gradient-check.ts';

describe('every gradient tensor equals the one of TensorFlow.js autograd', () => {
  beforeAll(() => tf.setBackend('cpu'));

  for (const head of ['ppo', 'value', 'sft', 'pairs'] as const)
    for (const create of [createReferenceEngine, createCpuEngine])
      it(`${head}, ${create.name}`, async () => {
        const { tensors, worst, tensor } = await compareGradients(await create(), head);
        expect(tensors).toBe(30);
        expect(worst, tensor).toBeLessThan(2e-4);
      });
});
