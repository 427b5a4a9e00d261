import { lightColour } from '../theme.svelte.ts';
import type { Reliability } from '../tried.ts';
import type { ChartData } from './chart-data.ts';

/** Score against truth as its table and its files have it: a row a bin. */
export function reliabilityData({ bins }: Pick<Reliability, 'bins'>): ChartData {
  const points = bins.map(({ score, truth, low, high, n }, at) => ({
    ...{ update: at + 1, x: score, y: truth },
    band: { low, high, n },
  }));
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 1];
  return {
    name: 'Pass rate',
    unit: 'share that pass every test',
    xName: 'mean score of the bin',
    rowName: 'bin',
    note: 'Responses in bins of equal count by score, with 95 % intervals.',
    lines: [{ label: 'pass', run: '', colour: lightColour('--score'), width: 1.8, points }],
    xRange: last > first ? [first, last] : [first, first + 1],
    yRange: [0, 1],
  };
}
