/** How the outcome goes over a run: the filters of one source that end highest, and none. */
import type { Compared } from '../../src/evidence/compare.ts';
import { curveOf } from '../../src/evidence/curve.ts';
import { decimals } from '../../src/evidence/format.ts';
import { outcomeName, smoothed } from '../../src/evidence/outcome.ts';
import {
  area,
  figure,
  line,
  mark,
  type Point,
  quiet,
  scaleOf,
  shortened,
  styles,
  words,
  xAxis,
  yAxis,
} from '../../src/drawing/svg.ts';

const height = 460;
const plot = { left: 64, right: 630, top: 62, bottom: 404 };
/** Between the baselines of two labels. */
const lineHeight = 17;
export const mostFilters = 6;

interface Curve {
  label: string;
  final: number;
  style: (typeof styles)[number];
  points: { update: number; mean: number; error: number }[];
}

/** Undefined where no arm has a run yet. */
export function curvesFigure(source: string, compared: readonly Compared[]): string | undefined {
  const curves = chosen(compared);
  if (curves.length === 0) return undefined;
  const ends = curves.flatMap(({ points }) =>
    points.flatMap(({ mean, error }) => [mean - (error || 0), mean + (error || 0)]),
  );
  const last = Math.max(...curves.flatMap(({ points }) => points.map(({ update }) => update)));
  const x = scaleOf(0, Math.max(1, last), plot.left, plot.right, 6);
  const y = scaleOf(Math.min(...ends), Math.max(...ends), plot.bottom, plot.top, 5);
  const drawn = curves.map((curve) => drawCurve(curve, x, y));
  const labels = spread(drawn.map(({ end }) => end[1]));
  const summary = curves.map(({ label, final }) => `${label} ${decimals(final)}`).join('; ');
  return figure(
    `${source}: ${outcomeName} over the updates`,
    `Lines of means over seeds, one a filter, with bands of one standard error. Final outcomes: ${summary}.`,
    height,
    [
      words(
        16,
        48,
        `Mean over seeds ± one standard error; the numbers are means of the last ${smoothed} evaluations.`,
        {
          colour: quiet,
        },
      ),
      ...xAxis(x, plot.bottom, plot.top),
      ...yAxis(y, plot.left, plot.right),
      words((plot.left + plot.right) / 2, plot.bottom + 40, 'update', { anchor: 'middle', colour: quiet }),
      ...drawn.map(({ band }) => band),
      ...drawn.map(({ strokes }) => strokes),
      ...curves.flatMap(({ label, final, style }, i) => [
        line([drawn[i].end, [plot.right + 14, labels[i]]], style.colour, 0.75),
        mark(style.marker, [plot.right + 22, labels[i]], style.colour),
        words(plot.right + 32, labels[i] + 4, `${decimals(final)} ${shortened(label, 26)}`, {
          colour: style.colour,
        }),
      ]),
    ],
  );
}

/** Arms without a filter first, in the first style; then the highest. */
function chosen(compared: readonly Compared[]): Curve[] {
  const started = compared.filter(({ runs }) => runs.size > 0);
  const none = started.filter(({ arm }) => arm.filter === 'none').slice(0, 1);
  const rest = started
    .filter(({ arm }) => arm.filter !== 'none')
    .sort((a, b) => b.final.mean - a.final.mean)
    .slice(0, mostFilters);
  return [...none, ...rest].map(({ label, final, runs, arm }, i) => {
    const points = curveOf(runs.values());
    // The first style is that of none, also where there is none.
    const style = styles[arm.filter === 'none' ? 0 : none.length > 0 ? i : i + 1];
    return { label, final: final.mean, points, style };
  });
}

function drawCurve(
  { points, style }: Curve,
  x: (update: number) => number,
  y: (outcome: number) => number,
): { band: string; strokes: string; end: Point } {
  const middle = points.map(({ update, mean }): Point => [x(update), y(mean)]);
  const known = points.filter(({ error }) => Number.isFinite(error));
  const upper = known.map(({ update, mean, error }): Point => [x(update), y(mean + error)]);
  const lower = known.map(({ update, mean, error }): Point => [x(update), y(mean - error)]);
  // Of many marks along a line some say as much.
  const every = Math.ceil(middle.length / 12);
  const marked = middle.filter((_, i) => (middle.length - 1 - i) % every === 0);
  return {
    band: known.length > 1 ? area([...upper, ...lower.reverse()], style.colour, 0.12) : '',
    strokes:
      line(middle, style.colour, 2, style.dash) +
      marked.map((point) => mark(style.marker, point, style.colour)).join(''),
    end: middle[middle.length - 1],
  };
}

/** Places as near to these as they can be with a line's height between them, within the plot, in the same order. */
function spread(places: readonly number[]): number[] {
  const order = places.map((_, i) => i).sort((i, j) => places[i] - places[j]);
  const result = [...places];
  let least = plot.top;
  for (const i of order) {
    result[i] = Math.max(result[i], least);
    least = result[i] + lineHeight;
  }
  let most = plot.bottom;
  for (const i of order.reverse()) {
    result[i] = Math.min(result[i], most);
    most = result[i] - lineHeight;
  }
  return result;
}
