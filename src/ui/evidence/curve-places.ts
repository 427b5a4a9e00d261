/** Where curves lie in their chart: what of y is in sight, and each one's line, band and marks in pixels. */
import { xOf, yOf, type Frame } from '../figures/readout.ts';
import { logRange } from '../figures/time-chart.ts';
import type { Range } from '../figures/x-axis.ts';
import { bandOf, endsIn, pointAt, type Curve, type Measured } from './curve.ts';

export type Place = readonly [left: number, top: number];

export interface PlacedCurve extends Pick<Curve, 'label' | 'slot'> {
  /** Its final number, with words where its end is out of sight. */
  final: string;
  /** As SVG has points; they go on where they are out of sight. */
  line: string;
  band: string;
  /** Those in sight. */
  marks: readonly Place[];
  /** Where it ends or goes out of sight, at the right; undefined where none of it is in sight. */
  exit: Place | undefined;
}

/** Marks of a curve at most, or about: many more would be a line of their own. */
const MARKS = 12;

const isIn = ([low, high]: Range, { x }: Measured) => x >= low && x <= high;
/** The ends of its band, NaN where there is none. */
const lowOf = (point: Measured) => bandOf(point)?.low ?? NaN;
const highOf = (point: Measured) => bandOf(point)?.high ?? NaN;
const hasBand = (point: Measured) => bandOf(point) !== undefined;
/** Without what an axis of logarithms has no place for. */
const fitting = (points: readonly Measured[], isLog: boolean) =>
  isLog ? points.filter(({ mean }) => mean > 0) : points;

/** A curve's value where it passes an x, on the line as it is drawn; NaN beside the curve. */
function passing(
  points: readonly Measured[],
  x: number,
  isLog: boolean,
  of: (point: Measured) => number,
): number {
  const after = points.findIndex((point) => point.x >= x);
  if (after < 0) return NaN;
  const [b, a] = [points[after], points[after - 1] as Measured | undefined];
  if (b.x === x) return of(b);
  if (!a) return NaN;
  const share = (x - a.x) / (b.x - a.x);
  return isLog ? of(a) ** (1 - share) * of(b) ** share : of(a) + share * (of(b) - of(a));
}

/** What y spans: all that is in sight, bands included, with a margin. */
export function yRangeOf(curves: readonly Curve[], sight: Range, isLog: boolean): [number, number] {
  const values = curves.flatMap(({ points }) => {
    const all = fitting(points, isLog);
    const banded = all.filter(hasBand);
    const sides: [readonly Measured[], (point: Measured) => number][] = [
      [all, ({ mean }) => mean],
      [banded, lowOf],
      [banded, highOf],
    ];
    return sides.flatMap(([line, of]) => [
      ...line.filter((point) => isIn(sight, point)).map(of),
      ...sight.map((edge) => passing(line, edge, isLog, of)),
    ]);
  });
  const known = values.filter((value) => (isLog ? value > 0 : true) && Number.isFinite(value));
  if (known.length === 0) return isLog ? logRange(null, null) : [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (isLog) return logRange(low, high);
  const margin = 0.04 * (high - low) || 0.02;
  return [low - margin, high + margin];
}

export function placed({ label, slot, final, points }: Curve, frame: Frame): PlacedCurve {
  const { isLog = false, x: sight } = frame;
  const place = (x: number, value: number): Place => [xOf(frame, x), yOf(frame, value)];
  const all = fitting(points, isLog);
  const inside = all.filter((point) => isIn(sight, point));
  const every = Math.ceil(inside.length / MARKS);
  const edge = (of: (point: Measured) => number) =>
    all.filter(hasBand).map((point) => place(point.x, of(point)).join());
  const last = all.at(-1);
  const exit = last && last.x >= sight[0] ? Math.min(last.x, sight[1]) : NaN;
  const value = passing(all, exit, isLog, ({ mean }) => mean);
  return {
    ...{ label, slot, final: endsIn(points, sight) ? final : `ends at ${final}` },
    line: all.map(({ x, mean }) => place(x, mean).join()).join(' '),
    band: [...edge(highOf), ...edge(lowOf).reverse()].join(' '),
    marks: inside
      .filter((_, i) => (inside.length - 1 - i) % every === 0)
      .map(({ x, mean }) => place(x, mean)),
    exit: Number.isNaN(value) ? undefined : place(exit, value),
  };
}

/** The index of the curve that, at an x, passes nearest to a y in pixels. */
export function nearestCurve(curves: readonly Curve[], frame: Frame, x: number, y: number): number {
  const whole = frame.x[1] - frame.x[0];
  const far = curves.map((curve) => Math.abs(yOf(frame, pointAt(curve, x, whole).mean) - y));
  // An axis of logarithms has no place for some.
  const known = far.map((one) => (Number.isFinite(one) ? one : Infinity));
  return known.indexOf(Math.min(...known));
}
