import { expect, test } from 'vitest';
import { cases } from '../../src/kernels/cases/cases.ts';
import { checkKernel } from '../../src/kernels/cases/check-kernel.ts';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import type { Engine } from '../../src/kernels/engine.ts';

const small = cases.filter(({ kernel, dims }) => kernel === 'matmul' && dims.M < 300);

/** A CPU engine that gets one number of what `matmul` writes wrong, by a ten-thousandth, in cases of 67 rows. */
async function broken(): Promise<Engine> {
  const engine = await createCpuEngine();
  const read = engine.read.bind(engine);
  engine.read = async (...slots) => {
    const values = await read(...slots);
    const y = slots.findIndex(({ name, length }) => name === 'y' && length === 67 * 65);
    if (y >= 0) values[y][66 * 65 + 3] *= 1.0001;
    return values;
  };
  return engine;
}

test('a kernel that is right is within its tolerance, and the nearest to it is named', async () => {
  const { worst, problem } = await checkKernel('matmul', small, createCpuEngine);
  expect(problem).toBeUndefined();
  expect(worst).toMatchObject({ binding: 'y', tolerance: 1e-5 });
  expect(worst.excess).toBeGreaterThan(0);
  expect(worst.excess).toBeLessThan(1);
  expect(worst.relative).toBeLessThan(1e-5);
});

test('a kernel that is wrong in one number of one case is found out', async () => {
  const { worst } = await checkKernel('matmul', small, broken);
  expect(worst).toMatchObject({ about: 'M 67, K 33, N 65', binding: 'y', index: 66 * 65 + 3 });
  expect(worst.excess).toBeGreaterThan(1);
  expect(worst.relative).toBeGreaterThan(worst.tolerance);
});

test('a case that cannot be run is a problem, not a pass', async () => {
  const [c] = small;
  const crooked = { ...c, inputs: () => ({ x: new Float32Array(3) }) };
  const { worst, problem } = await checkKernel('matmul', [crooked], createCpuEngine);
  expect(problem).toMatch(/x has 3 elements, expected 1/);
  expect(worst.excess).toBe(Infinity);
});
