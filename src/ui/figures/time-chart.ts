import type uPlot from 'uplot';
import type { MetricName } from '../../protocol/metrics.ts';
import { count } from '../format.ts';
import type { RunHistory } from '../history.ts';
import { drawBands, drawMarkers, font, TEXT, type Band, type PlacedMarker } from './chart-layers.ts';
import type { Source } from './plot-columns.ts';
import { axisTicks, logTicks } from './ticks.ts';
import type { Range } from './x-axis.ts';

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
  /** Where the metric is a share of trials: of how many at an update, NaN where that is not known. Its 95 % interval is shaded. */
  trials?: (update: number) => number;
  /** How much each number weighs of the next, where it is drawn smoothed. */
  smoothing?: number;
}

/** Sizes in rem, so that a page in large type has charts in large type: beside, above and below the plot, and of text. */
export const AXIS = 2.25;
const LABELS = 7.25;
export const ABOVE = 1.125;
export const UPDATES = 1.375;
const BELOW = 0.4375;

/** Pixels that labels have beside the plot, of a figure so wide: in large type on a narrow page they leave it some room. */
export const labelsWidth = (width: number, rem: number): number => Math.min(LABELS * rem, 0.45 * width);

/** The least that a y axis spans, so that a mean of 0.003 does not look like a rise. */
const LEAST_RANGE = 0.1;
/** The same of an axis of logarithms: highest over lowest. */
const LEAST_RATIO = 10;
/** With fewer updates, points are drawn: too few to make a line. */
export const FEW = 12;

/** Whether other runs are drawn with it. */
export const hasGhost = ({ ghost }: Line): boolean => ghost !== false;

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
    lines.filter(hasGhost).map(({ metric }) => ({ history: ghost, metric })),
  );
  return [...others, ...lines.map(({ metric, smoothing }) => ({ history, metric, smoothing }))];
}

/** A line drawn smoothed, over what was measured. */
export const smoothly = (line: Line, smoothing: number): Line[] =>
  smoothing > 0
    ? [
        { ...line, label: '', width: 0.6 * Math.min(1, line.width), ghost: false },
        // What is shaded is of what was measured.
        { ...line, smoothing, trials: undefined },
      ]
    : [line];

/** What uPlot takes once: a chart with another is made anew. */
export interface Design {
  lines: readonly Line[];
  /** How many other runs there are. */
  ghosts: number;
  /** Pixels of the canvas, as CSS has them, of the page's root font size. */
  rem: number;
  /** Fixed ends of the y axis, where it has any. */
  limits: readonly [number | undefined, number | undefined];
  /** Whether y is an axis of logarithms. */
  isLog: boolean;
  /** Whether the numbers of the x axis stand below. */
  showUpdates: boolean;
  showMarkerText: boolean;
}

export interface ChartOptions extends Design {
  width: number;
  height: number;
  colour: (token: string) => string;
  /** What of the x axis is in sight. */
  sight: () => Range;
  /** Whether points are drawn. */
  few: () => boolean;
  markers: () => readonly PlacedMarker[];
  bands: () => readonly Band[];
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

/** Ends of an axis of logarithms: those of the numbers above 0, and a power of ten between them at least. */
export function logRange(low: number | null, high: number | null): [number, number] {
  const top = 1.15 * (high ?? 1);
  return [Math.min((low ?? top) / 1.15, top / LEAST_RATIO), top];
}

/** How many numbers an axis has room for. */
const fitting = (pixels: number, each: number, least: number, most: number) =>
  Math.max(least, Math.min(most, Math.floor(pixels / devicePixelRatio / each)));

/** Whether anything is drawn: an axis without it says nothing. */
const drawsAny = ([, ...values]: uPlot.AlignedData) =>
  values.some((column) => [...column].some((value) => value != null));

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
      lines.filter(hasGhost).map((line) => series(line, at)),
    ).flat(),
    ...lines.map((line) => series(line)),
  ];
}

/** The chart as uPlot wants it. It only draws: the crosshair is the component's. */
export function uPlotOptions(options: ChartOptions): uPlot.Options {
  const { colour, rem } = options;
  const ticks = options.isLog ? logTicks : axisTicks;
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
      x: { time: false, range: () => [...options.sight()] as [number, number] },
      y: options.isLog
        ? { distr: 3, range: (_, low, high) => logRange(low, high) }
        : { range: (_, low, high) => yRange(options.limits, low, high) },
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
          drawsAny(data) ? ticks(low, high, fitting(bbox.height, 1.5 * rem, 3, 4)) : [],
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map((value) => String(value).replace('-', '\u2212')),
      },
    ],
    series: seriesOf(options),
    hooks: { drawAxes: [drawBands(options)], draw: [drawMarkers(options), options.onDraw] },
  };
}
