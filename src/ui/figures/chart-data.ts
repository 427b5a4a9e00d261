import { csv } from '../csv.ts';
import { count, fixed } from '../format.ts';
import type { Range } from './x-axis.ts';

/** One point of a line. */
export interface ChartPoint {
  /** After how many; of what, `rowName` says. */
  update: number;
  /** Along the chart's axis. */
  x: number;
  /** NaN where there is none. */
  y: number;
  /** Ends of the band, NaN where unknown, and of how many it is, where that is known. */
  band?: { low: number; high: number; n?: number };
  /** What its row is called, where that is no number. */
  name?: string;
  /** Other numbers of it, which are not drawn: by the names of their columns. */
  more?: Readonly<Record<string, number>>;
  /** As a point that stands alone. */
  isHollow?: boolean;
}

/** A line as it is drawn on paper. */
export interface ChartLine {
  label: string;
  /** The number beside its name, where that is not its last. */
  end?: string;
  /** Lines of one run are at the same x after the same update; empty of the run that is open. */
  run: string;
  /** As CSS has it. */
  colour: string;
  width: number;
  dash?: string;
  /** Its place among the marks of `drawing/svg.ts`. */
  slot?: number;
  /** In the order of x. */
  points: readonly ChartPoint[];
}

/** All that a chart shows: its table, its files and its drawing are made of it alone. */
export interface ChartData {
  name: string;
  /** What y counts, in words; empty where the name says it. */
  unit: string;
  xName: string;
  /** What it is of, where charts of others look the same: an update's batch, a model. */
  of?: string;
  /** What its points are measured after, one by one: an update where nothing else is said. */
  rowName?: string;
  /** What there is to say of the numbers: what bands are, what is left out. */
  note: string;
  /** Points that no line joins, with their intervals; or each on a row that bears its name, its value across. Lines, where nothing is said. */
  form?: 'points' | 'rows';
  lines: readonly ChartLine[];
  /** Ends of the axes, where the lines alone do not say. */
  xRange?: Range;
  yRange?: Range;
  isLog?: boolean;
}

/** What is said of numbers that an axis of logarithms has no place for. */
export const leftOutText = (values: number): string =>
  `${values} ${values === 1 ? /* @wc-include */ 'value' : /* @wc-include */ 'values'} ≤ 0 left out`;

/** What there is to say of the numbers, and how many of them are left out. */
export const noteOf = (about: string, omitted: number): string =>
  [about, omitted > 0 ? `${leftOutText(omitted)}.` : ''].filter(Boolean).join(' ');

/** What is in sight of it. */
export const inSight = ({ lines, xRange: [low, high] = [-Infinity, Infinity] }: ChartData): ChartLine[] =>
  lines.map((line) => ({ ...line, points: line.points.filter(({ x }) => x >= low && x <= high) }));

export interface Table {
  head: string[];
  /** By `rowName`, whose number or name comes first; undefined where nothing was measured. */
  rows: [string | number, ...(number | undefined)[]][];
}

/** The numbers of a chart, a row an update (or what its rows are): where each run was along the axis, each line's value, the ends of its band and what else is known. */
export function tableOf(data: ChartData): Table {
  const lines = inSight(data);
  const { xName, rowName = 'update' } = data;
  const byUpdate = lines.map(({ points }) => new Map(points.map((point) => [point.update, point])));
  const updates = [...new Set(byUpdate.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  const columns: { name: string; at: (update: number) => number | undefined }[] = [];
  for (const [place, { label, run }] of lines.entries()) {
    const isFirstOfRun = lines.findIndex((line) => line.run === run) === place;
    if (xName !== rowName && xName !== `${rowName}s` && isFirstOfRun) {
      const mine = byUpdate.filter((_, at) => lines[at].run === run);
      const x = (update: number) => mine.find((points) => points.has(update))?.get(update)?.x;
      columns.push({ name: run ? `${xName} of ${run}` : xName, at: x });
    }
    const points = byUpdate[place];
    columns.push({ name: label, at: (update) => points.get(update)?.y });
    for (const end of ['low', 'high', 'n'] as const)
      if (lines[place].points.some(({ band }) => band?.[end] !== undefined))
        columns.push({
          name: `${label} ${end}`,
          at: (update) => points.get(update)?.band?.[end],
        });
    for (const name of new Set(lines[place].points.flatMap(({ more }) => Object.keys(more ?? {}))))
      columns.push({ name, at: (update) => points.get(update)?.more?.[name] });
  }
  const nameOf = (update: number) => byUpdate.find((points) => points.has(update))?.get(update)?.name;
  return {
    head: [rowName, ...columns.map(({ name }) => name)],
    rows: updates.map((update) => [nameOf(update) ?? update, ...columns.map(({ at }) => at(update))]),
  };
}

/** The table as a file. */
export function csvOfChart(data: ChartData): string {
  const { head, rows } = tableOf(data);
  return csv(head, rows);
}

/** A number of a table: whole ones whole, others with three decimals, or two digits where that would be 0. */
export function numberText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 1000)
    return value < 0 ? `−${count(-value)}` : count(value);
  return Math.abs(value) < 0.0005 ? value.toExponential(1).replaceAll('-', '−') : fixed(value, 3);
}

/** A name that every file system takes. */
export const fileName = ({ name, xName, of = '' }: ChartData): string =>
  `${name} by ${xName} ${of}`
    .toLowerCase()
    .replace(/²/g, '2')
    .replace(/γ/g, 'gamma')
    .replace(/[^a-z0-9@]+/g, '-')
    .replace(/^-|-$/g, '');
