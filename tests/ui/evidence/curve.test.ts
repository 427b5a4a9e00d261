import { describe, expect, test } from 'vitest';
import { tableOf } from '../../../src/ui/figures/chart-data.ts';
import { svgOf } from '../../../src/ui/figures/chart-svg.ts';
import type { Frame } from '../../../src/ui/figures/readout.ts';
import { nearestCurve, placed, yRangeOf } from '../../../src/ui/evidence/curve-places.ts';
import {
  smoothedPoints,
  alongStops,
  curveData,
  endOf,
  leftOut,
  stopsOf,
  toldAt,
  type Curve,
} from '../../../src/ui/evidence/curve.ts';
import { tickTexts } from '../../../src/ui/evidence/figure.ts';

const curve = (points: readonly [x: number, mean: number, error?: number][], slot = 0): Curve => ({
  label: `curve ${slot}`,
  slot,
  final: 'its end',
  points: points.map(([x, mean, error = NaN], i) => ({ update: 5 * i, x, mean, error, n: 3 })),
});
const rising = curve([[0, 0.1], [10, 0.3, 0.1], [20, 0.5, 0.1], [40, 0.75]]); // prettier-ignore
const other = curve([[0, 0.1], [15, 0.2], [30, 0.2]], 1); // prettier-ignore

describe('the axis of curves', () => {
  test('has a stop wherever one of them was measured, and holds all of them', () => {
    expect([...stopsOf([rising, other])]).toEqual([0, 10, 15, 20, 30, 40]);
    expect(endOf([rising, other])).toBe(40);
    const unclocked = curve([[NaN, 1], [7, 1]]); // prettier-ignore
    expect([[...stopsOf([unclocked])], endOf([unclocked])]).toEqual([[7], 7]);
  });

  test('leads from stop to stop, from beside them where the crosshair is nowhere', () => {
    const { step, span, count } = alongStops(Float64Array.of(0, 10, 15, 40), 40);
    expect([span, count]).toEqual([[0, 40], 4]);
    expect([step(undefined, 1), step(undefined, -1), step(undefined, Infinity)]).toEqual([0, 40, 40]);
    expect([step(10, 1), step(10, -1), step(10, 10), step(10, -Infinity)]).toEqual([15, 0, 40, 0]);
    // Of another chart, or of before: between the stops, and beyond them.
    expect([step(12, -1), step(99, -1), step(99, 1)]).toEqual([10, 15, 40]);
  });

  test('is told by the last point before, which says where it was', () => {
    const axis = { span: [0, 40] as const, xName: 'steps' };
    expect(toldAt(20, [rising, other], axis)).toBe(
      'at 20 steps: curve 0 0.500 ± 0.100; curve 1 0.200 (at 15)',
    );
  });

  test('has numbers that say no more than they know', () => {
    expect(tickTexts([0.2, 0.205])).toEqual(['0.200', '0.205']);
    expect(tickTexts([0.0001, 0.001, 0.01, 1], true)).toEqual(['1e−4', '0.001', '0.01', '1']);
  });
});

test('a band that is no ± is told, drawn and in the table as it is', () => {
  const [first, ...rest] = rising.points;
  const banded = {
    ...rising,
    points: [{ ...first, band: { low: 0, high: 0.4, n: 50 } }, ...rest.slice(0, 1)],
  };
  expect(toldAt(0, [banded], { span: [0, 10], xName: 'steps' })).toBe(
    'at 0 steps: curve 0 0.100 (0.000 to 0.400)',
  );
  const [low, high] = yRangeOf([banded], [0, 5], false);
  expect([low, high]).toEqual([expect.closeTo(-0.016, 9), expect.closeTo(0.416, 9)]);
  const frame: Frame = { left: 0, top: 0, width: 100, height: 100, x: [0, 10], y: [0, 1] };
  expect(placed(banded, frame).band).toBe('0,60 100,60 100,80 0,100');
  const data = curveData({
    ...{ curves: [banded], isMean: false, about: 'Of one seed.', sight: undefined, isLog: false },
    ...{ name: 'pass@1', xName: 'steps' },
  });
  expect(data.note).toBe('Of one seed.');
  expect(data.lines[0].points.map(({ band }) => band?.n)).toEqual([50, 3]);
});

