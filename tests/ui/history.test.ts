import { expect, test } from 'vitest';
import { metricNames, type Metrics } from '../../src/protocol/metrics.ts';
import { History } from '../../src/ui/history.ts';

test('merges what arrives late, in pieces, into the row of its update', () => {
  const history = new History();
  history.set(1, { 'objective/scores': 0.5 });
  history.set(3, { 'objective/scores': 0.7 });
  history.set(1, { 'objective/pass_rate': 0.25 });
  expect(history.updates).toEqual([0, 1, 2, 3]);
  expect(history.column('objective/scores')).toEqual([null, 0.5, null, 0.7]);
  expect(history.column('objective/pass_rate')).toEqual([null, 0.25, null, null]);
});

test('what is undefined stays a gap, never 0', () => {
  const history = new History();
  history.set(0, { 'filter/r2': NaN, 'policy/loss': Infinity });
  expect(history.column('filter/r2')).toEqual([null]);
  expect(history.at('policy/loss', 0)).toBeUndefined();
});

test('knows the newest value, also when an older one comes after it', () => {
  const history = new History();
  history.set(5, { 'eval/kl': 2 });
  history.set(4, { 'eval/kl': 1 });
  expect(history.latest('eval/kl')).toEqual({ update: 5, value: 2 });
  expect(history.latest('eval/scores')).toBeUndefined();
});

test('hands out the same arrays for 10,000 updates of every metric: nothing is copied to draw', () => {
  const history = new History();
  const columns = metricNames.map((name) => history.column(name));
  for (let update = 0; update < 10_000; update++) {
    const metrics: Metrics = {};
    for (const name of metricNames) metrics[name] = update;
    history.set(update, metrics);
  }
  metricNames.forEach((name, index) => {
    expect(history.column(name)).toBe(columns[index]);
    expect(columns[index]).toHaveLength(10_000);
  });
  expect(history.at('policy/loss', 9_999)).toBe(9_999);
});

test('refuses what is no update', () => {
  expect(() => new History().set(-1, {})).toThrow('update is -1, expected a whole number from 0');
});
