import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlotColumns, type PlotData } from '../../src/ui/figures/plot-columns.ts';
import { RunHistory } from '../../src/ui/history.ts';

const PIXELS = 170;

/** A dense metric with two spikes, and a sparse one, as those of an evaluation every five updates. */
function grow(history: RunHistory, from: number, to: number): void {
  for (let update = from; update < to; update++) {
    history.set(update, { 'policy/loss': update === 1234 ? 9 : update === 4321 ? -9 : Math.sin(update) });
    if (update % 5 === 0) history.set(update, { 'eval/kl': update / 1000 });
  }
}

function columnsOf(history: RunHistory): PlotColumns {
  return new PlotColumns([
    { history, metric: 'policy/loss' },
    { history, metric: 'eval/kl' },
  ]);
}

const known = (column: (number | null)[]) => column.filter((value) => value !== null);

describe('where every update has a pixel', () => {
  test('values are handed over as they are, the run before first', () => {
    const past = new RunHistory();
    past.set(3, { 'eval/kl': 1 });
    const run = new RunHistory();
    run.set(1, { 'eval/kl': 0.5 });
    const columns = new PlotColumns([past, run].map((history) => ({ history, metric: 'eval/kl' })));
    expect(columns.fitted(PIXELS)).toEqual([
      [0, 1, 2, 3],
      [null, null, null, 1],
      [null, 0.5, null, null],
    ]);
  });
  test('twice as many updates as pixels keep every value', () => {
    const history = new RunHistory();
    grow(history, 0, 2 * PIXELS);
    const [x, loss] = columnsOf(history).fitted(PIXELS);
    expect(x).toEqual(Array.from({ length: 2 * PIXELS }, (_, update) => update));
    expect(loss).toEqual([...history.column('policy/loss')]);
  });
  test('nothing is known of a run that has not begun', () => {
    expect(columnsOf(new RunHistory()).fitted(PIXELS)).toEqual([[], [], []]);
  });
});

describe('at 10,000 updates', () => {
  const history = new RunHistory();
  grow(history, 0, 10_001);
  const [x, loss, kl] = columnsOf(history).fitted(PIXELS);

  test('at most three points a pixel are handed over', () => {
    for (const column of [x, loss, kl]) expect(column.length).toBeLessThanOrEqual(3 * PIXELS);
    expect(x.length).toBeGreaterThan(PIXELS);
  });
  test('extremes are among them, less than two pixels from where they belong', () => {
    const reach = (2 * 10_001) / PIXELS;
    expect(Math.max(...known(loss))).toBe(9);
    expect(Math.min(...known(loss))).toBe(-9);
    expect(Math.abs(x[loss.indexOf(9)] - 1234)).toBeLessThan(reach);
    expect(Math.abs(x[loss.indexOf(-9)] - 4321)).toBeLessThan(reach);
  });
  test('and so is the newest, of a sparse metric too', () => {
    expect(x.at(-1)).toBe(10_000);
    expect(loss.at(-1)).toBe(Math.sin(10_000));
    expect(known(kl).at(-1)).toBe(10);
  });
  test('x never goes back', () => {
    for (let point = 1; point < x.length; point++) expect(x[point]).toBeGreaterThanOrEqual(x[point - 1]);
  });
});

test('only what has changed is done again: the rest is not even looked at', () => {
  const history = new RunHistory();
  grow(history, 0, 8000);
  const columns = columnsOf(history);
  const first = columns.fitted(PIXELS);
  const [, loss] = first;
  // Would be put right if the whole were done again.
  loss[0] = 77;
  grow(history, 8000, 8003);
  history.set(7998, { 'eval/kl': -1 });
  const again = columns.fitted(PIXELS);
  expect(again).toBe(first);
  expect(loss[0]).toBe(77);
  expect(loss.at(-1)).toBe(Math.sin(8002));
  expect(Math.min(...known(again[2]))).toBe(-1);
  // A narrower chart needs longer stretches.
  expect(columns.fitted(PIXELS / 2)[1][0]).not.toBe(77);
});

test('however changes come, the columns are those of the history as it is', () => {
  const change = fc.record({
    update: fc.nat(300),
    value: fc.double({ min: -1, max: 1, noNaN: true }),
    metric: fc.constantFrom('policy/loss', 'eval/kl'),
    draw: fc.boolean(),
    pixels: fc.constantFrom(10, 40, 400),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const history = new RunHistory();
      const columns = columnsOf(history);
      for (const { update, value, metric, draw, pixels } of changes) {
        history.set(update, { [metric]: value });
        if (draw) columns.fitted(pixels);
      }
      const fresh: PlotData = columnsOf(history).fitted(40);
      expect(columns.fitted(40)).toEqual(fresh);
    }),
  );
});
