import type uPlot from 'uplot';
import { wilson } from '../../ppo/reliability.ts';
import type { MetricName } from '../../protocol/metrics.ts';
import { count } from '../format.ts';
import type { RunHistory } from '../history.ts';
import type { Marker } from '../markers.ts';
import { placeMarkers } from './chart-markers.ts';
import type { Source } from './plot-columns.ts';
import { axisTicks } from './ticks.ts';

/** One line of a chart. */
export interface Line {
  metric: MetricName;
  /** Stands at the end of the line; empty of what another line stands for. */
  label: string;
  /** A colour of tokens.css, e.g. `--truth`. */
  token: string;
  width: number;
  dash?: number[];
  /** False where other runs are not drawn for comparison. */
  ghost?: boolean;
  /** Where the metric is a share of so many trials, its 95 % interval is shaded. */
  trials?: number;
  /** How much each number weighs of the next, where it is drawn smoothed. */
  smoothing?: number;
}

/** Sizes in rem, so that a page in large type has charts in large type: beside, above and below the plot, and of text. */
export const AXIS = 2.25;
const LABELS = 7.25;
export const ABOVE = 1.125;
const UPDATES = 1.375;
const BELOW = 0.4375;
const TEXT = 0.75;

/** Pixels that labels have beside the plot, of a figure so wide: in large type on a narrow page they leave it some room. */
export const labelsWidth = (width: number, rem: number): number => Math.min(LABELS * rem, 0.45 * width);

/** The least number of updates an x axis spans, so that a run of two points does not look like a trend. */
const LEAST_SPAN = 20;
/** The least that a y axis spans, so that a mean of 0.003 does not look like a rise. */
const LEAST_RANGE = 0.1;
/** With fewer updates, points are drawn: too few to make a line. */
export const FEW = 12;

const withGhost = (lines: readonly Line[]) => lines.filter((line) => line.ghost !== false);

/** How other runs are told apart, all being grey. */
const ghostDashes = [undefined, [7, 3], [2, 3], [8, 3, 2, 3]];
export const ghostDash = (at: number): number[] | undefined => ghostDashes[at % ghostDashes.length];

/** What a chart draws: the ghosts' lines (if any), one ghost after the other, then the run's. */
export function sourcesOf(
  lines: readonly Line[],
  history: RunHistory,
  ghosts: readonly RunHistory[],
): Source[] {
  const others = ghosts.flatMap((ghost) =>
    withGhost(lines).map(({ metric }) => ({ history: ghost, metric })),
  );
  return [...others, ...lines.map(({ metric, smoothing }) => ({ history, metric, smoothing }))];
}

/** A line drawn smoothed, over what was measured. */
export const smoothly = (line: Line, smoothing: number): Line[] =>
  smoothing > 0
    ? [
        { ...line, label: '', width: 0.6 * Math.min(1, line.width), ghost: false },
        { ...line, smoothing },
      ]
    : [line];

/** Updates on an x axis. */
export function spanOf(history: RunHistory, ghosts: readonly RunHistory[]): [first: number, last: number] {
  return [0, Math.max(LEAST_SPAN, ...[history, ...ghosts].map(({ length }) => length - 1))];
}

/** What uPlot takes once: a chart with another is made anew. */
export interface Design {
  lines: readonly Line[];
  /** How many other runs there are. */
  ghosts: number;
  /** Pixels of the canvas, as CSS has them, of the page's root font size. */
  rem: number;
  /** Fixed ends of the y axis, where it has any. */
  limits: readonly [number | undefined, number | undefined];
  /** Whether the update's numbers stand below. */
  showUpdates: boolean;
  showMarkerText: boolean;
}

export interface ChartOptions extends Design {
  width: number;
  height: number;
  colour: (token: string) => string;
  /** Updates on the x axis. */
  span: () => [number, number];
  /** Whether points are drawn. */
  few: () => boolean;
  markers: () => readonly Marker[];
  onDraw: (u: uPlot) => void;
}

/** Ends of the y axis: those given, else what the numbers need, 0 included. */
export function yRange(
  limits: ChartOptions['limits'],
  low: number | null,
  high: number | null,
): [number, number] {
  const bottom = Math.min(0, low ?? 0);
  const top = Math.max(0, high ?? 0, bottom + LEAST_RANGE);
  const pad = (top - bottom) * 0.08;
  return [limits[0] ?? (bottom < 0 ? bottom - pad : 0), limits[1] ?? top + pad];
}

/** How many numbers an axis has room for. */
const fitting = (pixels: number, each: number, least: number, most: number) =>
  Math.max(least, Math.min(most, Math.floor(pixels / devicePixelRatio / each)));

/** Whether anything is drawn: an axis without it says nothing. */
const drawsAny = ([, ...values]: uPlot.AlignedData) =>
  values.some((column) => [...column].some((value) => value != null));

const font = (pixels: number) => `${pixels}px "Inter Variable", sans-serif`;

