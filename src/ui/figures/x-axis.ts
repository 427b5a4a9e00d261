import type { Column, RunHistory } from '../history.ts';

/** What the charts over a run have along x. Seconds are those that the page took down while it watched the run. */
export const xAxes = {
  update: 'updates',
  drawn: 'responses drawn',
  seconds: 'seconds of training',
} as const;
export type XAxis = keyof typeof xAxes;
export const xAxisNames = Object.keys(xAxes) as XAxis[];

const costs = { drawn: 'cost/drawn', seconds: 'cost/seconds' } as const;

/** From where to where, along an axis. */
export type Range = readonly [low: number, high: number];

/** The least number of updates an x axis spans, so that a run of two points does not look like a trend. */
const LEAST_SPAN = 20;
/** The fewest updates that can fill a chart. */
const LEAST_SIGHT = 2;

const known = new WeakMap<RunHistory, Map<XAxis, { version: number; way: Column }>>();

/** How far a run has come after each of its updates, from 0 on; it ends where that is not known. Valid until the history grows. */
export function wayOf(history: RunHistory, axis: XAxis): Column {
  const ways = known.get(history) ?? new Map<XAxis, { version: number; way: Column }>();
  known.set(history, ways);
  const last = ways.get(axis);
  if (last?.version === history.version) return last.way;
  const way = new Float64Array(history.length);
  let update = 1;
  if (axis === 'update') for (; update < way.length; update++) way[update] = update;
  else {
    const spent = history.column(costs[axis]);
    for (; update < spent.length && !Number.isNaN(spent[update]); update++)
      way[update] = way[update - 1] + spent[update];
  }
  const found = way.subarray(0, update);
  ways.set(axis, { version: history.version, way: found });
  return found;
}

/** Whether it is known how far the run is along an axis; of a run that has only begun nothing speaks against it. */
export function hasWay(history: RunHistory, axis: XAxis): boolean {
  return history.latest('policy/loss') === undefined || wayOf(history, axis).length > 1;
}

/** What an x axis spans: all runs, from 0 on. */
export function spanOf(histories: readonly RunHistory[], axis: XAxis = 'update'): Range {
  const ends = histories.map((history) => {
    const way = wayOf(history, axis);
    const updates = way.length - 1;
    return updates > 0 ? way[updates] * Math.max(1, LEAST_SPAN / updates) : 0;
  });
  const end = Math.max(...ends);
  return [0, end > 0 ? end : LEAST_SPAN];
}

/** The update of a run that is nearest to a place along its way; 0 where it has not begun. */
export function nearestUpdate(way: Column, x: number): number {
  let [low, high] = [0, way.length - 1];
  if (high < 0) return 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (way[middle] <= x) low = middle;
    else high = middle;
  }
  return x - way[low] < way[high] - x || low === high ? low : high;
}

/** As much of `span` as `wanted` covers, moved into it and no narrower than a few updates; undefined where that is all of it. */
export function sightWithin(wanted: Range, span: Range, updates: number): Range | undefined {
  const whole = span[1] - span[0];
  const least = (whole * LEAST_SIGHT) / Math.max(LEAST_SPAN, updates);
  const width = Math.max(least, wanted[1] - wanted[0]);
  if (width >= whole * (1 - 1e-9)) return undefined;
  // Worked out anew, an end could fall short of the point that is there.
  if (wanted[1] - wanted[0] === width && wanted[0] >= span[0] && wanted[1] <= span[1]) return wanted;
  const middle = (wanted[0] + wanted[1]) / 2;
  const low = Math.max(span[0], Math.min(span[1] - width, middle - width / 2));
  return [low, low === span[1] - width ? span[1] : low + width];
}

/** `times` as much of the axis as `sight`, with `around` where it is. */
export function widened([low, high]: Range, times: number, around: number): Range {
  return [around - (around - low) * times, around + (high - around) * times];
}

/** `sight`, moved as little as may be so that it holds x. */
export function movedTo([low, high]: Range, x: number): Range {
  if (x < low) return [x, high + (x - low)];
  return x > high ? [low + (x - high), x] : [low, high];
}
