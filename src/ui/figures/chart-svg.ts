import {
  area,
  figure,
  line,
  mark,
  quiet,
  shortened,
  styles,
  words,
  xAxis,
  yAxis,
} from '../../drawing/svg.ts';
import type { Point, Scale } from '../../drawing/svg.ts';
import { count } from '../format.ts';
import { inSight, numberText, type ChartData, type ChartLine } from './chart-data.ts';
import { pointsOf, rowsOf, saidOf, titleOf, wrapped } from './chart-svg-points.ts';
import { spread } from './readout.ts';
import { axisTicks, logTicks } from './ticks.ts';

/** In the units of `drawing/svg.ts`, where a figure is 900 wide. */
const plot = { left: 64, right: 650, top: 62, bottom: 404 };
const LABEL = 17;

/** A chart as a vector drawing in the colours of the light theme: axes, bands, lines or points with their names, and what there is to say of them. */
export function svgOf(data: ChartData): string {
  return data.form === 'rows' ? rowsOf(data) : plotOf(data);
}

function plotOf(data: ChartData): string {
  const lines = inSight(data).filter(({ points }) => points.length > 0);
  const points = lines.flatMap((one) => one.points);
  const x = xScale(data.xRange ?? [0, Math.max(1e-9, ...points.map((point) => point.x))]);
  const ends = points.flatMap(({ y, band }) => [y, ...(band ? [band.low, band.high] : [])]);
  const y = yScale(data, ends);
  const fits = ({ y: value }: { y: number }) => !data.isLog || value > 0;
  const drawn = lines
    .map((one) => ({ ...one, points: one.points.filter(fits) }))
    .filter((one) => one.points.length > 0);
  const places = drawn.map(({ points: own }) => y(own[own.length - 1].y) - LABEL / 2);
  const labels = spread(
    places,
    drawn.map(() => LABEL),
    plot.bottom + LABEL,
  );
  const notes = wrapped(data.note, 130);
  const isJoined = data.form === undefined;
  const summary = drawn.map((one) => `${one.label} ends at ${endOf(one)}`);
  return figure(
    isJoined ? `${data.name} over ${data.xName}` : titleOf(data),
    `${(isJoined ? summary : drawn.flatMap(saidOf)).join('; ')}. ${data.note}`,
    plot.bottom + 56 + notes.length * 16,
    [
      ...xAxis(x, plot.bottom, plot.top),
      ...yAxis(y, plot.left, plot.right),
      words(16, 48, [data.unit || data.name, ...(data.isLog ? ['log axis'] : [])].join(', '), {
        colour: quiet,
      }),
      words((plot.left + plot.right) / 2, plot.bottom + 38, data.xName, { anchor: 'middle', colour: quiet }),
      ...(isJoined
        ? [
            ...drawn.map((one) => bandOf(one, x, y)),
            ...drawn.flatMap((one) => strokesOf(one, x, y)),
            ...drawn.flatMap((one, i) => labelOf(one, labels[i] + LABEL / 2)),
          ]
        : drawn.flatMap((one) => pointsOf(one, x, y, plot))),
      ...notes.map((note, i) => words(16, plot.bottom + 62 + i * 16, note, { size: 12, colour: quiet })),
    ],
  );
}

const endOf = ({ end, points }: ChartLine) => end ?? numberText(points.at(-1)?.y);

function xScale([low, high]: readonly [number, number]): Scale {
  const place = (value: number) => plot.left + ((value - low) / (high - low)) * (plot.right - plot.left);
  const ticks = axisTicks(low, high, 6).map((value) => ({
    value,
    text: value >= 1e6 ? short(value) : tickText(value),
  }));
  return Object.assign(place, { ticks });
}

function yScale({ yRange, isLog = false }: ChartData, ends: readonly number[]): Scale {
  const known = ends.filter((end) => Number.isFinite(end) && (!isLog || end > 0));
  const margin = (Math.max(...known) - Math.min(...known)) * 0.04 || 0.05;
  const [low, high] =
    yRange ??
    (isLog
      ? [Math.min(...known) / 1.1, Math.max(...known) * 1.1]
      : [Math.min(...known) - margin, Math.max(...known) + margin]);
  const of = (value: number) => (isLog ? Math.log10(Math.max(value, low)) : value);
  const place = (value: number) =>
    plot.bottom - ((of(value) - of(low)) / (of(high) - of(low))) * (plot.bottom - plot.top);
  const ticks = (isLog ? logTicks : axisTicks)(low, high, 6).map((value) => ({
    value,
    text: tickText(value),
  }));
  return Object.assign(place, { ticks });
}

const tickText = (value: number) =>
  Math.abs(value) >= 1000 ? count(value) : String(value).replace('-', '−');
/** 5000000000 → "5 × 10⁹" */
function short(value: number): string {
  const [digits, power] = value.toExponential(1).split('e+');
  return `${digits.replace('.0', '')} × 10${[...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

function bandOf({ points, colour }: ChartLine, x: Scale, y: Scale): string {
  const banded = points.flatMap((point) => (point.band ? [{ ...point.band, x: x(point.x) }] : []));
  if (banded.length === 0) return '';
  const edge = (end: 'low' | 'high') => banded.map((point): Point => [point.x, y(point[end])]);
  // One point alone has no area.
  if (banded.length === 1) return line([edge('low')[0], edge('high')[0]], colour, 3);
  return area([...edge('high'), ...edge('low').reverse()], colour, 0.13);
}

function strokesOf({ points, colour, width, dash, slot }: ChartLine, x: Scale, y: Scale): string[] {
  const places = points.map((point): Point => [x(point.x), y(point.y)]);
  const marker = slot === undefined ? undefined : styles[slot].marker;
  // Few are told apart by marks; of many, some say as much.
  const every = Math.ceil(places.length / 12);
  const marked = marker
    ? places.filter((_, i) => (places.length - 1 - i) % every === 0)
    : places.length === 1
      ? places
      : [];
  return [line(places, colour, width, dash), ...marked.map((place) => mark(marker ?? 'disc', place, colour))];
}

/** Its stroke, its last number and its name. */
function labelOf(one: ChartLine, top: number): string[] {
  const left = plot.right + 12;
  return [
    line([[left, top], [left + 22, top]], one.colour, one.width, one.dash), // prettier-ignore
    ...(one.slot === undefined ? [] : [mark(styles[one.slot].marker, [left + 11, top], one.colour)]),
    words(left + 30, top + 4, `${endOf(one)} ${shortened(one.label, 26)}`),
  ];
}
