import { expect, test } from 'vitest';
import { comparisonData, passRatesData, reliabilityData } from '../../src/ui/figures/batch-data.ts';
import { csvOfChart, fileName, type ChartData } from '../../src/ui/figures/chart-data.ts';
import { svgOf } from '../../src/ui/figures/chart-svg.ts';
import { cardData } from '../../src/ui/lab/card-data.ts';
import { viewBatch } from '../../src/ui/batch-view.ts';
import { batchOf, truths } from './batch.ts';
import '../../src/ui/css/tokens.css';

const linesOf = (data: ChartData) => csvOfChart(data).trim().split('\r\n');

function drawn(data: ChartData): Element {
  const { documentElement } = new DOMParser().parseFromString(svgOf(data), 'image/svg+xml');
  expect(documentElement.querySelector('parsererror')).toBeNull();
  expect(documentElement.outerHTML).not.toMatch(/NaN|Infinity|undefined"/);
  return documentElement;
}

test('what a score is worth is a file of its bins, and a drawing of them', () => {
  const data = reliabilityData({
    update: 7,
    bins: [
      { score: -1.5, truth: 0.25, low: 0.125, high: 0.5, n: 20, ends: [-2, -1] },
      { score: 0.75, truth: 0.875, low: 0.75, high: 1, n: 21, ends: [-1, 2] },
    ],
  });
  expect(linesOf(data)).toEqual([
    'bin,mean score of the bin,pass,pass low,pass high,pass n',
    '1,-1.5,0.25,0.125,0.5,20',
    '2,0.75,0.875,0.75,1,21',
  ]);
  expect(drawn(data).textContent).toContain('mean score of the bin');
  expect(data.note).toContain('Responses of update 7');
  expect(fileName(data)).toBe('pass-rate-by-mean-score-of-the-bin-update-7');
  drawn(reliabilityData({ bins: [] }));
});

test('pass rates are a file of ranks, with what the filter gives them', () => {
  const rates = [
    { rate: 0.75, low: 0.5, high: 1, n: 4 },
    { rate: 0.25, low: 0, high: 0.5, n: 4 },
  ];
  const { filter } = batchOf();
  const data = passRatesData({ rates, weights: [1, 0], update: 7, filter });
  expect(linesOf(data)).toEqual([
    'rank,pass,pass low,pass high,pass n,share of the draw',
    '1,0.75,0.5,1,4,1',
    '2,0.25,0,0.5,4,0',
  ]);
  expect(data.note).toContain('update 7');
  expect(fileName(data)).toBe('pass-rate-by-rank-update-7');
  expect(data.note).toContain(`the filter ${filter.name}`);
  const svg = drawn(data);
  // Ranks 1 and 2 of an axis from 0.5 to 2.5, 64 to 650 wide; a rate of 1 is at 62, of 0 at 404.
  const whiskers = [...svg.querySelectorAll('polyline[stroke-width="2"]')].map((one) =>
    one.getAttribute('points'),
  );
  expect(whiskers).toEqual(['210.5,233 210.5,62', '503.5,404 503.5,233']);
  expect(svg.querySelectorAll('circle')).toHaveLength(2);
});

test('a rank that nobody could judge has a row, and no place in the drawing', () => {
  const rates = [{ rate: NaN, low: 0, high: 1, n: 0 }];
  const data = passRatesData({ rates, weights: [1], update: 7, filter: batchOf().filter });
  expect(linesOf(data)[1]).toBe('1,,0,1,0,1');
  expect(drawn(data).querySelectorAll('circle')).toHaveLength(0);
});

test('pass rates that nobody knows yet are an empty file', () => {
  const { rates, weights, update, filter } = viewBatch(batchOf(), undefined, batchOf().filter, 1);
  const data = passRatesData({ rates, weights, update, filter });
  expect(linesOf(data)).toEqual(['rank,pass']);
  drawn(data);
  const known = viewBatch(batchOf(), truths, batchOf().filter, 1);
  expect(linesOf(passRatesData(known))).toHaveLength(1 + known.groupSize);
});

test('what filters are worth is a file of their names, and what is undefined says why', () => {
  const row = (name: string, active: boolean) => ({
    update: 7,
    filter: { name },
    active,
    kept: active ? 64 : 256,
  });
  const data = comparisonData(
    [
      { ...row('none', false), estimate: { value: 0.25, low: -0.125, high: 0.5, n: 256 } },
      { ...row('best-worst', true), estimate: { n: 64, why: 'every response passes' } },
    ],
    { label: 'Expected gain' },
  );
  expect(linesOf(data)).toEqual([
    'filter,Expected gain,Expected gain low,Expected gain high,Expected gain n,kept',
    '"none",0.25,-0.125,0.5,256,256',
    '"best-worst",,,,64,64',
  ]);
  expect(data.note).toContain('of the batch of update 7, with');
  expect(fileName(data)).toBe('expected-gain-by-filter-update-7');
  expect(data.note).toContain('Undefined of best-worst: every response passes.');
  const svg = drawn(data);
  expect(svg.querySelectorAll('circle')).toHaveLength(1);
  expect(svg.querySelector('circle')!.getAttribute('fill')).toBe('#fff');
  expect(svg.textContent).toContain('0.250 (−0.125 to 0.500)');
  drawn(comparisonData([], { label: 'Expected gain' }));
});

test('a reward model’s card is a file of tenths, which has the model’s name', () => {
  const data = cardData(
    {
      ...{ heldOut: 0.9, inTraining: [], varianceWithin: 1, topPassRate: 1 },
      calibration: { slope: 1.5, intercept: -0.25, error: 0.1 },
      reliability: { scores: [-1, 0.5], passRates: [0.25, 0.875], deviations: [0.0625, 0.125] },
    },
    'Mine, the 2nd',
  );
  expect(linesOf(data)).toEqual([
    'tenth,mean score of the tenth,pass,pass low,pass high',
    '1,-1,0.25,0.125,0.375',
    '2,0.5,0.875,0.625,1',
  ]);
  expect(data.note).toMatch(/that Mine, the 2nd gives them.*slope 1\.50\d* and intercept −0\.25/);
  expect(fileName(data)).toBe('pass-rate-by-mean-score-of-the-tenth-mine-the-2nd');
  expect(drawn(data).querySelectorAll('circle')).toHaveLength(2);
});
