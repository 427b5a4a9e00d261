import type uPlot from 'uplot';
import { fixed } from '../format.ts';
import type { Column, RunHistory } from '../history.ts';
import type { Marker } from '../markers.ts';
import type { Line } from './time-chart.ts';
import { nearestUpdate } from './x-axis.ts';

/** What a line says at an update: its value there, or its newest before, and when that was measured. */
export interface Reading {
  line: Line;
  value: number;
  update: number;
}

/** The exact numbers at `update`, from the history and not from what is drawn. Lines of which nothing is known are left out. */
export function readingsAt(lines: readonly Line[], history: RunHistory, update: number): Reading[] {
  return lines.flatMap((line) => {
    if (line.label === '') return [];
    const known = history.latest(line.metric, update);
    return known ? [{ line, ...known }] : [];
  });
}

/** "update 4: batch 0.50, held-out 0.44 (at 0); changed: best-worst → none" */
export function spoken(
  update: number,
  readings: readonly Reading[],
  { changes, digits, awaited }: { changes: string; digits: number; awaited: string },
): string {
  const numbers = readings.map(({ line, value, update: measured }) => {
    const reading = `${line.label} ${fixed(value, digits)}`;
    return measured === update ? reading : `${reading} (at ${measured})`;
  });
  const changed = changes && `; changed: ${changes}`;
  return `update ${update}: ${numbers.join(', ') || awaited}${changed}`;
}

/** Where a chart's plot lies in its figure, in pixels, and what its axes span. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: readonly [number, number];
  y: readonly [number, number];
  /** Whether its y axis is one of logarithms. */
  isLog?: boolean;
}

export function frameOf({ bbox, scales }: uPlot, zoom: number): Frame {
  const [left, top, width, height] = [bbox.left, bbox.top, bbox.width, bbox.height].map(
    (pixels) => pixels / devicePixelRatio / zoom,
  );
  const ends = ({ min, max }: uPlot.Scale) => [min ?? 0, max ?? 1] as const;
  return {
    left,
    top,
    width,
    height,
    x: ends(scales.x),
    y: ends(scales.y),
    isLog: Number(scales.y.distr) === 3,
  };
}

export const xOf = ({ left, width, x: [low, high] }: Frame, x: number): number =>
  left + (width * (x - low)) / (high - low);

/** On an axis of logarithms what is not above 0 lies at its lower end. */
export function yOf({ top, height, y, isLog = false }: Frame, value: number): number {
  if (isLog && value <= 0) return top + height;
  const [low, high, at] = [...y, value].map((one) => (isLog ? Math.log10(one) : one));
  return top + (height * (high - at)) / (high - low);
}

/** Where along the x axis a pixel of the figure is, inside of the plot. */
export function xAt({ left, width, x: [low, high] }: Frame, pixel: number): number {
  return low + Math.max(0, Math.min(1, (pixel - left) / width)) * (high - low);
}

/** Pixels from a marker's line in which the pointer means its update: in a long run a pixel holds many. */
const NEAR = 4;

/** The update that is pointed at, 0 … `newest`. @param way how far the run is along the x axis after each update */
export function updateAt(
  frame: Frame,
  x: number,
  newest: number,
  markers: readonly Marker[],
  way: Column,
): number {
  const near = markers
    .map(({ update }) => ({ update, away: Math.abs(xOf(frame, way[update] ?? NaN) - x) }))
    .filter(({ update, away }) => away <= NEAR && update <= newest)
    .sort((a, b) => a.away - b.away);
  if (near.length) return near[0].update;
  return Math.min(newest, nearestUpdate(way, xAt(frame, x)));
}

/**
 * Moves labels apart: the tops of boxes of such heights that do not overlap and lie inside 0 … `height`, as near to where they
 * were wanted as going from the top down allows. Same order as given.
 */
export function spread(wanted: readonly number[], heights: readonly number[], height: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  const tops = [...wanted];
  let floor = 0;
  for (const index of order) {
    tops[index] = Math.max(floor, tops[index]);
    floor = tops[index] + heights[index];
  }
  let ceiling = height;
  for (const index of order.toReversed()) {
    tops[index] = Math.min(ceiling - heights[index], tops[index]);
    ceiling = tops[index];
  }
  return tops;
}
