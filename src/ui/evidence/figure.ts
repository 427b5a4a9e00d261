/** What the figures of this view share. */
import { type Compared, type Difference } from '../../evidence/compare.ts';
import { chance, decimals, signed } from '../../evidence/format.ts';
import type { Axis } from '../../evidence/outcome.ts';
import { counted, fixed } from '../format.ts';

/** An arm with its difference to what it is compared with, at the budget that is chosen. */
export interface Row {
  compared: Omit<Compared, 'differences'>;
  difference: Difference | undefined;
}

/** The greatest difference first; before all, what others are compared with. */
export function rowsOf<Along extends Axis>(compared: readonly Compared<Along>[], budget: Along): Row[] {
  const rows = compared.map((one) => ({ compared: one, difference: one.differences?.[budget] }));
  const height = ({ difference }: Row) => {
    if (difference === undefined) return Infinity;
    return Number.isNaN(difference.mean) ? -Infinity : difference.mean;
  };
  // Two that are infinite have no difference, but they are equal.
  return rows.sort((a, b) => height(b) - height(a) || 0);
}

/** Whether a difference is one after Holm's adjustment, at 5 %. */
export const isSure = ({ adjusted }: Difference) => adjusted < 0.05;

/** "+0.031, 95 % interval 0.010 to 0.052, n = 8 pairs of seeds, p 0.012, after Holm 0.047" */
export function differenceText({ mean, low, high, n, p, adjusted }: Difference): string {
  if (n === 0) return 'no seed in common yet';
  const parts = [signed(mean)];
  if (Number.isFinite(low)) parts.push(`95 % interval ${decimals(low)} to ${decimals(high)}`);
  parts.push(`n = ${counted(n, ['pair', 'pairs'])} of seeds`);
  if (!Number.isNaN(p)) parts.push(`p ${chance(p)}`, `after Holm ${chance(adjusted)}`);
  return parts.join(', ');
}

/** As many decimals as tell ticks apart, two at least. */
export function tickDigits([first, second]: readonly number[]): number {
  return second === undefined ? 2 : Math.max(2, Math.ceil(-Math.log10(second - first) - 1e-9));
}

/** Numbers of a y axis. Those of an axis of logarithms are powers of ten apart, and have no digits that mean nothing. */
export function tickTexts(ticks: readonly number[], isLog = false): string[] {
  if (!isLog) return ticks.map((tick) => fixed(tick, tickDigits(ticks)));
  return ticks.map((tick) => (tick < 0.001 ? tick.toExponential().replace('-', '−') : String(tick)));
}

/** 15360 → "15.4 k", 6.1e12 → "6.1 T" */
export function amount(value: number): string {
  const power = value === 0 ? 0 : Math.min(5, Math.max(0, Math.floor(Math.log10(value) / 3 + 1e-9)));
  const unit = ['', ' k', ' M', ' G', ' T', ' P'][power];
  return `${Number((value / 1000 ** power).toPrecision(3))}${unit}`;
}

/** The option that a key leads to, as in a list that the arrow keys move in; undefined for other keys. */
export function moved(key: string, current: number | undefined, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return current === undefined ? 0 : Math.min(count - 1, current + 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return current === undefined ? count - 1 : Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** The option that an event happened on. */
export function optionAt(event: Event): number | undefined {
  const option = (event.target as Element).closest<SVGElement>('[role=option]');
  return option?.dataset.index === undefined ? undefined : Number(option.dataset.index);
}
