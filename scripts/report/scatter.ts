/** A predictor against what the filters gained, a panel a source. */
import { spearman } from '../../src/ppo/statistics.ts';
import { decimals } from '../../src/evidence/format.ts';
import { pointsOf } from '../../src/evidence/predictors.ts';
import { bySource, type Results } from '../../src/evidence/results.ts';
import {
  circle,
  figure,
  ink,
  quiet,
  scaleOf,
  shortened,
  styles,
  width,
  words,
  xAxis,
  yAxis,
} from '../../src/drawing/svg.ts';

const columns = 3;
const panel = { width: (width - 20) / columns, height: 262 };
/** Of the plot within its panel. */
const inset = { left: 56, right: 14, top: 34, bottom: 50 };
const top = 62;

/** Undefined where no arm has both numbers. */
export function scatterFigure(
  results: Results,
  predictor: string,
  title: string,
  update: number,
): string | undefined {
  const points = pointsOf(results, predictor, update);
  const panels = bySource(results)
    .map(({ source }, i) => ({ source, points: points[i] }))
    .filter((one) => one.points.length > 0);
  if (panels.length === 0) return undefined;
  const all = panels.flatMap((one) => one.points);
  const filters = [...new Set(results.arms.map(({ filter }) => filter))].filter((filter) =>
    all.some(({ arm }) => arm.filter === filter),
  );
  const gains = all.map(({ gained }) => gained);
  const legendTop = top + Math.ceil(panels.length / columns) * panel.height + 12;
  const height = legendTop + Math.ceil(filters.length / columns) * 24 + 12;
  const draw = (one: (typeof panels)[number], i: number) =>
    drawPanel(one, filters, { title, low: Math.min(...gains), high: Math.max(...gains) }, i);
  return figure(
    `${title} at update ${update} and the gain`,
    `Scatter of ${all.length} means over seeds, a panel a source. Rank correlations: ${panels
      .map((one) => `${one.source} ${rhoOf(one.points)}`)
      .join('; ')}.`,
    height,
    [
      words(16, 46, 'A letter is a filter; across, the mean over seeds; up, the mean gain.', {
        colour: quiet,
      }),
      ...panels.flatMap(draw),
      ...filters.flatMap((filter, i) => {
        const x = 26 + (i % columns) * panel.width;
        const y = legendTop + Math.floor(i / columns) * 24;
        return [...letter(filters, filter, x, y), words(x + 16, y + 4, shortened(filter, 34))];
      }),
    ],
  );
}

type Points = ReturnType<typeof pointsOf>[number];

function rhoOf(points: Points): string {
  const rho = spearman(
    points.map(({ predicted }) => predicted),
    points.map(({ gained }) => gained),
  );
  return rho === undefined ? 'ρ –' : `ρ ${decimals(rho)}`;
}

function drawPanel(
  { source, points }: { source: string; points: Points },
  filters: readonly string[],
  { title, low, high }: { title: string; low: number; high: number },
  index: number,
): string[] {
  const left = 10 + (index % columns) * panel.width;
  const start = top + Math.floor(index / columns) * panel.height;
  const ends = { left: left + inset.left, right: left + panel.width - inset.right };
  const bottom = start + panel.height - inset.bottom;
  const values = points.map(({ predicted }) => predicted);
  // Own across, since sources differ in it; the same up, so that gains compare.
  const x = scaleOf(Math.min(...values), Math.max(...values), ends.left, ends.right, 4);
  const y = scaleOf(low, high, bottom, start + inset.top, 4);
  return [
    words(ends.left, start + 16, shortened(source, 22), { bold: true }),
    words(ends.right, start + 16, rhoOf(points), { anchor: 'end' }),
    ...xAxis(x, bottom, start + inset.top),
    ...yAxis(y, ends.left, ends.right),
    words((ends.left + ends.right) / 2, bottom + 36, title, { anchor: 'middle', size: 12, colour: quiet }),
    words(left + 2, start + 16, 'gain', { size: 12, colour: quiet }),
    ...points.flatMap(({ arm, predicted, gained }) => letter(filters, arm.filter, x(predicted), y(gained))),
  ];
}

/** The filter's letter in a circle, dark for none. A number where letters end. */
function letter(filters: readonly string[], filter: string, x: number, y: number): string[] {
  const index = filters.indexOf(filter);
  const isNone = filter === 'none';
  const { colour } = isNone ? styles[0] : styles[1 + (index % (styles.length - 1))];
  const text = index < 26 ? String.fromCharCode(97 + index) : String(index + 1);
  return [
    circle([x, y], 8, isNone ? ink : '#fff', colour),
    words(x, y + 4, text, { anchor: 'middle', size: 12, bold: true, colour: isNone ? '#fff' : colour }),
  ];
}
