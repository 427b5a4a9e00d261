import { describe, it } from 'vitest';
import { createReferenceEngine } from '../../src/kernels/reference-engine.ts';
import { proveGradients } from './proof.ts';

describe('every gradient tensor equals TensorFlow.js autograd', () => {
  it.each(['ppo', 'sft', 'pairs'] as const)('%s, reference engine', async (head) => {
    await proveGradients(createReferenceEngine(), head, 2e-4);
  });
});
