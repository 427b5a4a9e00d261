import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesAt, placeMarkers } from '../../src/ui/figures/chart-markers.ts';
import { readingsAt, spoken, spread, updateAt, xOf, yOf, type Frame } from '../../src/ui/figures/readout.ts';
import { steady } from '../../src/ui/figures/steady.ts';
import { labelsWidth, logRange, sourcesOf, yRange, type Line } from '../../src/ui/figures/time-chart.ts';
import { spanOf } from '../../src/ui/figures/x-axis.ts';
import { RunHistory } from '../../src/ui/history.ts';

const lines: Line[] = [
  { metric: 'objective/pass_rate', label: 'batch', token: '--truth', width: 1, ghost: false },
  { metric: 'eval/pass@1_held_out', label: 'held-out', token: '--truth', width: 1 },
];

test('other runs are drawn first, without the lines that it would only crowd', () => {
  const [run, past] = [new RunHistory(), new RunHistory()];
  expect(sourcesOf(lines, run, [past])).toEqual([
    { history: past, metric: 'eval/pass@1_held_out' },
    { history: run, metric: 'objective/pass_rate' },
    { history: run, metric: 'eval/pass@1_held_out' },
  ]);
  expect(sourcesOf(lines, run, [])).toHaveLength(2);
});

test('what is made of the very same parts is the same', () => {
  const same = steady<{ lines: Line[]; ghosts: number }>();
  const first = same({ lines, ghosts: 0 });
  expect(same({ lines, ghosts: 0 })).toBe(first);
  const other = same({ lines, ghosts: 1 });
  expect(other).toEqual({ lines, ghosts: 1 });
  expect(same({ lines: [...lines], ghosts: 1 })).not.toBe(other);
});

test('a list that lost its last entry is another one', () => {
  const same = steady<readonly string[]>();
  const both = same(['one', 'two']);
  expect(same(['one', 'two'])).toBe(both);
  expect(same(['one'])).toEqual(['one']);
  expect(same(['one', 'two'])).not.toBe(both);
});

test('an x axis holds both runs and spans 20 updates at least', () => {
  const [run, past] = [new RunHistory(), new RunHistory()];
  expect(spanOf([run])).toEqual([0, 20]);
  run.set(30, {});
  past.set(44, {});
  expect(spanOf([run])).toEqual([0, 30]);
  expect(spanOf([run, past])).toEqual([0, 44]);
});

test('labels leave the plot room where large type meets a narrow page', () => {
  expect(labelsWidth(480, 16)).toBe(116);
  expect(labelsWidth(480, 24)).toBe(174);
  expect(labelsWidth(280, 32)).toBe(126);
});

test('a y axis has 0 on it, room above and below what is drawn, and does not magnify next to nothing', () => {
  const free: [undefined, undefined] = [undefined, undefined];
  expect(yRange(free, 0.5, 2)).toEqual([0, 2.16]);
  expect(yRange(free, -1, 1)).toEqual([-1.16, 1.16]);
  expect(yRange(free, -2, -1)).toEqual([-2.16, 0.16]);
  for (const next of [0.001, null]) {
    const [bottom, top] = yRange(free, next && 0, next);
    expect(bottom).toBe(0);
    expect(top).toBeCloseTo(0.108);
  }
  expect(yRange([0, 1], 0.4, 0.5)).toEqual([0, 1]);
});

test('an axis of logarithms holds what is above 0, and a power of ten at least', () => {
  const [low, high] = logRange(0.02, 4);
  expect(low).toBeCloseTo(0.02 / 1.15);
  expect(high).toBeCloseTo(4.6);
  expect(logRange(0.5, 0.6)[0]).toBeCloseTo(0.069);
  expect(logRange(null, null)[0]).toBeGreaterThan(0);
});

describe('the crosshair', () => {
  const history = new RunHistory();
  history.set(0, { 'eval/pass@1_held_out': 0.44 });
  history.set(4, { 'objective/pass_rate': 0.5 });
  const about = { changes: '', digits: 2, awaited: 'from update 1 on' };

  test('between two evaluations reads the one before, and says when it was', () => {
    const readings = readingsAt(lines, history, 4);
    expect(spoken(4, readings, about)).toBe('update 4: batch 0.50, held-out 0.44 (at 0)');
  });
  test('leaves out a line of which nothing is known yet, and says what was changed', () => {
    const readings = readingsAt(lines, history, 0);
    expect(spoken(0, readings, { ...about, changes: 'a → b' })).toBe(
      'update 0: held-out 0.44; changed: a → b',
    );
  });
  test('says when there will be something', () => {
    expect(spoken(0, readingsAt([], history, 0), about)).toBe('update 0: from update 1 on');
  });
});

