/** What several exercises read of a run, and how they write numbers. */
import type { MetricName } from '../protocol/metrics.ts';
import type { Measured, Numbers, Trace } from './exercise.ts';

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0);

export const valuesOf = (known: readonly Measured[]): number[] => known.map(({ value }) => value);

export const most = (trace: Trace, name: MetricName): number => Math.max(...valuesOf(trace.known(name)));
export const last = (trace: Trace, name: MetricName): number => trace.known(name).at(-1)?.value ?? NaN;

/** Held-out pass@1 before training, and at the end: the mean of the last two evaluations, since one samples few programs. */
export function passRates(trace: Trace): Numbers {
  const rates = valuesOf(trace.known('eval/pass@1_held_out'));
  return { before: rates[0], after: mean(rates.slice(-2)) };
}

/** Pearson's correlation of two series, by update; 0 where one does not vary. */
export function correlation(a: readonly Measured[], b: readonly Measured[]): number {
  const other = new Map(b.map(({ update, value }) => [update, value]));
  const both = a.filter(({ update }) => other.has(update));
  const [x, y] = [both.map(({ value }) => value), both.map(({ update }) => other.get(update)!)];
  const [meanX, meanY] = [mean(x), mean(y)];
  const product = (p: number[], q: number[], mp: number, mq: number) =>
    p.reduce((sum, value, i) => sum + (value - mp) * (q[i] - mq), 0);
  const scale = Math.sqrt(product(x, x, meanX, meanX) * product(y, y, meanY, meanY));
  return scale > 0 ? product(x, y, meanX, meanY) / scale : 0;
}

const MINUS = '\u2212';
const text = (value: number, digits: number) =>
  Number(value.toFixed(digits)) < 0
    ? MINUS + Math.abs(value).toFixed(digits)
    : Math.abs(value).toFixed(digits);

/** 0.4567 → "46 %" */
export const percent = (value: number): string => `${text(100 * value, 0)} %`;
/** 0.1234 → "+12 points", of a share */
export const points = (value: number): string => {
  const rounded = text(100 * value, 0);
  return `${value > 0 && rounded !== '0' ? '+' : ''}${rounded} points`;
};
/** 1.234 → "1.2" */
export const short = (value: number): string =>
  text(value, Math.abs(value) < 0.1 ? 3 : Math.abs(value) < 1 ? 2 : 1);
