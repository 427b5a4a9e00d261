/** The figures of a batch as their tables and their files have them. */
import type { Estimate } from '../../ppo/predictors.ts';
import type { BatchView } from '../batch-view.ts';
import { lightColour } from '../theme.svelte.ts';
import type { Reliability } from '../tried.ts';
import type { ChartData } from './chart-data.ts';

const ofUpdate = (update: number | undefined) => (update === undefined ? undefined : `update ${update}`);

/** A row a bin. */
export function reliabilityData({ bins, update }: { bins: Reliability['bins']; update?: number }): ChartData {
  const points = bins.map(({ score, truth, low, high, n }, at) => ({
    ...{ update: at + 1, x: score, y: truth },
    band: { low, high, n },
  }));
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 1];
  const room = 0.04 * (last - first) || 0.5;
  return {
    name: 'Pass rate',
    unit: 'share that pass every test',
    xName: 'mean score of the bin',
    rowName: 'bin',
    of: ofUpdate(update),
    note: `${update === undefined ? 'Responses' : `Responses of update ${update}`} in bins of equal count by score, with 95 % intervals.`,
    form: 'points',
    lines: [{ label: /* @wc-include */ 'pass', run: '', colour: lightColour('--score'), width: 2, points }],
    xRange: [first - room, last + room],
    yRange: [0, 1],
  };
}

/** A row a rank, 1 being the best-scored. */
export function passRatesData({
  rates,
  weights,
  update,
  filter,
}: Pick<BatchView, 'rates' | 'weights' | 'update' | 'filter'>): ChartData {
  const points = (rates ?? []).map(({ rate, low, high, n }, rank) => ({
    ...{ update: rank + 1, x: rank + 1, y: rate },
    band: { low, high, n },
    more: { 'share of the draw': weights[rank] },
  }));
  return {
    name: 'Pass rate',
    unit: 'share that pass every test',
    xName: 'rank',
    rowName: 'rank',
    of: ofUpdate(update),
    note: `Responses of update ${update} by the rank of their score, with 95 % intervals. Shares of the draw are of the filter ${filter.name}.`,
    form: 'points',
    lines: [{ label: /* @wc-include */ 'pass', run: '', colour: lightColour('--truth'), width: 2, points }],
    xRange: [0.5, weights.length + 0.5],
    yRange: [0, 1],
  };
}

/** A row a filter. @param known how a predictor's values are called, and the ends of their axis where the values do not say */
export function comparisonData(
  rows: readonly {
    update: number;
    filter: { name: string };
    active: boolean;
    kept: number;
    estimate: Estimate;
  }[],
  known: { label: string; range?: readonly [number, number] },
): ChartData {
  const undefinedOnes = rows.flatMap(({ filter, estimate }) =>
    'value' in estimate ? [] : `Undefined of ${filter.name}: ${estimate.why}.`,
  );
  const shown = rows.find(({ active }) => active);
  return {
    name: known.label,
    unit: '',
    xName: 'filter',
    rowName: 'filter',
    of: ofUpdate(rows[0]?.update),
    note: [
      `Of what each filter keeps of ${rows[0] ? `the batch of update ${rows[0].update}` : 'a batch'}, with 95 % intervals.`,
      ...(shown ? [`Filled: ${shown.filter.name}, the filter that is shown.`] : []),
      ...undefinedOnes,
    ].join(' '),
    form: 'rows',
    lines: [
      {
        ...{ label: known.label, run: '', colour: lightColour('--learner'), width: 2 },
        points: rows.map(({ filter, active, kept, estimate }, at) => {
          const { value, low, high } = 'value' in estimate ? estimate : { value: NaN, low: NaN, high: NaN };
          return {
            ...{ update: at + 1, x: at + 1, y: value, name: filter.name, isHollow: !active },
            ...{ band: { low, high, n: estimate.n }, more: { kept } },
          };
        }),
      },
    ],
    yRange: known.range,
  };
}