function drawMarkers(options: ChartOptions): (u: uPlot) => void {
  const [line, ink, paper] = ['--line-strong', '--quiet', '--panel'].map(options.colour);
  return (u) => {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    const [left, right, bottom] = [bbox.left, bbox.left + bbox.width, bbox.top + bbox.height];
    const lines = options
      .markers()
      .map(({ update, text }) => ({ x: Math.round(u.valToPos(update, 'x', true)), text }))
      .filter(({ x }) => x >= left && x <= right);
    ctx.save();
    ctx.strokeStyle = line;
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    for (const { x } of lines) {
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bottom);
    }
    ctx.stroke();
    if (options.showMarkerText) {
      const size = TEXT * options.rem * ratio;
      ctx.font = font(size);
      ctx.setLineDash([]);
      // The axes have left their own.
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      ctx.fillStyle = ink;
      ctx.strokeStyle = paper;
      ctx.lineWidth = 4 * ratio;
      ctx.lineJoin = 'round';
      const measure = (text: string) => ctx.measureText(text).width;
      for (const label of placeMarkers(lines, { left, right, gap: 4 * ratio, least: 4 * size, measure })) {
        if (!label) continue;
        // What runs beneath the words does not run through them.
        ctx.strokeText(label.text, label.left, bottom - 5 * ratio);
        ctx.fillText(label.text, label.left, bottom - 5 * ratio);
      }
    }
    ctx.restore();
  };
}

/** Shades the 95 % interval of each line that is a share of so many trials. */
function drawBands(options: ChartOptions): (u: uPlot) => void {
  const colours = options.lines.map(({ token }) => options.colour(token));
  return (u) => {
    const { ctx } = u;
    const [x, ...values] = u.data;
    options.lines.forEach(({ trials }, at) => {
      if (trials === undefined) return;
      const column = values.at(at - options.lines.length) ?? [];
      const band = [...column].flatMap((value, point) =>
        value == null ? [] : [{ x: u.valToPos(x[point], 'x', true), ...wilson(value * trials, trials) }],
      );
      const side = (end: 'low' | 'high') =>
        band.map((point) => [point.x, u.valToPos(point[end], 'y', true)] as const);
      ctx.save();
      ctx.globalAlpha = 0.14;
      ctx.fillStyle = ctx.strokeStyle = colours[at];
      ctx.beginPath();
      for (const [left, top] of [...side('low'), ...side('high').reverse()]) ctx.lineTo(left, top);
      ctx.fill();
      // A single evaluation has no area, and still an interval.
      if (band.length === 1) {
        ctx.globalAlpha = 0.4;
        ctx.lineWidth = (3 * devicePixelRatio * options.rem) / 16;
        ctx.stroke();
      }
      ctx.restore();
    });
  };
}

function seriesOf(options: ChartOptions): uPlot.Series[] {
  const { lines, colour, few } = options;
  const scale = options.rem / 16;
  const series = (line: Line, ghost?: number): uPlot.Series => ({
    label: line.label,
    stroke: colour(ghost === undefined ? line.token : '--ghost'),
    width: (ghost === undefined ? line.width : 1.2) * scale,
    dash: ghost === undefined ? line.dash : ghostDash(ghost),
    spanGaps: true,
    points: {
      show: () => ghost === undefined && few(),
      size: 5 * scale,
      fill: colour(line.dash ? '--panel' : line.token),
    },
  });
  return [
    {},
    ...Array.from({ length: options.ghosts }, (_, at) =>
      withGhost(lines).map((line) => series(line, at)),
    ).flat(),
    ...lines.map((line) => series(line)),
  ];
}

/** The chart as uPlot wants it. It only draws: the crosshair is the component's. */
export function uPlotOptions(options: ChartOptions): uPlot.Options {
  const { colour, rem } = options;
  const axis = {
    stroke: colour('--quiet'),
    font: font(TEXT * rem),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  return {
    width: options.width,
    height: options.height,
    padding: [ABOVE * rem, (u) => labelsWidth(u.width, rem), options.showUpdates ? 0 : BELOW * rem, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: options.span },
      y: { range: (_, low, high) => yRange(options.limits, low, high) },
    },
    axes: [
      {
        ...axis,
        show: options.showUpdates,
        size: UPDATES * rem,
        grid: { show: false },
        splits: ({ bbox }, __, low, high) =>
          axisTicks(low, high, fitting(bbox.width, 2.75 * rem, 2, 5)).filter(Number.isInteger),
        values: (_, splits) => splits.map(count),
      },
      {
        ...axis,
        size: AXIS * rem,
        splits: ({ bbox, data }, __, low, high) =>
          drawsAny(data) ? axisTicks(low, high, fitting(bbox.height, 1.5 * rem, 3, 4)) : [],
        values: (_, splits) => splits.map((value) => String(value).replace('-', '\u2212')),
      },
    ],
    series: seriesOf(options),
    hooks: { drawAxes: [drawBands(options)], draw: [drawMarkers(options), options.onDraw] },
  };
}
