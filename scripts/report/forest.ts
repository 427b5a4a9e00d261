/** The paired difference to none of every filter and source, with its interval, at equal FLOPs and at equal draws. */
import { type Compared, type Difference, extentOf } from '../../src/evidence/compare.ts';
import { decimals, shortest, signed } from '../../src/evidence/format.ts';
import { outcomeName } from '../../src/evidence/outcome.ts';
import {
  figure,
  ink,
  interval,
  line,
  mark,
  quiet,
  scaleOf,
  shortened,
  styles,
  words,
  xAxis,
} from '../../src/drawing/svg.ts';

const plot = { left: 270, right: 700, top: 92 };
const rowHeight = 38;
const headHeight = 30;

/** Told apart by shape and by place, the first above the second. */
const shown = [
  { budget: 'flops', text: 'at equal FLOPs', style: styles[1], offset: -7 },
  { budget: 'drawn', text: 'at equal responses drawn', style: { ...styles[2], marker: 'ring' }, offset: 8 },
] as const;

interface Source {
  source: string;
  compared: readonly Compared[];
}

/** Undefined where there is no difference to show. */
export function forestFigure(sources: readonly Source[]): string | undefined {
  const groups = sources
    .map(({ source, compared }) => ({
      source,
      rows: compared.flatMap(({ label, differences }) =>
        differences !== undefined && differences.drawn.n > 0 ? [{ label, differences }] : [],
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
  if (groups.length === 0) return undefined;
  const rows = groups.flatMap((group) => group.rows);
  const extent = extentOf(rows.flatMap(({ differences }) => shown.map(({ budget }) => differences[budget])));
  const height = groups.length * headHeight + rows.length * rowHeight;
  const x = scaleOf(-extent, extent, plot.left, plot.right, 6);
  const bottom = plot.top + height;
  const parts = [...legend(), ...xAxis(x, bottom, plot.top)];
  parts.push(line([[x(0), plot.top], [x(0), bottom]], ink, 1.5)); // prettier-ignore
  let y = plot.top;
  for (const { source, rows: members } of groups) {
    parts.push(words(16, y + 22, shortened(source, 40), { size: 14, bold: true }));
    y += headHeight;
    for (const { label, differences } of members) {
      parts.push(words(28, y + rowHeight / 2 + 4, shortened(label, 36)));
      for (const { budget, style, offset } of shown)
        parts.push(...row(differences[budget], x, y + rowHeight / 2 + offset, style));
      y += rowHeight;
    }
  }
  const below = `difference to none in ${outcomeName}; right of 0 the filter is better`;
  parts.push(words((plot.left + plot.right) / 2, bottom + 42, below, { anchor: 'middle', colour: quiet }));
  const summary = groups.flatMap(({ source, rows: members }) =>
    members.map(
      ({ label, differences: { flops, drawn } }) =>
        `${source}, ${label}: ${signed(flops.mean)} at equal FLOPs, ${signed(drawn.mean)} at equal draws`,
    ),
  );
  return figure(
    'Each filter against none of the same source',
    `Means and 95 % intervals of paired differences. ${summary.join('; ')}.`,
    bottom + 56,
    parts,
  );
}

function legend(): string[] {
  const parts = [
    words(16, 48, 'Mean of the paired differences over seeds, with its 95 % t-interval.', { colour: quiet }),
  ];
  shown.forEach(({ text, style }, i) => {
    const left = plot.left + i * 160;
    parts.push(
      line([[left, 70], [left + 24, 70]], style.colour, 2), // prettier-ignore
      mark(style.marker, [left + 12, 70], style.colour),
      words(left + 32, 74, text, { colour: style.colour }),
    );
  });
  return parts;
}

function row(
  { mean, low, high, n }: Difference,
  x: (value: number) => number,
  y: number,
  style: { colour: string; marker: Parameters<typeof mark>[0] },
): string[] {
  const half = Number.isFinite(low) ? ` ± ${decimals((high - low) / 2)}` : '';
  const { colour } = style;
  return [
    ...interval({ value: mean, low, high }, x, y, plot, style),
    words(plot.right + 16, y + 4, `${signed(mean)}${half}, n ${shortest(n)}`, { size: 12, colour }),
  ];
}
