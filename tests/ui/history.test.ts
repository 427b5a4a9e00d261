import { expect, test } from 'vitest';
import { metricNames, type Metrics } from '../../src/protocol/metrics.ts';
import { RunHistory } from '../../src/ui/history.ts';

test('merges what arrives late, in pieces, into the row of its update', () => {
  const history = new RunHistory();
  history.set(1, { 'policy/loss': 0.5 });
  history.set(3, { 'policy/loss': 0.7 });
  history.set(1, { 'objective/pass_rate': 0.25 });
  expect(history.length).toBe(4);
  expect([...history.column('policy/loss')]).toEqual([NaN, 0.5, NaN, 0.7]);
  expect(history.at('objective/pass_rate', 1)).toBe(0.25);
  expect(history.at('objective/pass_rate', 3)).toBeUndefined();
});

test('what is undefined stays a gap, never 0', () => {
  const history = new RunHistory();
  history.set(0, { 'filter/r2': NaN, 'policy/loss': Infinity });
  expect(history.length).toBe(1);
  expect(history.column('filter/r2')).toHaveLength(0);
  expect(history.at('policy/loss', 0)).toBeUndefined();
  expect(history.latest('policy/loss')).toBeUndefined();
});

test('knows the newest value, also when an older one comes after it, and the newest up to an update', () => {
  const history = new RunHistory();
  history.set(5, { 'eval/kl': 2 });
  history.set(2, { 'eval/kl': 1 });
  history.set(9, { 'policy/loss': 0 });
  expect(history.latest('eval/kl')).toEqual({ update: 5, value: 2 });
  expect(history.latest('eval/kl', 5)).toEqual({ update: 5, value: 2 });
  expect(history.latest('eval/kl', 4)).toEqual({ update: 2, value: 1 });
  expect(history.latest('eval/kl', 1)).toBeUndefined();
  expect(history.latest('policy/entropy')).toBeUndefined();
});

test('says how far back a change reaches', () => {
  const history = new RunHistory();
  history.set(0, {});
  history.set(7, { 'policy/loss': 1 });
  // Updates 1 to 6 are new as well.
  expect(history.touchedSince(1)).toBe(1);
  const before = history.version;
  expect(history.touchedSince(before)).toBe(Infinity);
  history.set(8, { 'policy/loss': 1 });
  history.set(6, { 'objective/pass_rate': 1 });
  history.set(8, { 'objective/pass_rate': 1 });
  expect(history.touchedSince(before)).toBe(6);
  for (let update = 9; update < 300; update++) history.set(update, { 'policy/loss': update });
  expect(history.touchedSince(before)).toBe(0);
  expect(history.touchedSince(history.version - 2)).toBe(298);
});

test('10,000 updates of every metric keep their numbers in at most 16 bytes each', () => {
  const history = new RunHistory();
  for (let update = 0; update < 10_000; update++) {
    const metrics: Metrics = {};
    for (const name of metricNames) metrics[name] = update / 3;
    history.set(update, metrics);
  }
  let bytes = 0;
  for (const name of metricNames) {
    const column = history.column(name);
    expect(column).toHaveLength(10_000);
    expect(column[9_999]).toBe(3333);
    expect(column[1]).toBe(1 / 3);
    bytes += column.buffer.byteLength;
  }
  expect(bytes).toBeLessThanOrEqual(16 * 10_000 * metricNames.length);
});

test('refuses what is no update', () => {
  expect(() => new RunHistory().set(-1, {})).toThrow('update is -1, expected a whole number from 0');
});
