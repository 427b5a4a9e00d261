import { styles } from '../../drawing/svg.ts';
import { decimals } from '../../evidence/format.ts';
import { noteOf, type ChartData } from '../figures/chart-data.ts';
import type { Along } from '../figures/chart-view.svelte.ts';
import type { Range } from '../figures/x-axis.ts';
import { amount } from './figure.ts';

/** What was measured at one place of an axis: a mean over seeds, its standard error (NaN of one seed), and of how many. */
export interface Measured {
  update: number;
  x: number;
  mean: number;
  error: number;
  n: number;
  /** Its interval out of n, where that is another than ± the error. */
  band?: { low: number; high: number; n: number };
}

/** Between what a curve's band lies at a point; undefined where there is none. */
export function bandOf({ mean, error, n, band }: Measured): Measured['band'] {
  return band ?? (Number.isFinite(error) ? { low: mean - error, high: mean + error, n } : undefined);
}

/** A line along an axis: of means over seeds, with a band of one standard error, if its points do not say otherwise. */
export interface Curve {
  label: string;
  /** How it is drawn, see `CurveMark`. */
  slot: number;
  /** Shown beside the label. */
  final: string;
  /** In the order of x. */
  points: readonly Measured[];
  /** Of no run of this page: there is nothing to look at behind it. */
  isForeign?: boolean;
}

/** The last of a curve's points at an x or before; the first where there is none. `whole` is what the axis spans. */
export const pointAt = ({ points }: Curve, x: number, whole: number): Measured =>
  points.findLast((one) => one.x <= x + 1e-9 * whole) ?? points[0];

/**
 * Exponential means of what was measured so far: each point weighs `weight` (0 … 1) times as much as the next. Debiased: the weights add up to 1.
 * Without bands, which are of single points.
 */
export function smoothedPoints(points: readonly Measured[], weight: number): readonly Measured[] {
  if (weight === 0) return points;
  let [sum, weights] = [0, 0];
  return points.map(({ band: _, ...point }) => {
    [sum, weights] = [weight * sum + point.mean, weight * weights + 1];
    return { ...point, mean: sum / weights, error: NaN };
  });
}

export const dashes = ['', '', '9 4', '2 4', '10 3 2 3', '5 3', '14 4'];

/** Where an axis from 0 ends that holds all of the curves. */
export const endOf = (curves: readonly Curve[]): number =>
  Math.max(1e-9, ...curves.flatMap(({ points }) => points.map(({ x }) => x)).filter(Number.isFinite));

/** Every x at which something was measured, from the lowest on. */
export const stopsOf = (curves: readonly Curve[]): Float64Array =>
  Float64Array.from(
    new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)).filter(Number.isFinite)),
  ).sort();

/** The axis from 0 to `end`, of which a place is an x, and the crosshair goes from stop to stop: it begins beside them. */
export function alongStops(stops: Float64Array, end: number): Along {
  const last = stops.length - 1;
  const indexOf = (x: number) => {
    const found = stops.findIndex((stop) => stop >= x - 1e-9 * end);
    return found < 0 ? last : found;
  };
  return {
    span: [0, end],
    count: stops.length,
    xOf: (x) => x,
    step(from, steps) {
      const at = from === undefined ? (steps > 0 ? -1 : stops.length) : indexOf(from);
      return stops[Math.max(0, Math.min(last, at + steps))];
    },
  };
}

/** What each curve says at an x, in words: its last point there or before. */
export function toldAt(x: number, curves: readonly Curve[], { span, xName }: { span: Range; xName: string }) {
  const whole = span[1] - span[0];
  const texts = curves.map((curve) => {
    const { label } = curve;
    const point = pointAt(curve, x, whole);
    const { band } = point;
    const interval = band && ` (${decimals(band.low)} to ${decimals(band.high)})`;
    const error = interval ?? (Number.isFinite(point.error) ? ` ± ${decimals(point.error)}` : '');
    const reading = `${label} ${decimals(point.mean)}${error}`;
    return Math.abs(point.x - x) > 1e-6 * whole ? `${reading} (at ${amount(point.x)})` : reading;
  });
  return `at ${amount(x)} ${xName}: ${texts.join('; ')}`;
}

/** How many of the means an axis of logarithms has no place for. */
export const leftOut = (curves: readonly Curve[]): number =>
  curves.flatMap(({ points }) => points).filter(({ mean }) => mean <= 0).length;

/** Whether the end of a curve is in sight. */
export function endsIn(points: Curve['points'], [low, high]: Range): boolean {
  const end = points.at(-1)?.x ?? NaN;
  return end >= low && end <= high;
}

interface Shown extends Pick<ChartData, 'name' | 'xName' | 'rowName'> {
  curves: readonly Curve[];
  /** Over seeds. */
  isMean: boolean;
  /** Of the numbers and their bands, as a sentence, where they are no means over seeds. */
  about?: string;
  /** What is in sight; undefined for the whole of it. */
  sight: Range | undefined;
  isLog: boolean;
}

/** Curves as their table and their files have them. */
export function curveData({ curves, isMean, about = '', sight, isLog, ...names }: Shown): ChartData {
  const says = isMean ? 'Means over seeds; bands of ± one standard error, n the seeds.' : about;
  return {
    ...names,
    unit: '',
    note: noteOf(says, isLog ? leftOut(curves) : 0),
    xRange: sight,
    isLog,
    lines: curves.map(({ label, slot, final, points }) => ({
      ...{ label, slot, run: label, width: 2, colour: styles[slot].colour, dash: dashes[slot] },
      end: !sight || endsIn(points, sight) ? final : undefined,
      points: points.map((point) => ({
        update: point.update,
        x: point.x,
        y: point.mean,
        band: bandOf(point),
      })),
    })),
  };
}
