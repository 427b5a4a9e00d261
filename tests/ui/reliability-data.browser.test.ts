import { expect, test } from 'vitest';
import { csvOfChart } from '../../src/ui/figures/chart-data.ts';
import { svgOf } from '../../src/ui/figures/chart-svg.ts';
import { reliabilityData } from '../../src/ui/figures/reliability-data.ts';

test('what a score is worth is a file of its bins, and a drawing of them', () => {
  const data = reliabilityData({
    bins: [
      { score: -1.5, truth: 0.25, low: 0.125, high: 0.5, n: 20 },
      { score: 0.75, truth: 0.875, low: 0.75, high: 1, n: 21 },
    ],
  });
  expect(csvOfChart(data).trim().split('\r\n')).toEqual([
    'bin,mean score of the bin,pass,pass low,pass high,pass n',
    '1,-1.5,0.25,0.125,0.5,20',
    '2,0.75,0.875,0.75,1,21',
  ]);
  const drawing = new DOMParser().parseFromString(svgOf(data), 'image/svg+xml');
  expect(drawing.querySelector('parsererror')).toBeNull();
  expect(drawing.documentElement.textContent).toContain('mean score of the bin');
});
