import { expect, test } from 'vitest';
import { sections } from '../../scripts/bench.ts';

test('measures all there is: updates, steps of all three, the judge, and how a step grows', async () => {
  const least = { updates: 3, steps: 1, browserSteps: 1, programs: 20 };
  const small = { layers: 2, channels: 16, B: 2, T: 12 };
  const { on, measured } = await sections(['best-worst'], least, {
    peers: [small],
    growth: [small],
  });
  expect(on).toMatch(/^Chromium \d.* on .*software/);
  const [updates, steps, judge, growth] = measured.map(({ rows }) => rows);
  expect(updates.map(({ where }) => where)).toEqual(['Node', 'page']);
  for (const update of updates)
    for (const column of ['all ms', 'between ms', 'an evaluation ms'])
      expect(update[column]).toEqual(expect.any(Number));
  expect(steps.map(({ where, by }) => `${where}: ${by}`)).toEqual([
    ...['ours', 'TensorFlow.js', 'jax-js'].map((by) => `Node, one thread: ${by}`),
    ...['ours', 'TensorFlow.js', 'jax-js'].map((by) => `browser, WebGPU: ${by}`),
  ]);
  expect(judge.map(({ programs }) => programs)).toEqual([20, 20]);
  expect(judge[0].passed).toBe(judge[1].passed);
  expect(growth).toHaveLength(1);
  const numbers = measured.flatMap(({ rows }) => rows.flatMap((row) => Object.values(row)));
  for (const value of numbers) if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite);
  const [ours, ...others] = steps.slice(3);
  expect([ours.dispatches, ours.submits]).toEqual([15 + 15 * 2, 1]); // cross-entropy has no sums of statistics
  for (const { dispatches, submits } of others) {
    expect(dispatches).toBeGreaterThan(Number(ours.dispatches));
    expect(submits).toBeGreaterThan(1);
  }
});