describe('a pointer', () => {
  const frame: Frame = { left: 30, top: 10, width: 100, height: 50, x: [0, 20], y: [-1, 1] };
  const way = (updates: number) => Float64Array.from({ length: updates + 1 }, (_, update) => update);
  test('finds the update it is nearest to, among those there are', () => {
    expect(xOf(frame, 7)).toBe(65);
    expect(yOf(frame, 0.5)).toBe(22.5);
    expect(updateAt(frame, 66, 20, [], way(20))).toBe(7);
    expect(updateAt(frame, 69, 20, [], way(20))).toBe(8);
    expect(updateAt(frame, 0, 20, [], way(20))).toBe(0);
    expect(updateAt(frame, 200, 5, [], way(5))).toBe(5);
  });
  test('along another axis finds the update whose place is nearest, and no further than the run is known', () => {
    const spent = Float64Array.of(0, 1, 3, 10);
    const at = (pixel: number) => updateAt({ ...frame, x: [0, 10] }, pixel, 9, [], spent);
    expect([30, 36, 49, 51, 70, 99, 130].map(at)).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });
  test('on an axis of logarithms a value is where its logarithm is, and what has none at the lower end', () => {
    const log: Frame = { ...frame, y: [0.01, 100], isLog: true };
    expect(yOf(log, 1)).toBeCloseTo(35);
    expect(yOf(log, 10)).toBeCloseTo(22.5);
    expect([yOf(log, 0), yOf(log, -3)]).toEqual([60, 60]);
  });
  test('near a marker means its update: in a long run a pixel holds many', () => {
    const long: Frame = { ...frame, x: [0, 10_000] };
    const markers = [
      { update: 5003, text: 'a' },
      { update: 5230, text: 'b' },
    ];
    expect(updateAt(long, 81, 10_000, markers, way(10_000))).toBe(5003);
    expect(updateAt(long, 82, 10_000, markers, way(10_000))).toBe(5230);
    expect(updateAt(long, 90, 10_000, markers, way(10_000))).toBe(6000);
    expect(updateAt(long, 81, 4000, markers, way(4000))).toBe(4000);
  });
});

test('spread moves labels apart, keeps their order and stays inside', () => {
  const heights = [14, 14, 14];
  expect(spread([10, 40], heights, 100)).toEqual([10, 40]);
  expect(spread([10, 12, 11], heights, 100)).toEqual([10, 38, 24]);
  expect(spread([10, 12, 11], [14, 14, 28], 100)).toEqual([10, 52, 24]);
  expect(spread([95, 96], heights, 100)).toEqual([72, 86]);
  expect(spread([-20], heights, 100)).toEqual([0]);
});

describe("markers' words", () => {
  const measure = (text: string) => 6 * text.length;
  const room = { left: 30, right: 330, gap: 4, least: 48, measure };

  test('stand to the right of their line, or to its left where there is no room', () => {
    expect(placeMarkers([{ x: 40, text: 'none → best' }], room)).toEqual([{ left: 44, text: 'none → best' }]);
    expect(placeMarkers([{ x: 320, text: 'none → best' }], room)).toEqual([
      { left: 250, text: 'none → best' },
    ]);
  });
  test('are shortened to the first of many changes', () => {
    const text = 'best-worst → none, learning rate 2e−4 → 1e−4, whitening kept → off';
    expect(placeMarkers([{ x: 40, text }], room)).toEqual([{ left: 44, text: 'best-worst → none +2' }]);
    expect(placeMarkers([{ x: 40, text }], { ...room, right: 134 })).toEqual([
      { left: 44, text: 'best-worst… +2' },
    ]);
  });
  test('of an older marker give way', () => {
    const placed = placeMarkers(
      [
        { x: 100, text: 'an older one' },
        { x: 120, text: 'the newest' },
        { x: 124, text: 'the very newest' },
      ],
      room,
    );
    expect(placed).toEqual([
      undefined,
      { left: 56, text: 'the newest' },
      { left: 128, text: 'the very newest' },
    ]);
  });
  test('never overlap and never leave the plot, whatever there is', () => {
    const marker = fc.record({
      x: fc.integer({ min: 30, max: 330 }),
      text: fc.stringMatching(/^[a-z→, ]{1,80}$/),
    });
    fc.assert(
      fc.property(fc.array(marker, { maxLength: 12 }), (markers) => {
        const boxes = placeMarkers(markers, room)
          .flatMap((label) => (label ? [{ from: label.left, to: label.left + measure(label.text) }] : []))
          .sort((a, b) => a.from - b.from);
        let end = room.left;
        for (const { from, to } of boxes) {
          expect(from).toBeGreaterThanOrEqual(end);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(room.right);
      }),
    );
  });
  test('can be had in full where the crosshair is', () => {
    const markers = [
      { update: 3, text: 'a → b' },
      { update: 5, text: 'c → d, e → f' },
    ];
    expect(changesAt(markers, 5)).toBe('c → d, e → f');
    expect(changesAt(markers, 4)).toBe('');
  });
});
