import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exampleOf } from '../../../scripts/examples.ts';
import { root } from '../../../scripts/install.mjs';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { MetricName } from '../../../src/protocol/metrics.ts';
import {
  exampleConfig,
  exampleMetrics,
  exampleNames,
  EXAMPLES_FILE,
  type ExampleRuns,
} from '../../../src/record/example-runs.ts';
import { runLines, truthLines } from '../../../src/ui/figures/run-lines.ts';
import { courseOf, pointsOf, rangeOf } from '../../../src/ui/healthy/curve.ts';

const bytes = readFileSync(join(root, 'public', EXAMPLES_FILE));
const { runs, updates, seed } = JSON.parse(bytes.toString()) as ExampleRuns;
const { healthy, 'no-kl': noKl, 'high-rate': highRate } = runs;
const { r2, kl } = runLines(0);
const unknown = () => NaN;

type Series = typeof healthy;
const all = (series: Series, metric: MetricName) => pointsOf(series, { metric });
const first = (series: Series, metric: MetricName) => all(series, metric)[0][1];
const last = (series: Series, metric: MetricName) => all(series, metric).at(-1)![1];
const at = (series: Series, metric: MetricName, update: number) => series[metric]![update]!;
const gain = (series: Series, metric: MetricName) => last(series, metric) - first(series, metric);
const HELD_OUT = 'eval/pass@1_held_out';

test('the file has every line that Play draws of a run, is small, and is of settings that differ as its titles say', () => {
  const drawn = [
    ...Object.values(runLines(0)).flat(),
    ...truthLines(0, { prompts: unknown, trials: unknown }),
  ];
  expect(exampleMetrics.toSorted()).toEqual(drawn.map(({ metric }) => metric).toSorted());
  for (const name of exampleNames)
    expect(Object.keys(runs[name]).toSorted()).toEqual(exampleMetrics.toSorted());
  expect(gzipSync(bytes).length).toBeLessThan(20_000);
  expect(updates).toBe(40);
  expect(exampleConfig('no-kl', 1).knobs).toMatchObject({ teacher: 'gullible', klCoef: 0 });
  expect(exampleConfig('high-rate', 1).knobs.learningRate).toBe(0.003);
  expect(0.003 / defaultKnobs.learningRate).toBeCloseTo(15);
});

test('the file’s beginning is what the runs are today', async () => {
  const again = await exampleOf('healthy', seed, 2);
  for (const metric of exampleMetrics)
    expect(again[metric], metric).toEqual(again[metric] && healthy[metric]?.slice(0, 3));
  expect(again['policy/entropy']).toHaveLength(3);
});

describe('what is said of the runs is so', () => {
  test('pass@1', () => {
    for (const metric of [HELD_OUT, 'eval/pass@1_train'] as const) {
      expect(gain(healthy, metric)).toBeGreaterThan(0.295);
      const peak = Math.max(...all(noKl, metric).map(([, y]) => y));
      expect(at(noKl, metric, 15)).toBe(peak);
      expect(last(noKl, metric)).toBeLessThan(first(noKl, metric));
      expect(all(highRate, metric).filter(([update, y]) => update >= 15 && y > 0)).toEqual([]);
      expect(at(highRate, metric, 15)).toBe(0);
    }
  });
  test('score', () => {
    expect(gain(healthy, 'eval/scores')).toBeGreaterThan(1);
    expect(gain(noKl, 'eval/scores')).toBeGreaterThanOrEqual(gain(healthy, 'eval/scores'));
    expect(last(noKl, 'eval/scores')).toBe(Math.max(...all(noKl, 'eval/scores').map(([, y]) => y)));
    expect(gain(highRate, 'eval/scores')).toBeCloseTo(1 / 3, 1);
    expect(last(highRate, HELD_OUT)).toBe(0);
  });
  test('R²', () => {
    const [values, faded] = [healthy, noKl].map((series) => all(series, 'filter/r2').map(([, y]) => y));
    expect(Math.min(...values)).toBeCloseTo(0.07, 2);
    expect(Math.max(...values)).toBeCloseTo(0.55, 2);
    expect(Math.max(...values.slice(-5))).toBeGreaterThan(0.4);
    expect(faded[0]).toBeCloseTo(0.59, 2);
    expect(Math.max(...faded.slice(-5))).toBeLessThan(0.11);
    expect(last(noKl, 'filter/r2')).toBeLessThan(0.1);
    expect(last(highRate, 'filter/r2')).toBeLessThan(0.01);
    expect(all(highRate, 'filter/r2').at(-1)![0]).toBeLessThan(15);
  });
  test('KL', () => {
    for (const [update, y] of all(healthy, 'eval/kl')) if (update >= 20) expect(y).toBeCloseTo(2, 0);
    expect(at(noKl, 'eval/kl', 15)).toBeLessThan(2);
    expect(at(noKl, 'eval/kl', 20)).toBeGreaterThan(2);
    expect(last(noKl, 'eval/kl')).toBeCloseTo(17, 0);
    expect(at(highRate, 'eval/kl', 5)).toBeGreaterThan(22);
  });
  test('entropy', () => {
    const of = (series: Series) => all(series, 'policy/entropy').map(([, y]) => y);
    expect(of(healthy)[0]).toBeCloseTo(0.09, 2);
    expect(last(healthy, 'policy/entropy')).toBeCloseTo(0.05, 2);
    expect(Math.abs(at(noKl, 'policy/entropy', 15) - at(healthy, 'policy/entropy', 15))).toBeLessThan(0.01);
    expect(last(noKl, 'policy/entropy')).toBeGreaterThan(of(noKl)[0]);
    expect(at(highRate, 'policy/entropy', 5)).toBeGreaterThan(2 * of(highRate)[0]);
    expect(Math.min(...of(highRate))).toBeLessThan(of(highRate)[0]);
    expect(last(highRate, 'policy/entropy')).toBeGreaterThan(1.4 * Math.min(...of(highRate)));
  });
});

test('a course names a peak and a trough, but no wiggle', () => {
  const of = (values: (number | null)[]) => courseOf({ 'eval/kl': values }, kl[1]);
  expect(of([0, null, 0.5, null, 1])).toBe('sampled 0.00 at first, 1.00 after 4 updates');
  expect(of([0, 2, 1])).toBe('sampled 0.00 at first, highest 2.00 after 1, 1.00 after 2 updates');
  expect(of([1, 0, 2.5, 2])).toBe('sampled 1.00 at first, lowest 0.00 after 1, 2.00 after 3 updates');
  expect(of([0, 1.1, 1])).toBe('sampled 0.00 at first, 1.00 after 2 updates');
  expect(of([null])).toBe('sampled: not known');
});

test('one scale holds all runs', () => {
  const [low, high] = rangeOf(Object.values(runs), r2);
  for (const series of Object.values(runs))
    for (const line of r2)
      for (const [, y] of pointsOf(series, line)) expect(y >= low && y <= high).toBe(true);
  expect(rangeOf([{ 'filter/r2': [1, null, 3] }], r2)).toEqual([1, 3]);
});
