import { expect } from 'vitest';

const STEP = 1e-5;

/** The slope of `loss` along each element of `variable`, by central differences. */
function numericGradient(loss: () => number, variable: Float64Array): Float64Array {
  return variable.map((value, i) => {
    variable[i] = value + STEP;
    const above = loss();
    variable[i] = value - STEP;
    const below = loss();
    variable[i] = value;
    return (above - below) / (2 * STEP);
  });
}

/** Asserts that `gradient` is the slope of `loss` along `variable`, to 1e-7 of what is near 1. */
export function expectGradient(loss: () => number, variable: Float64Array, gradient: Float64Array): void {
  const numeric = numericGradient(loss, variable);
  expect(gradient.length).toBe(numeric.length);
  for (let i = 0; i < numeric.length; i++)
    expect(
      Math.abs(gradient[i] - numeric[i]),
      `element ${i}: ${gradient[i]}, expected ${numeric[i]}`,
    ).toBeLessThan(1e-7 * (1 + Math.abs(numeric[i])));
}

/** Σ a·b: a loss whose gradient by a is b. */
export function inner(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
