import { expect, it } from 'vitest';
import type { Difference } from '../../../src/evidence/compare.ts';
import { compare } from '../../../src/evidence/compare.ts';
import { csvOfChart, fileName } from '../../../src/ui/figures/chart-data.ts';
import { svgOf } from '../../../src/ui/figures/chart-svg.ts';
import type { Row } from '../../../src/ui/evidence/figure.ts';
import { differencesData, scatterData } from '../../../src/ui/evidence/figure-data.ts';
import { arm, suite } from '../../evidence/suite-results.ts';

const results = suite();
const row = (place: number, difference?: Difference): Row => ({
  compared: compare(results, results.arms)[place],
  difference,
});
const linesOf = (data: Parameters<typeof csvOfChart>[0]) => csvOfChart(data).trim().split('\r\n');
const how = { at: 'FLOPs', versus: 'none', rowName: 'filter' };

it('differences are a file of filters, with intervals and what chance there is of them', () => {
  const data = differencesData(
    [
      row(0),
      row(1, { mean: 0.1, low: 0.05, high: 0.15, n: 3, p: 0.004, adjusted: 0.008 }),
      row(2, { mean: -0.01, low: -2, high: 1.98, n: 2, p: 0.9, adjusted: 0.9 }),
    ],
    how,
  );
  expect(linesOf(data)).toEqual([
    'filter,difference,difference low,difference high,difference n,p,"p, Holm"',
    '"cheap",0.1,0.05,0.15,3,0.004,0.008',
    '"same",-0.01,-2,1.98,2,0.9,0.9',
  ]);
  expect(fileName(data)).toBe('difference-to-none-at-equal-flops-by-filter');
  const svg = svgOf(data);
  expect(data.note).toContain('with 95 % t-intervals');
  // ±0.3 is 250 to 640: the first is filled at 510, the second is hollow, and its interval is cut at both ends.
  expect(svg).toMatch(/<circle cx="510" cy="79" r="3.5" fill="#0b62a4"/);
  expect(svg).toMatch(/<circle cx="438.5" cy="105" r="3.5" fill="#fff"/);
  expect(svg).toContain('<polyline points="477.5,79 542.5,79"');
  expect(svg).toContain('<polyline points="250,105 640,105"');
  expect(svg.match(/<polygon/g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|Infinity/);
});

it('one pair has no interval, and none is made up', () => {
  const data = differencesData(
    [row(1, { mean: 0.1, low: NaN, high: NaN, n: 1, p: NaN, adjusted: NaN })],
    how,
  );
  expect(linesOf(data)[1]).toBe('"cheap",0.1,,,1,,');
  expect(svgOf(data)).not.toContain('NaN');
  expect(data.note).toContain('one pair of seeds, which has no interval');
});

it('a scatter is a file of filters in the order of their letters, and says where they are', () => {
  const points = [
    { arm: arm('b', 'strong', 'cheap'), predicted: 2, gained: 0.5 },
    { arm: arm('a', 'strong', 'none'), predicted: 1, gained: 0.25 },
  ];
  const data = scatterData(points, 'Γ', 0);
  expect(linesOf(data)).toEqual(['filter,"Γ at update 0",gain', '"none",1,0.25', '"cheap",2,0.5']);
  expect(fileName(data)).toBe('gain-in-held-out-pass@1-by-gamma-at-update-0');
  const svg = svgOf(data);
  // Each is drawn in the plot and beside its name; none is filled. From 64 to 650, with 0.08 either side.
  expect([...svg.matchAll(/<circle cx="([\d.]+)"[^>]*fill="([^"]+)"/g)].map(([, x, fill]) => [x, fill])).toEqual([
    ['104.4', '#1d1b16'], ['672', '#1d1b16'], ['609.6', '#fff'], ['672', '#fff'],
  ]); // prettier-ignore
  expect(svg).toContain('<desc id="desc">none: 0.250; cheap: 0.500.');
  expect(svg).not.toMatch(/<polyline[^>]*stroke="#0b62a4"/);
});
