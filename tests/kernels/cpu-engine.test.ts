import { expect, test } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { cases } from './cases.ts';
import { runCase } from './run-case.ts';

test.each(cases.map((c) => [`${c.kernel}, ${c.about}`, c] as const))('%s', async (_, c) => {
  const engine = await createCpuEngine();
  const worst = await runCase(engine, c);
  expect(worst.excess).toBeLessThanOrEqual(1);
});
