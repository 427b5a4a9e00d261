import { decimals } from '../../evidence/format.ts';
import type { MetricName } from '../../protocol/metrics.ts';
import type { RunLog } from '../../record/run-log.ts';
import { smoothedPoints, type Curve } from '../evidence/curve.ts';

/** A log that stands beside a comparison. */
export interface LaidLog {
  /** Of its file. */
  name: string;
  /** How its curves are drawn, see `CurveMark`. */
  slot: number;
  log: RunLog;
}

/** Points of a curve at most: of more updates it has every second, or third, and the last. */
export const MOST_POINTS = 500;

/** "run.jsonl, verl, from a file": charts have room for its beginning. */
export const labelOfLog = ({ name, log: { maker } }: Pick<LaidLog, 'name' | 'log'>): string =>
  `${name.length > 40 ? `${name.slice(0, 39)}…` : name}, ${maker}, from a file`;

/**
 * A log's curve by update, of the first of some metrics of which it has a number; undefined where it has of none.
 *
 * @param smoothing see `smoothedPoints`: what is left out by then has been weighed
 */
export function curveOfLog(
  laid: LaidLog,
  metrics: readonly MetricName[],
  smoothing: number,
): Curve | undefined {
  const { log, slot } = laid;
  const metric = metrics.find((one) => log.updates.some((update) => update.metrics[one] !== undefined));
  if (metric === undefined) return undefined;
  const measured = log.updates.flatMap(({ update, metrics: { [metric]: mean } }) =>
    mean === undefined ? [] : [{ update, x: update, mean, error: NaN, n: 1 }],
  );
  const all = smoothedPoints(measured, smoothing);
  const every = Math.ceil(all.length / MOST_POINTS);
  const points = all.filter((_, i) => (all.length - 1 - i) % every === 0);
  return {
    label: labelOfLog(laid),
    slot,
    final: decimals(all[all.length - 1].mean),
    points,
    isForeign: true,
  };
}
