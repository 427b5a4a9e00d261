import { expect, test } from 'vitest';
import { summaryOf } from '../../scripts/lighthouse.ts';

type LighthouseReport = Parameters<typeof summaryOf>[0];

const metrics: [id: string, shown: string | undefined][] = [
  ['first-contentful-paint', '1.2 s'],
  ['largest-contentful-paint', '1.7 s'],
  ['speed-index', '1.2 s'],
  ['total-blocking-time', undefined],
  ['cumulative-layout-shift', '0.01'],
  ['interactive', '3.0 s'],
  ['total-byte-weight', 'Total size was 580 KiB'],
];
const audits = {
  ...Object.fromEntries(
    metrics.map(([id, displayValue]) => [
      id,
      { id, title: id, displayValue, score: 0, scoreDisplayMode: 'binary' },
    ]),
  ),
  'target-size': { id: 'target-size', title: 'Targets are too small', score: 0, scoreDisplayMode: 'binary' },
  'color-contrast': { id: 'color-contrast', title: 'Contrast', score: 1, scoreDisplayMode: 'binary' },
  'unused-javascript': { id: 'unused-javascript', title: 'Unused', score: 0, scoreDisplayMode: 'numeric' },
};
const categories = {
  performance: { title: 'Performance', score: 0.925 },
  accessibility: { title: 'Accessibility', score: null },
};

test('a summary tells the scores, every metric, and what failed', () => {
  expect(summaryOf({ categories, audits } as unknown as LighthouseReport))
    .toBe(`Performance 93, Accessibility not measured
  first-contentful-paint: 1.2 s
  largest-contentful-paint: 1.7 s
  speed-index: 1.2 s
  total-blocking-time: not measured
  cumulative-layout-shift: 0.01
  interactive: 3.0 s
  total-byte-weight: Total size was 580 KiB
  failed: Targets are too small
`);
});
