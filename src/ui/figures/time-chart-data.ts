import type { RunHistory } from '../history.ts';
import { bandsOf } from './chart-layers.ts';
import { noteOf, type ChartData, type ChartLine, type ChartPoint } from './chart-data.ts';
import { Smoothed } from './smoothed.ts';
import { ghostDash, hasGhost, type Line } from './time-chart.ts';
import { wayOf, xAxes, type Range, type XAxis } from './x-axis.ts';

interface Shown {
  name: string;
  unit: string;
  lines: readonly Line[];
  history: RunHistory;
  ghosts: readonly RunHistory[];
  /** Of the ghosts. */
  labels: readonly string[];
  axis: XAxis;
  /** What is in sight; undefined for the whole of it. */
  sight: Range | undefined;
  limits: readonly [number | undefined, number | undefined];
  isLog: boolean;
  /** What there is to say of the bands. */
  about: string;
  colour: (token: string) => string;
}

/** A chart over a run as its table and its files have it: every line that is drawn, with all its numbers in sight. */
export function timeChartData(shown: Shown): ChartData {
  const { name, unit, lines, history, ghosts, labels, axis, sight, limits, isLog, colour } = shown;
  const bands = bandsOf(lines, history, wayOf(history, axis));
  const own = lines.map((line): ChartLine => {
    const banded = line.trials && bands.find((band) => band.metric === line.metric);
    const bandAt = new Map(
      banded ? banded.points.map(({ update, low, high, n }) => [update, { low, high, n }]) : [],
    );
    const points = pointsOf(history, line, axis).map((point) => ({
      ...point,
      band: bandAt.get(point.update),
    }));
    return { label: labelOf(line, lines), run: '', ...styleOf(line, colour), points };
  });
  const others = ghosts.flatMap((ghost, at) =>
    lines.filter(hasGhost).map((line): ChartLine => ({
      label: `${line.label} of ${labels[at]}`,
      run: labels[at],
      ...styleOf({ token: '--ghost', width: 1.2, dash: ghostDash(at) }, colour),
      points: pointsOf(ghost, { metric: line.metric }, axis),
    })),
  );
  return {
    name,
    unit,
    xName: xAxes[axis],
    note: noteOf(shown.about, isLog ? leftOut(lines, history) : 0),
    lines: [...own, ...others],
    xRange: sight,
    yRange: limits[0] !== undefined && limits[1] !== undefined && !isLog ? [limits[0], limits[1]] : undefined,
    isLog,
  };
}

/** The thin line below a smoothed one has no label of its own. */
function labelOf({ metric, label, smoothing }: Line, lines: readonly Line[]): string {
  if (label === '') return lines.find((line) => line.metric === metric && line.label !== '')?.label ?? metric;
  return smoothing === undefined ? label : `${label}, smoothed`;
}

const styleOf = (
  { token, width, dash }: Pick<Line, 'token' | 'width' | 'dash'>,
  colour: Shown['colour'],
) => ({
  colour: colour(token),
  width,
  dash: dash?.join(' '),
});

function pointsOf(
  history: RunHistory,
  { metric, smoothing }: Pick<Line, 'metric' | 'smoothing'>,
  axis: XAxis,
): ChartPoint[] {
  const way = wayOf(history, axis);
  const values =
    smoothing === undefined ? history.column(metric) : new Smoothed(history, metric, smoothing).column();
  return Array.from(values.subarray(0, way.length), (y, update) => ({ update, x: way[update], y })).filter(
    ({ y }) => !Number.isNaN(y),
  );
}

/** How many of the numbers of this run an axis of logarithms has no place for. */
export function leftOut(lines: readonly Line[], history: RunHistory): number {
  const metrics = [...new Set(lines.map(({ metric }) => metric))];
  const low = (values: ArrayLike<number>) => Array.from(values).filter((value) => value <= 0).length;
  return metrics.reduce((sum, metric) => sum + low(history.column(metric)), 0);
}
