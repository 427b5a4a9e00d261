/** What lies behind and over the lines of a chart: intervals, and what was changed. */
import type uPlot from 'uplot';
import { wilson } from '../../ppo/reliability.ts';
import type { MetricName } from '../../protocol/metrics.ts';
import type { Column, RunHistory } from '../history.ts';
import { placeMarkers } from './chart-markers.ts';
import type { Line } from './time-chart.ts';

/** Of text, in rem. */
export const TEXT = 0.75;

/** What was changed, where along the x axis. */
export interface PlacedMarker {
  at: number;
  text: string;
}

interface MarkerOptions {
  rem: number;
  showMarkerText: boolean;
  colour: (token: string) => string;
  markers: () => readonly PlacedMarker[];
}

/** The 95 % interval of a line, wherever it was measured. */
export interface Band {
  metric: MetricName;
  token: string;
  points: readonly { update: number; x: number; low: number; high: number; n: number }[];
}

/** Of each line that is a share of trials. @param way how far the run is along the x axis after each update */
export function bandsOf(lines: readonly Line[], history: RunHistory, way: Column): Band[] {
  return lines.flatMap(({ metric, token, trials }) => {
    if (!trials) return [];
    const points = history.known(metric).flatMap(({ update, value }) => {
      const n = trials(update);
      if (!(n > 0) || update >= way.length) return [];
      const { low, high } = wilson(value * n, n);
      return [{ update, x: way[update], low, high, n }];
    });
    return [{ metric, token, points }];
  });
}

export const font = (pixels: number) => `${pixels}px "Inter Variable", sans-serif`;

/** A line at each marker, and its words where they are asked for. */
export function drawMarkers(options: MarkerOptions): (u: uPlot) => void {
  const [line, ink, paper] = ['--line-strong', '--quiet', '--panel'].map(options.colour);
  return (u) => {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    const [left, right, bottom] = [bbox.left, bbox.left + bbox.width, bbox.top + bbox.height];
    const lines = options
      .markers()
      .map(({ at, text }) => ({ x: Math.round(u.valToPos(at, 'x', true)), text }))
      .filter(({ x }) => x >= left && x <= right);
    ctx.save();
    ctx.strokeStyle = line;
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    for (const { x } of lines) {
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bottom);
    }
    ctx.stroke();
    if (options.showMarkerText) {
      const size = TEXT * options.rem * ratio;
      ctx.font = font(size);
      ctx.setLineDash([]);
      // The axes have left their own.
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      ctx.fillStyle = ink;
      ctx.strokeStyle = paper;
      ctx.lineWidth = 4 * ratio;
      ctx.lineJoin = 'round';
      const measure = (text: string) => ctx.measureText(text).width;
      for (const label of placeMarkers(lines, { left, right, gap: 4 * ratio, least: 4 * size, measure })) {
        if (!label) continue;
        // What runs beneath the words does not run through them.
        ctx.strokeText(label.text, label.left, bottom - 5 * ratio);
        ctx.fillText(label.text, label.left, bottom - 5 * ratio);
      }
    }
    ctx.restore();
  };
}

/** Shades the intervals. */
export function drawBands({
  rem,
  colour,
  bands,
}: {
  rem: number;
  colour: (token: string) => string;
  bands: () => readonly Band[];
}): (u: uPlot) => void {
  return (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { token, points } of bands()) {
      const side = (end: 'low' | 'high') =>
        points.map((point) => [u.valToPos(point.x, 'x', true), u.valToPos(point[end], 'y', true)] as const);
      ctx.globalAlpha = 0.1;
      ctx.fillStyle = ctx.strokeStyle = colour(token);
      ctx.beginPath();
      for (const [left, top] of [...side('low'), ...side('high').reverse()]) ctx.lineTo(left, top);
      ctx.fill();
      // A single evaluation has no area, and still an interval.
      if (points.length === 1) {
        ctx.globalAlpha = 0.4;
        ctx.lineWidth = (3 * devicePixelRatio * rem) / 16;
        ctx.stroke();
      }
    }
    ctx.restore();
  };
}
