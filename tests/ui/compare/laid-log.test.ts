import { expect, test } from 'vitest';
import type { Metrics } from '../../../src/protocol/metrics.ts';
import { curveOfLog, labelOfLog, MOST_POINTS, type LaidLog } from '../../../src/ui/compare/laid-log.ts';

const laid = (updates: { update: number; metrics: Metrics }[]): LaidLog => ({
  ...{ name: 'run.jsonl', slot: 4 },
  log: {
    ...{ maker: 'verl', about: '', isOurs: false, steps: updates.length, updates, changes: [] },
    ...{ notes: [], unshown: [] },
  },
});

test('a curve is of the first metric that the log has, where it has a number of it', () => {
  const log = laid([
    { update: 2, metrics: { 'objective/scores': 1, 'policy/entropy': 3 } },
    { update: 5, metrics: { 'policy/entropy': 2 } },
    { update: 9, metrics: { 'objective/scores': 4 } },
  ]);
  const curve = curveOfLog(log, ['eval/scores', 'objective/scores'], 0)!;
  expect(curve).toMatchObject({
    label: 'run.jsonl, verl, from a file',
    slot: 4,
    final: '4.000',
    isForeign: true,
  });
  expect(curve.points.map(({ update, x, mean }) => [update, x, mean])).toEqual([
    [2, 2, 1],
    [9, 9, 4],
  ]);
  // 1 weighs half as much as 4.
  expect(curveOfLog(log, ['objective/scores'], 0.5)!.points[1].mean).toBeCloseTo(3, 12);
  expect(curveOfLog(log, ['eval/kl'], 0)).toBeUndefined();
});

test('of a long log it has every so many of its updates, the last among them', () => {
  const log = laid(
    Array.from({ length: 1_301 }, (_, update) => ({ update, metrics: { 'eval/scores': update } })),
  );
  const { points, final } = curveOfLog(log, ['eval/scores'], 0)!;
  expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(points.map(({ update }) => update)).toEqual(Array.from({ length: 434 }, (_, i) => 1 + 3 * i));
  expect(points.at(-1)!.mean).toBe(1_300);
  expect(final).toBe('1300.000');
});

test('a long name is shortened', () => {
  const { name: _, ...log } = laid([]);
  expect(labelOfLog({ ...log, name: 'x'.repeat(90) })).toBe(`${'x'.repeat(39)}…, verl, from a file`);
});
