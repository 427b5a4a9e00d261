import type { Column, RunHistory } from '../history.ts';
import { hasWay, movedTo, sightWithin, spanOf, widened, type Range, type XAxis } from './x-axis.ts';

/** A run along the x axis: how far it was after each update, and what the axis spans. */
export interface Along {
  way: Column;
  span: Range;
  /** The newest update. */
  newest: number;
}

const steps: Partial<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity },
};

/** What charts over one run have in common: their x axis, how much of it is in sight, and the crosshair. */
export class TimeView {
  /** The update under the crosshair. */
  pointed = $state<number>();
  /** In sight, along the axis; undefined for the whole run. */
  sight = $state.raw<Range>();
  /** What is being chosen with the pointer, to be in sight. */
  chosen = $state.raw<Range>();
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

  show(wanted: Range, { span, newest }: Along): void {
    this.sight = sightWithin(wanted, span, newest + 1);
  }

  /** So many times as much, around the crosshair where it is in sight, else around the middle. */
  zoom(times: number, run: Along): void {
    const [low, high] = this.sight ?? run.span;
    const x = this.pointed === undefined ? NaN : (run.way[this.pointed] ?? NaN);
    this.show(widened([low, high], times, x >= low && x <= high ? x : (low + high) / 2), run);
  }

  /** Moves the crosshair from the update `at`, zooms, or takes back one after the other. Whether the key means anything. */
  press({ key }: Pick<KeyboardEvent, 'key'>, at: number, run: Along): boolean {
    const step = steps[key];
    if (step !== undefined) this.#point(at + step, run);
    else if (key === '+' || key === '=') this.zoom(0.5, run);
    else if (key === '-') this.zoom(2, run);
    else if (key === '0') this.sight = undefined;
    else if (key === 'Escape') this.#back();
    else return false;
    return true;
  }

  #point(update: number, run: Along): void {
    this.pointed = Math.max(0, Math.min(run.newest, update));
    const x = run.way[this.pointed];
    if (this.sight && x !== undefined) this.show(movedTo(this.sight, x), run);
  }

  #back(): void {
    if (this.pointed !== undefined) this.pointed = undefined;
    else this.sight = undefined;
  }
}
