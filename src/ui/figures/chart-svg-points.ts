/** Points that no line joins, on paper. */
import {
  circle,
  figure,
  ink,
  interval,
  line,
  mark,
  quiet,
  scaleOf,
  shortened,
  words,
  xAxis,
  type Point,
  type Scale,
} from '../../drawing/svg.ts';
import { inSight, numberText, type ChartData, type ChartLine } from './chart-data.ts';

export const titleOf = ({ name, xName }: ChartData) => `${name} by ${xName}`;

/** Each point in words. */
export const saidOf = ({ points }: ChartLine): string[] =>
  points.map(({ name, x, y }) => `${name ?? numberText(x)}: ${numberText(y)}`);

/** With their intervals; those that have names by letters, which are told at the right. */
export function pointsOf(
  { points, colour }: ChartLine,
  x: Scale,
  y: Scale,
  { right, top, bottom }: { right: number; top: number; bottom: number },
): string[] {
  const known = points.filter(({ y: up }) => Number.isFinite(up));
  const step = Math.min(18, (bottom - top) / known.length);
  return known.flatMap(({ x: across, y: up, band, name, isHollow }, i) => {
    const place: Point = [x(across), y(up)];
    const whisker =
      band && Number.isFinite(band.low)
        ? [line([[place[0], y(band.low)], [place[0], y(band.high)]], colour, 2)] // prettier-ignore
        : [];
    if (name === undefined) return [...whisker, mark('disc', place, colour)];
    const lettered = ([left, middle]: Point) => [
      circle([left, middle], 8, isHollow ? '#fff' : ink, isHollow ? colour : ink),
      words(left, middle + 4, String.fromCharCode(97 + (i % 26)), {
        ...{ anchor: 'middle', size: 11, colour: isHollow ? ink : '#fff', bold: true },
      }),
    ];
    const aside: Point = [right + 22, top + (i + 0.5) * step];
    return [
      ...whisker,
      ...lettered(place),
      ...lettered(aside),
      words(aside[0] + 16, aside[1] + 4, shortened(name, 28)),
    ];
  });
}

const rows = { left: 250, right: 640, top: 66 };
const ROW = 26;

/** A row a point: its name, its value across with its interval, and both in numbers. */
export function rowsOf(data: ChartData): string {
  const lines = inSight(data);
  const points = lines.flatMap((one) => one.points.map((point) => ({ ...point, colour: one.colour })));
  const ends = points
    .flatMap(({ y, band }) => [y, ...(band ? [band.low, band.high] : [])])
    .filter(Number.isFinite);
  const [low, high] = data.yRange ?? [Math.min(0, ...ends), Math.max(0, ...ends)];
  const x = scaleOf(low, high, rows.left, rows.right, 6);
  const bottom = rows.top + points.length * ROW;
  const notes = wrapped(data.note, 130);
  return figure(
    titleOf(data),
    `${lines.flatMap(saidOf).join('; ')}. ${data.note}`,
    bottom + 40 + notes.length * 16,
    [
      words(16, 48, data.unit, { colour: quiet }),
      ...xAxis(x, bottom, rows.top),
      line([[x(0), rows.top], [x(0), bottom]], ink, 1.5), // prettier-ignore
      ...points.flatMap(({ name, y, band, isHollow, colour }, i) => {
        const middle = rows.top + (i + 0.5) * ROW;
        const [from, to] = [band?.low ?? NaN, band?.high ?? NaN];
        const said = Number.isFinite(from)
          ? `${numberText(y)} (${numberText(from)} to ${numberText(to)})`
          : numberText(y);
        return [
          words(16, middle + 4, shortened(name ?? String(i + 1), 34)),
          ...(Number.isFinite(y)
            ? interval({ value: y, low: from, high: to }, x, middle, rows, {
                colour,
                marker: isHollow ? 'ring' : 'disc',
              })
            : []),
          words(rows.right + 16, middle + 4, said, { size: 12 }),
        ];
      }),
      ...notes.map((note, i) => words(16, bottom + 44 + i * 16, note, { size: 12, colour: quiet })),
    ],
  );
}

/** Lines of at most so many characters, broken between words. */
export function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
