import { expect, test } from 'vitest';
import { adamw } from '../../src/kernels/adamw.ref.ts';
import { columnSum, squarePartials } from '../../src/kernels/reduce.ref.ts';
import { knobs } from '../../src/kernels/cases/head-cases.ts';

test('columns are summed', () => {
  const sums = new Float64Array(2).fill(9);
  columnSum({ x: new Float64Array([1, 2, 30, 40, 500, 600]), sums }, { M: 3, N: 2 });
  expect([...sums]).toEqual([531, 642]);
});

test('squares are summed over every G-th element; there may be none', () => {
  const partials = new Float64Array(4).fill(9);
  const more = new Float64Array(6).fill(9);
  squarePartials({ x: new Float64Array([1, 2, 3, 4, 5]), partials }, { L: 5, G: 4 });
  squarePartials({ x: new Float64Array([1, 2, 3, 4, 5]), partials: more }, { L: 5, G: 6 });
  expect([...partials]).toEqual([1 + 25, 4, 9, 16]);
  expect([...more]).toEqual([1, 4, 9, 16, 25, 0]);
});

/** One element, β = (0.5, 0.75), lr 0.1, ε 0.5, norm at most 1, corrections as after the first step. */
function step(norm: number, weightDecay: number, firstMoment = 0, secondMoment = 0) {
  const arrays = {
    parameters: new Float64Array([3]),
    gradients: new Float64Array([2]),
    firstMoment: new Float64Array([firstMoment]),
    secondMoment: new Float64Array([secondMoment]),
    norm: new Float64Array([norm]),
    knobs: Float64Array.from(
      knobs({
        learningRate: 0.125,
        beta1: 0.5,
        beta2: 0.75,
        epsilon: 0.5,
        weightDecay,
        maxGradNorm: 1,
        correction1: 2,
        correction2: 4,
      }),
    ),
  };
  adamw(arrays, { L: 1 });
  return [arrays.parameters[0], arrays.firstMoment[0], arrays.secondMoment[0]];
}

test('a first step: both corrections undo the moments, so the update is g / (|g| + ε)', () => {
  expect(step(1, 0)).toEqual([3 - 0.125 * (2 / 2.5), 1, 1]);
});

test('a gradient of norm 4 is divided by 4', () => {
  expect(step(16, 0)).toEqual([3 - 0.125 * (0.5 / 1), 0.25, 0.0625]);
});

test('moments are averaged with what was there; decay is on the parameter, outside the moments', () => {
  const [parameter, first, second] = step(0.25, 0.5, 4, 20);
  expect([first, second]).toEqual([0.5 * 4 + 0.5 * 2, 0.75 * 20 + 0.25 * 4]);
  expect(parameter).toBeCloseTo(3 - 0.125 * ((3 * 2) / (8 + 0.5) + 0.5 * 3), 12);
});
