import { expect, test } from 'vitest';
import type { PlanReport } from '../../../src/protocol/engine-report.ts';
import {
  byKernel,
  dimsText,
  inOrder,
  msText,
  partsOf,
  percent,
  totalOf,
  wordsOf,
} from '../../../src/ui/engine/plan-view.ts';

const step = (kernel: string, ms: number, part?: string) => ({ kernel, ms, part, dims: {} });
const plan: PlanReport = {
  name: 'training step',
  runs: 2,
  steps: [
    step('embedding', 1, 'embedding'),
    step('matmul', 4, 'block 0'),
    step('gather', 0.5),
    step('matmul', 3, 'block 1'),
    step('matmul', 2, 'block 0'),
  ],
};

test('ops stand in their order, under their place in the network; one that says nothing stays where it is', () => {
  const parts = partsOf(plan);
  expect(parts.map(({ name, ms }) => [name, ms])).toEqual([
    ['embedding', 1],
    ['block 0', 4.5],
    ['block 1', 3],
    ['block 0', 2],
  ]);
  expect(parts.flatMap(({ ops }) => ops.map(({ number }) => number))).toEqual([1, 2, 3, 4, 5]);
  expect(partsOf({ ...plan, steps: [step('gather', 1)] })[0].name).toBe('');
});

test('kernels are summed, the longest first, and their shares are of the whole', () => {
  const kernels = byKernel(plan);
  expect(kernels).toEqual([
    { kernel: 'matmul', ops: 3, ms: 9 },
    { kernel: 'embedding', ops: 1, ms: 1 },
    { kernel: 'gather', ops: 1, ms: 0.5 },
  ]);
  expect(kernels.reduce((sum, { ms }) => sum + ms, 0)).toBe(totalOf(plan.steps));
});

test('plans stand as an update runs them', () => {
  const names = ['log-probs', 'training step', 'prompts', 'decode 0–8', 'decode 8–16'];
  const plans = names.map((name) => ({ ...plan, name }));
  expect(plans.map(wordsOf).every((words) => words?.endsWith('.'))).toBe(true);
  expect(inOrder(plans).map(({ name }) => name)).toEqual([
    ...['prompts', 'decode 0–8', 'decode 8–16', 'log-probs', 'training step'],
  ]);
});

test('numbers are written as far as they mean something', () => {
  expect([0.0123, 1.234, 12.34, 1234].map(msText)).toEqual(['0.012 ms', '1.23 ms', '12.3 ms', '1234 ms']);
  expect([0.0123, 0.5].map(percent)).toEqual(['1.2 %', '50 %']);
  const dims = { M: { most: 4608, now: 812 }, B: { most: 64, now: 64 }, C: 32 };
  expect(dimsText(dims)).toBe('M 812 of 4,608, B 64, C 32');
  expect(dimsText(dims, 'most')).toBe('M up to 4,608, B up to 64, C 32');
});
