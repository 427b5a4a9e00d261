import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aboveZero, alongAxis, PlotColumns } from '../../src/ui/figures/plot-columns.ts';
import { logTicks } from '../../src/ui/figures/ticks.ts';
import {
  hasWay,
  movedTo,
  nearestUpdate,
  sightWithin,
  spanOf,
  wayOf,
  widened,
} from '../../src/ui/figures/x-axis.ts';
import { RunHistory } from '../../src/ui/history.ts';

function runOf(costs: readonly (number | undefined)[]): RunHistory {
  const history = new RunHistory();
  history.set(0, { 'eval/kl': 0 });
  costs.forEach((drawn, at) =>
    history.set(at + 1, { 'policy/loss': 1, 'cost/drawn': drawn, 'eval/kl': at + 1 }),
  );
  return history;
}

describe('how far a run is along an axis', () => {
  test('is what it has spent after each update, from none, as far as that is known', () => {
    const history = runOf([8, 4, undefined, 4]);
    expect([...wayOf(history, 'update')]).toEqual([0, 1, 2, 3, 4]);
    expect([...wayOf(history, 'drawn')]).toEqual([0, 8, 12]);
    history.set(3, { 'cost/drawn': 1 });
    expect([...wayOf(history, 'drawn')]).toEqual([0, 8, 12, 13, 17]);
    expect([...wayOf(new RunHistory(), 'drawn')]).toEqual([]);
  });

  test('is not known where nobody took it down; of a run that has not begun nothing speaks against it', () => {
    expect(hasWay(runOf([8]), 'drawn')).toBe(true);
    expect(hasWay(runOf([undefined, 8]), 'drawn')).toBe(false);
    expect(hasWay(runOf([8]), 'seconds')).toBe(false);
    expect(hasWay(runOf([]), 'seconds')).toBe(true);
  });

  test('has an axis of all runs, which a run of two updates does not fill', () => {
    expect(spanOf([runOf([8, 8])], 'drawn')).toEqual([0, 160]);
    expect(spanOf([runOf([8, 8]), runOf(Array<number>(40).fill(100))], 'drawn')).toEqual([0, 4000]);
    expect(spanOf([new RunHistory()], 'seconds')).toEqual([0, 20]);
  });

  test('leads back to the nearest update', () => {
    const way = Float64Array.of(0, 1, 3, 10);
    expect([-5, 0.4, 0.6, 1.9, 2.1, 99].map((x) => nearestUpdate(way, x))).toEqual([0, 0, 1, 1, 2, 3]);
    expect(nearestUpdate(new Float64Array(), 3)).toBe(0);
  });
});

describe('what is in sight', () => {
  test('lies inside of the axis, no narrower than two updates, and is nothing special where it is all', () => {
    expect(sightWithin([10, 30], [0, 100], 101)).toEqual([10, 30]);
    expect(sightWithin([-10, 10], [0, 100], 100)).toEqual([0, 20]);
    expect(sightWithin([95, 115], [0, 100], 100)).toEqual([80, 100]);
    expect(sightWithin([50, 50], [0, 100], 100)).toEqual([49, 51]);
    expect(sightWithin([0, 100], [0, 100], 100)).toBeUndefined();
    expect(sightWithin([-500, 900], [0, 100], 100)).toBeUndefined();
  });
  test('holds the very end of the axis, and the very place it was moved to', () => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(between(1e-3, 1e12), between(0.11, 0.9), between(0, 1), (end, share, at) => {
        const width = share * end;
        expect(sightWithin([2 * end - width, 2 * end], [0, end], 3)?.[1]).toBe(end);
        const [low, high] = sightWithin(movedTo([0, width], at * end), [0, end], 3)!;
        expect(at * end >= low && at * end <= high).toBe(true);
      }),
    );
  });
  test('is widened around a place that stays, and moved no further than it must', () => {
    expect(widened([10, 30], 0.5, 15)).toEqual([12.5, 22.5]);
    expect(widened([12.5, 22.5], 2, 15)).toEqual([10, 30]);
    expect([5, 20, 34].map((x) => movedTo([10, 30], x))).toEqual([[5, 25], [10, 30], [14, 34]]); // prettier-ignore
  });
});

describe('columns', () => {
  test('along another axis have every run at its own places, in order', () => {
    const [run, past] = [runOf([10, 10]), runOf([15])];
    const sources = [past, run].map((history) => ({ history, metric: 'eval/kl' as const }));
    expect(alongAxis(new PlotColumns(sources).fitted(100), sources, 'drawn')).toEqual([
      [0, 0, 10, 15, 20],
      [0, null, null, 1, null],
      [null, 0, 1, null, 2],
    ]);
  });
  test('end where it is not known how far the run was', () => {
    const history = runOf([10, undefined, 10]);
    const sources = [{ history, metric: 'eval/kl' as const }];
    expect(alongAxis(new PlotColumns(sources).fitted(100), sources, 'drawn')).toEqual([[0, 10], [0, 1]]); // prettier-ignore
  });
  test('are as fine as the stretch in sight asks for', () => {
    const history = new RunHistory();
    for (let update = 0; update < 1000; update++) history.set(update, { 'eval/kl': update });
    const columns = new PlotColumns([{ history, metric: 'eval/kl' }]);
    expect(columns.fitted(100)[0].length).toBeLessThanOrEqual(300);
    expect(columns.fitted(100, 0.1)[1]).toEqual([...history.column('eval/kl')]);
  });
  test('for an axis of logarithms lack what it has no place for', () => {
    expect(aboveZero([[0, 1, 2, 3], [0, 1, -1, null]])).toEqual([[0, 1, 2, 3], [null, 1, null, null]]); // prettier-ignore
  });
});

describe('numbers on an axis of logarithms', () => {
  test('are round', () => {
    expect(logTicks(0.015, 0.6, 8)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5]);
    expect(logTicks(0.015, 0.6, 4)).toEqual([0.03, 0.1, 0.3]);
    expect(logTicks(0.001, 1000, 7)).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
    expect(logTicks(0.001, 1000, 4)).toEqual([0.01, 1, 100]);
    expect(logTicks(0, 1, 4)).toEqual([]);
  });
  test('are some, inside, in order and not too many, wherever there is a power of ten between the ends', () => {
    const range = fc.tuple(
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: 1, max: 9, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.integer({ min: 3, max: 6 }), ([start, decades], most) => {
        const [low, high] = [10 ** start, 10 ** (start + decades)];
        const ticks = logTicks(low, high, most);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low * (1 - 1e-8));
          expect(tick).toBeLessThanOrEqual(high * (1 + 1e-8));
        }
      }),
    );
  });
});
