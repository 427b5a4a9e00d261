import { fixed } from '../format.ts';
import type { Line } from '../figures/time-chart.ts';
import type { ExampleRuns, ExampleName } from '../../record/example-runs.ts';

export type Series = ExampleRuns['runs'][ExampleName];
type Measured = readonly [update: number, value: number];

/** What was measured of a line, by update. */
export const pointsOf = (series: Series, { metric }: Pick<Line, 'metric'>): Measured[] =>
  (series[metric] ?? []).flatMap((value, update): Measured[] => (value === null ? [] : [[update, value]]));

/** The lowest and the highest number of some lines in some runs, so that all are drawn on one scale. */
export function rangeOf(all: readonly Series[], lines: readonly Line[]): readonly [number, number] {
  const values = all.flatMap((series) => lines.flatMap((line) => pointsOf(series, line).map(([, y]) => y)));
  return [Math.min(...values), Math.max(...values)];
}

/** What a line does from its first number to its last, with its highest or lowest in between where that is neither. */
export function courseOf(series: Series, line: Line): string {
  const points = pointsOf(series, line);
  if (points.length === 0) return `${line.label}: not known`;
  const [[, first], [end, last]] = [points[0], points[points.length - 1]];
  const [top, bottom] = [Math.max(...points.map(([, y]) => y)), Math.min(...points.map(([, y]) => y))];
  const spread = top - bottom;
  const at = (wanted: number) => points.find(([, y]) => y === wanted)![0];
  // Of wiggles about a course nothing is said.
  const between = [
    ...(top - Math.max(first, last) > 0.2 * spread ? [`highest ${fixed(top, 2)} after ${at(top)}`] : []),
    ...(Math.min(first, last) - bottom > 0.2 * spread
      ? [`lowest ${fixed(bottom, 2)} after ${at(bottom)}`]
      : []),
  ];
  return `${line.label} ${fixed(first, 2)} at first, ${[...between, `${fixed(last, 2)} after ${end} updates`].join(', ')}`;
}
