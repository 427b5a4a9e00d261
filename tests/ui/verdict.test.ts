import { expect, test } from 'vitest';
import type { Estimate } from '../../src/ppo/predictors.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import type { Comparison } from '../../src/ui/tried.ts';
import { bargainOf, verdictOf } from '../../src/ui/verdict.ts';

type Interval = [value: number, low: number, high: number] | undefined;

/** A filter of which predictors say so much. */
function row(name: string, says: Record<string, Interval>): Comparison {
  const estimates = Object.entries(says).map(([predictor, interval]): [string, Estimate] => {
    if (!interval) return [predictor, { n: 0, why: 'nobody knows' }];
    const [value, low, high] = interval;
    return [predictor, { value, low, high, n: 9 }];
  });
  const r2 = { n: 0, why: 'it is not looked at' };
  return {
    update: 1,
    filter: { ...defaultKnobs.filter, name },
    active: false,
    kept: 1,
    r2,
    estimates: new Map(estimates),
  };
}
const verdict = (...rows: Comparison[]) => verdictOf(rows, (name) => name === 'none');

test('the filter that Γ favours, by how much over keeping all, and what R² says', () => {
  const none = (r2: Interval) => row('none', { gamma: [2, 1.8, 2.2], 'r2-binned': r2 });
  const best = (r2: Interval) => row('best-worst', { gamma: [2.8, 2.4, 3.2], 'r2-binned': r2 });
  expect(verdict(none([0.4, 0.3, 0.5]), best([0.9, 0.8, 1]))).toBe(
    'Γ expects best-worst to gain 1.4 times what none gains per update. R²(bins) says the same.',
  );
  expect(verdict(none([0.9, 0.8, 1]), best([0.1, 0, 0.2]))).toMatch(/R²\(bins\) would choose none\.$/);
  expect(verdict(none([0.9, 0.1, 1]), best([0.8, 0, 0.9]))).toMatch(/highest for none, but not for sure\.$/);
  expect(verdict(none([0.5, 0.1, 1]), best([0.8, 0, 0.9]))).toMatch(
    /highest for best-worst, but not for sure\.$/,
  );
  // What is known of one filter alone ranks nothing.
  for (const r2 of [
    [none([0.9, 0.8, 1]), best(undefined)],
    [none(undefined), best([0.9, 0.8, 1])],
  ])
    expect(verdict(...r2)).toMatch(/R²\(bins\) is not known of enough filters here\.$/);
});

test('what a batch cannot tell apart is not told apart', () => {
  const none = row('none', { gamma: [2, 1, 3] });
  expect(verdict(none, row('best-worst', { gamma: [2.5, 1.5, 3.5] }))).toMatch(
    /1\.3 times what none gains per update, though on this batch alone it cannot tell the two for sure\./,
  );
  expect(verdict(none, row('best-worst', { gamma: [1.9, 1, 3] }))).toBe(
    'Γ expects none to gain most per update, though it cannot tell it from best-worst for sure. R²(bins) is not known of enough filters here.',
  );
  expect(verdict(none, row('best-worst', { gamma: [0.5, 0.1, 0.9] }))).toBe(
    'Γ expects none to gain most per update. R²(bins) is not known of enough filters here.',
  );
});

test('no gain is no multiple', () => {
  const lost = row('none', { gamma: [-1, -2, -0.5] });
  expect(verdict(lost, row('best-worst', { gamma: [1, 0.5, 2] }))).toMatch(
    /^Γ expects best-worst to gain more than none per/,
  );
  expect(verdict(lost, row('best-worst', { gamma: [-3, -4, -2] }))).toMatch(
    /^Γ expects no filter to gain anything/,
  );
});

test('fewer than two that have a value say nothing', () => {
  expect(verdict(row('none', { gamma: [1, 0, 2] }), row('best-worst', { gamma: undefined }))).toBeUndefined();
  expect(bargainOf([row('none', {})])).toBeUndefined();
});

test('what is best for its cost', () => {
  const per = (name: string, low: number, value: number, high: number) =>
    row(name, { 'gamma-per-cost': [value, low, high] });
  expect(bargainOf([per('none', 0.1, 0.2, 0.3), per('best-worst', 0.5, 0.6, 0.7)])).toBe(
    'For what it costs: best-worst.',
  );
  expect(bargainOf([per('none', 0.1, 0.5, 0.9), per('best-worst', 0.5, 0.6, 0.7)])).toBe(
    'For what it costs: best-worst, close to none.',
  );
});
