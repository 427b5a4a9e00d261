import type uPlot from 'uplot';
import type { MetricName } from '../../protocol/metrics.ts';
import type { Column, History } from '../history.ts';
import type { Marker } from '../markers.ts';
import { axisTicks } from './ticks.ts';

/** One line of a chart. */
export interface Line {
  metric: MetricName;
  /** Stands at the end of the line. */
  label: string;
  /** A colour of tokens.css, e.g. `--truth`. */
  token: string;
  width: number;
  dash?: number[];
  /** False where the run before is not drawn for comparison. */
  ghost?: boolean;
}

/** Widths beside the plot, in pixels: the numbers of the axis, and the labels at the lines' ends. */
export const AXIS = 34;
export const LABELS = 106;

/** The least number of updates an x axis spans, so that a run of two points does not look like a trend. */
const LEAST_SPAN = 20;

const withGhost = (lines: readonly Line[]) => lines.filter((line) => line.ghost !== false);

/** What uPlot draws: x, the ghost's lines (if any), the run's lines. The columns are the histories' own. */
export function chartData(
  lines: readonly Line[],
  history: History,
  ghost: History | undefined,
): [number[], ...Column[]] {
  const x = ghost && ghost.length > history.length ? ghost.updates : history.updates;
  const ghosts = ghost ? withGhost(lines).map((line) => ghost.column(line.metric)) : [];
  return [x, ...ghosts, ...lines.map((line) => history.column(line.metric))];
}

/** The newest value at or before `update` that a column has. */
export function valueAt(column: Column, update: number): number | undefined {
  for (let index = Math.min(update, column.length - 1); index >= 0; index--) {
    const value = column[index];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}

/**
 * Moves labels apart: their tops, at least `gap` apart and inside 0 … `height`, as near to where they were wanted as going from
 * the top down allows. Same order as given.
 */
export function spread(wanted: readonly number[], gap: number, height: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  const tops = [...wanted];
  let floor = 0;
  for (const index of order) {
    tops[index] = Math.max(floor, tops[index]);
    floor = tops[index] + gap;
  }
  let ceiling = height - gap;
  for (const index of order.toReversed()) {
    tops[index] = Math.min(ceiling, tops[index]);
    ceiling = tops[index] - gap;
  }
  return tops;
}

export interface ChartOptions {
  lines: readonly Line[];
  ghost: boolean;
  width: number;
  height: number;
  /** Fixed ends of the y axis, where it has any. */
  limits: [number | undefined, number | undefined];
  /** Whether the update's numbers stand below. */
  showUpdates: boolean;
  colour: (token: string) => string;
  markers: () => readonly Marker[];
  showMarkerText: boolean;
  onCursor: (update: number | undefined) => void;
  onDraw: () => void;
}

/** Ends of the y axis: those given, else what the numbers need, 0 included. */
export function yRange(
  limits: ChartOptions['limits'],
  low: number | null,
  high: number | null,
): [number, number] {
  const bottom = Math.min(0, low ?? 0);
  const top = Math.max(0, high ?? 0);
  const pad = (top - bottom || 1) * 0.08;
  return [limits[0] ?? (bottom < 0 ? bottom - pad : 0), limits[1] ?? top + pad];
}

function drawMarkers(options: ChartOptions): (u: uPlot) => void {
  const stroke = options.colour('--line-strong');
  const ink = options.colour('--quiet');
  return (u) => {
    const { ctx } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.fillStyle = ink;
    ctx.font = `${11 * ratio}px "Inter Variable", sans-serif`;
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    // The newest text is the one that is looked for; an older one gives way where the two would overlap.
    const taken: [left: number, right: number][] = [];
    for (const { update, text } of options.markers().toReversed()) {
      const x = Math.round(u.valToPos(update, 'x', true));
      if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, u.bbox.top);
      ctx.lineTo(x, u.bbox.top + u.bbox.height);
      ctx.stroke();
      if (!options.showMarkerText) continue;
      const late = x > u.bbox.left + u.bbox.width * 0.6;
      const width = ctx.measureText(text).width;
      const left = late ? x - 4 * ratio - width : x + 4 * ratio;
      if (taken.some(([from, to]) => left < to && from < left + width)) continue;
      taken.push([left, left + width]);
      ctx.fillText(text, left, u.bbox.top + u.bbox.height - 5 * ratio);
    }
    ctx.restore();
  };
}

/** The chart as uPlot wants it. */
export function uPlotOptions(options: ChartOptions): uPlot.Options {
  const { lines, colour, height, width } = options;
  const font = '11px "Inter Variable", sans-serif';
  const axis = {
    stroke: colour('--quiet'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  const series = (line: Line, ghost: boolean): uPlot.Series => ({
    label: line.label,
    stroke: colour(ghost ? '--ghost' : line.token),
    width: ghost ? 1.2 : line.width,
    dash: line.dash,
    spanGaps: true,
    // Too few to make a line.
    points: { show: (u) => !ghost && u.data[0].length < 12, size: 5, fill: colour(line.token) },
  });
  return {
    width,
    height,
    padding: [17, LABELS, options.showUpdates ? 0 : 5, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'updates', setSeries: false },
      drag: { x: false, y: false },
      points: { size: 6 },
      y: false,
    },
    scales: {
      x: { time: false, range: (_, low, high) => [low ?? 0, Math.max((low ?? 0) + LEAST_SPAN, high ?? 0)] },
      y: { range: (_, low, high) => yRange(options.limits, low, high) },
    },
    axes: [
      {
        ...axis,
        show: options.showUpdates,
        size: 20,
        grid: { show: false },
        splits: (_, __, low, high) => axisTicks(low, high, 5).filter(Number.isInteger),
        values: (_, splits) => splits.map(String),
      },
      {
        ...axis,
        size: AXIS,
        splits: (_, __, low, high) => axisTicks(low, high, height > 90 ? 4 : 3),
        values: (_, splits) => splits.map((value) => String(value).replace('-', '\u2212')),
      },
    ],
    series: [
      {},
      ...(options.ghost ? withGhost(lines).map((line) => series(line, true)) : []),
      ...lines.map((line) => series(line, false)),
    ],
    hooks: {
      draw: [drawMarkers(options), () => options.onDraw()],
      setCursor: [(u) => options.onCursor(u.cursor.idx ?? undefined)],
    },
  };
}
