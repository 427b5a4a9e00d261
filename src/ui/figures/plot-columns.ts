import type { MetricName } from '../../protocol/metrics.ts';
import type { Column, RunHistory } from '../history.ts';
import { Smoothed } from './smoothed.ts';
import { wayOf, type XAxis } from './x-axis.ts';

/** What uPlot draws: x, then a column of values per line, null where there is none. */
export type PlotData = [x: number[], ...values: (number | null)[][]];

/** A metric of a run. */
export interface Source {
  history: RunHistory;
  metric: MetricName;
  /** How much each number weighs of the next, where it is smoothed. */
  smoothing?: number;
}

/** Points that stand for a stretch of updates: its lowest, its highest and its newest, in their order. */
const POINTS = 3;

/**
 * Columns of one or more histories on a common x axis, thinned to what pixels can show: where there are more updates than
 * pixels, stretches of 2, 4, 8 … updates, none wider than two pixels, become three points each. Extremes and the newest number
 * are always among them; none is moved out of its stretch. Brought up to date from the first stretch that changed, so a
 * drawing costs a stretch or two and not the length of the run; all of it is done again only when stretches double.
 */
export class PlotColumns {
  readonly #sources: readonly Source[];
  readonly #smoothed: readonly (Smoothed | undefined)[];
  readonly #data: PlotData;
  readonly #seen: number[];
  #stretch = 0;

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
    this.#smoothed = sources.map(({ history, metric, smoothing }) =>
      smoothing === undefined ? undefined : new Smoothed(history, metric, smoothing),
    );
    this.#data = [[], ...sources.map(() => [])];
    this.#seen = sources.map(() => 0);
  }

  /**
   * The columns as they are now, the same arrays every time: at most three points a pixel, or one an update if these are fewer.
   * @param share of the axis that is in sight; what lies beside it is as fine
   */
  fitted(pixels: number, share = 1): PlotData {
    const length = Math.max(0, ...this.#sources.map(({ history }) => history.length));
    let stretch = 1;
    while (length * share > stretch * Math.max(1, pixels)) stretch *= 2;
    let from = 0;
    if (stretch === this.#stretch)
      from = Math.min(...this.#sources.map(({ history }, at) => history.touchedSince(this.#seen[at])));
    else for (const column of this.#data) column.length = 0;
    this.#stretch = stretch;
    const values = this.#sources.map(
      ({ history, metric }, at) => this.#smoothed[at]?.column() ?? history.column(metric),
    );
    for (let start = Math.floor(from / stretch) * stretch; start < length; start += stretch)
      this.#fill(values, start, Math.min(start + stretch, length));
    this.#sources.forEach(({ history }, at) => (this.#seen[at] = history.version));
    return this.#data;
  }

  #fill(columns: readonly Column[], start: number, end: number): void {
    const [x, ...values] = this.#data;
    const points = Math.min(POINTS, this.#stretch);
    const first = (start / this.#stretch) * points;
    for (let point = 0; point < points; point++)
      x[first + point] = points === 1 ? start : start + ((end - 1 - start) * point) / (points - 1);
    columns.forEach((column, at) => {
      const kept = points < POINTS ? all(column, start, points) : telling(column, start, end);
      for (let point = 0; point < points; point++) values[at][first + point] = kept[point];
    });
  }
}

function all(column: Column, start: number, count: number): (number | null)[] {
  return Array.from({ length: count }, (_, point) => {
    const value = column[start + point] ?? NaN;
    return Number.isNaN(value) ? null : value;
  });
}

/** Lowest, highest and newest number of a stretch, without repeats, in the order of their updates, nulls before them. */
function telling(column: Column, start: number, end: number): (number | null)[] {
  let low = -1;
  let high = -1;
  let newest = -1;
  for (let update = start; update < Math.min(end, column.length); update++) {
    const value = column[update];
    if (Number.isNaN(value)) continue;
    if (newest < 0 || value < column[low]) low = update;
    if (newest < 0 || value > column[high]) high = update;
    newest = update;
  }
  if (newest < 0) return [null, null, null];
  const updates = [...new Set([low, high, newest])].sort((a, b) => a - b);
  return [...Array<null>(POINTS - updates.length).fill(null), ...updates.map((update) => column[update])];
}

/** Columns over updates along another axis: runs are at different places after the same update, so each point has its own x, in order. */
export function alongAxis([updates, ...values]: PlotData, sources: readonly Source[], axis: XAxis): PlotData {
  if (axis === 'update') return [updates, ...values];
  const runs = [...new Set(sources.map(({ history }) => history))];
  const points = runs.flatMap((run) => {
    const way = wayOf(run, axis);
    const mine = values.filter((_, at) => sources[at].history === run);
    return updates.flatMap((update, row) => {
      const [before, after] = [way[Math.floor(update)], way[Math.ceil(update)]];
      if (after === undefined || mine.every((column) => column[row] === null)) return [];
      return [{ x: before + (update % 1) * (after - before), row, run }];
    });
  });
  points.sort((a, b) => a.x - b.x);
  return [
    points.map(({ x }) => x),
    ...values.map((column, at) =>
      points.map(({ row, run }) => (run === sources[at].history ? column[row] : null)),
    ),
  ];
}

/** Without what a log axis has no place for. */
export function aboveZero([x, ...values]: PlotData): PlotData {
  return [x, ...values.map((column) => column.map((value) => (value !== null && value > 0 ? value : null)))];
}
