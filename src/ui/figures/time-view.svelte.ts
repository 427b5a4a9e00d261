import type { Column, RunHistory } from '../history.ts';
import { ChartView, type Along } from './chart-view.svelte.ts';
import { hasWay, spanOf, type Range, type XAxis } from './x-axis.ts';

/** What charts over one run have in common: which x axis, too. Places are updates. */
export class TimeView extends ChartView {
  #axis = $state<XAxis>('update');

  get axis(): XAxis {
    return this.#axis;
  }

  /** Another axis shows the whole run: what was in sight is not a stretch of it. */
  set axis(axis: XAxis) {
    this.#axis = axis;
    this.sight = this.chosen = undefined;
  }

  /** Another run may have no such axis, or not be that long. */
  fit(history: RunHistory, ghosts: readonly RunHistory[]): void {
    if (!hasWay(history, this.#axis)) this.axis = 'update';
    const [, end] = spanOf([history, ...ghosts], this.#axis);
    if (this.sight && this.sight[1] > end * (1 + 1e-9)) this.sight = undefined;
  }
}

/** A run's updates as places, from its newest on where the crosshair is nowhere. @param way how far the run is after each update */
export function alongRun(way: Column, span: Range, count: number): Along {
  const newest = Math.max(0, count - 1);
  return {
    ...{ span, count },
    xOf: (update) => way[update] ?? NaN,
    step: (from = newest, steps) => Math.max(0, Math.min(newest, Math.min(from, newest) + steps)),
  };
}
