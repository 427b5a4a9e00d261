/** Figures whose rows are filters, as their tables and their files have them. */
import { styles } from '../../drawing/svg.ts';
import { extentOf, isNone } from '../../evidence/compare.ts';
import { outcomeName } from '../../evidence/outcome.ts';
import type { pointsOf } from '../../evidence/predictors.ts';
import type { ChartData } from '../figures/chart-data.ts';
import type { Range } from '../figures/x-axis.ts';
import { isSure, type Row } from './figure.ts';

/** Those of the rows that have a difference: what the figure of differences shows. */
export const differing = (rows: readonly Row[]) =>
  rows.flatMap(({ compared, difference }) =>
    difference && difference.n > 0 ? [{ compared, label: compared.label, difference }] : [],
  );

/**
 * Differences to `versus`, a row each.
 * @param at equal amounts of what
 * @param rowName what is compared
 */
export function differencesData(
  rows: readonly Row[],
  { at, versus, rowName }: { at: string; versus: string; rowName: string },
): ChartData {
  const shown = differing(rows);
  const isOnePair = shown.every(({ difference }) => difference.n === 1);
  const extent = extentOf(shown.map(({ difference }) => difference));
  return {
    name: `Difference to ${versus} at equal ${at}`,
    unit: outcomeName,
    xName: rowName,
    rowName,
    note: `${isOnePair ? 'Of one pair of seeds, which has no interval.' : 'Means of pairs of seeds with 95 % t-intervals, n the pairs.'} Right of 0 the ${rowName} is better than ${versus}. Filled: p is below 0.05 after Holm’s adjustment.`,
    form: 'rows',
    lines: [
      {
        ...{ label: 'difference', run: '', colour: styles[1].colour, width: 2 },
        points: shown.map(({ label, difference }, i) => {
          const { mean, low, high, n, p, adjusted } = difference;
          return {
            ...{ update: i + 1, x: i + 1, y: mean, name: label, isHollow: !isSure(difference) },
            ...{ band: { low, high, n }, more: { p, 'p, Holm': adjusted } },
          };
        }),
      },
    ],
    yRange: [-extent, extent],
  };
}

type Points = ReturnType<typeof pointsOf>[number];

/** In the order of the letters that stand for them. */
export const fromLeft = (points: Points) => [...points].sort((a, b) => a.predicted - b.predicted);

/** Ends of the axes of a scatter, with some room either side. */
export function scatterRanges(points: Points): { across: Range; up: Range } {
  const ends = (values: readonly number[]): Range => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = 0.08 * (high - low) || 0.05;
    return [low - room, high + room];
  };
  return {
    across: ends(points.map(({ predicted }) => predicted)),
    up: ends(points.map(({ gained }) => gained)),
  };
}

/** A predictor's values and gains, a row a filter. */
export function scatterData(points: Points, title: string, update: number): ChartData {
  const { across, up } = scatterRanges(points);
  return {
    name: `Gain in ${outcomeName}`,
    unit: '',
    xName: `${title} at update ${update}`,
    rowName: 'filter',
    note: 'Means over seeds. The gain is the final outcome less the outcome at update 0. Filled is none.',
    form: 'points',
    lines: [
      {
        ...{ label: 'gain', run: '', colour: styles[1].colour, width: 2 },
        points: fromLeft(points).map(({ arm, predicted, gained }, i) => ({
          ...{ update: i + 1, x: predicted, y: gained, name: arm.filter, isHollow: !isNone(arm) },
        })),
      },
    ],
    xRange: across,
    yRange: up,
  };
}