describe('what is in sight', () => {
  test('fits y: points with their bands, and where a line passes the edges', () => {
    // From 0.5 − 0.1 to 0.5 + 0.1, and at 30 the line is at 0.625.
    const [low, high] = yRangeOf([rising], [20, 30], false);
    expect([low, high]).toEqual([expect.closeTo(0.4 - 0.009, 9), expect.closeTo(0.625 + 0.009, 9)]);
    // No point is there, but the line is.
    expect(yRangeOf([rising], [32, 36], false)[0]).toBeCloseTo(0.65 - 0.04 * 0.05, 9);
    expect(yRangeOf([other], [34, 36], false)).toEqual([0, 1]);
  });

  test('on an axis of logarithms is what is above 0, of which lines are straight', () => {
    const kl = curve([[0, 0], [10, 0.01, 0.02], [20, 1]]); // prettier-ignore
    const [low, high] = yRangeOf([kl], [0, 15], true);
    expect([low, high]).toEqual([expect.closeTo(0.01 / 1.15, 9), expect.closeTo(0.1 * 1.15, 9)]);
    expect(leftOut([kl, curve([[0, -1]], 1)])).toBe(2);
    expect(yRangeOf([curve([[0, 0]])], [0, 1], true).every((end) => end > 0)).toBe(true);
  });

  const frame: Frame = { left: 100, top: 0, width: 200, height: 100, x: [10, 30], y: [0, 1] };
  test('has marks; lines go on beyond, and are left where they go out of sight', () => {
    const { line, marks, exit, band, final } = placed(rising, frame);
    expect([final, placed(other, frame).final]).toEqual(['ends at its end', 'its end']);
    expect(line).toBe('0,90 100,70 200,50 400,25');
    expect(marks).toEqual([[100, 70], [200, 50]]); // prettier-ignore
    expect(exit).toEqual([300, expect.closeTo(37.5, 9)]);
    expect(band).toBe('100,60 200,40 200,60 100,80');
    expect(placed(other, { ...frame, x: [25, 45] }).exit).toEqual([150, 80]);
    expect(placed(other, { ...frame, x: [32, 45] })).toMatchObject({ marks: [], exit: undefined });
  });

  test('on an axis of logarithms leaves out what has no place, and bands end at its lower end', () => {
    const kl = curve([[10, 0], [20, 0.1, 0.2], [30, 1, 0]]); // prettier-ignore
    const { line, marks, band } = placed(kl, { ...frame, y: [0.01, 1], isLog: true });
    expect(line).toBe('200,50 300,0');
    expect(marks).toHaveLength(2);
    expect(band.split(' ').at(-1)).toBe('200,100');
  });

  test('is what the table and the files have', () => {
    const shown = { curves: [rising, curve([[0, 0], [25, 0.2]], 1)], isMean: true, name: 'KL', xName: 'steps' }; // prettier-ignore
    const whole = curveData({ ...shown, sight: undefined, isLog: true });
    expect(whole.note).toMatch(/^Means over seeds; .* the seeds\. 1 value ≤ 0 left out\.$/);
    expect(tableOf(whole).rows).toHaveLength(4);
    const zoomed = curveData({ ...shown, sight: [5, 25], isLog: false });
    expect(zoomed.lines.map(({ end }) => end)).toEqual([undefined, 'its end']);
    expect(zoomed.note).not.toContain('left out');
    expect(tableOf(zoomed).rows.map(([update, x, mean]) => [update, x, mean])).toEqual([
      [5, 10, 0.3],
      [10, 20, 0.5],
    ]);
    expect(svgOf(zoomed)).toMatch(/>5<.*>25</s);
  });

  test('smoothed is the exponential mean of what was measured so far, debiased, without bands', () => {
    const points = curve([[0, 1, 0.1], [10, 0, 0.1], [20, 0.5, 0.1]]).points; // prettier-ignore
    expect(smoothedPoints(points, 0)).toBe(points);
    const smoothed = smoothedPoints(points, 0.5);
    expect(smoothed.map(({ x, mean }) => [x, mean])).toEqual([[0, 1], [10, 0.5 / 1.5], [20, 0.75 / 1.75]]); // prettier-ignore
    expect(smoothed.every(({ error, band }) => Number.isNaN(error) && band === undefined)).toBe(true);
    const flat = smoothedPoints(curve([[0, 0.3], [1, 0.3], [2, 0.3]]).points, 0.9); // prettier-ignore
    for (const { mean } of flat) expect(mean).toBeCloseTo(0.3, 12);
  });

  test('nearest to a pointer is by height at its x; what a log axis has no place for is far', () => {
    const [low, high] = [curve([[10, 0.2], [30, 0.2]]), curve([[10, 0.8], [30, 0]], 1)]; // prettier-ignore
    expect(nearestCurve([low, high], frame, 12, 100 * (1 - 0.7))).toBe(1);
    expect(nearestCurve([low, high], frame, 12, 100 * (1 - 0.3))).toBe(0);
    expect(nearestCurve([high, low], { ...frame, y: [0.01, 1], isLog: true }, 30, 0)).toBe(1);
  });
});
