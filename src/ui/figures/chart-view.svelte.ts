import { movedTo, sightWithin, widened, type Range } from './x-axis.ts';

/** An x axis with places that a crosshair can be at, such as the updates of a run. */
export interface Along {
  /** What the axis spans. */
  span: Range;
  /** How many places there are. */
  count: number;
  /** Where along the axis a place is; NaN where that is not known. */
  xOf: (place: number) => number;
  /** The place that many steps lead to from one, or from none, no further than the first and the last. */
  step: (from: number | undefined, steps: number) => number;
}

const steps: Partial<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity },
};

/** What charts of one x axis have in common: how much of it is in sight, and the crosshair. */
export class ChartView {
  /** The place under the crosshair. */
  pointed = $state<number>();
  /** In sight, along the axis; undefined for all of it. */
  sight = $state.raw<Range>();
  /** What is being chosen with the pointer, to be in sight. */
  chosen = $state.raw<Range>();

  show(wanted: Range, { span, count }: Along): void {
    this.sight = sightWithin(wanted, span, count);
  }

  /** So many times as much, around the crosshair where it is in sight, else around the middle. */
  zoom(times: number, along: Along): void {
    const [low, high] = this.sight ?? along.span;
    const x = this.pointed === undefined ? NaN : along.xOf(this.pointed);
    this.show(widened([low, high], times, x >= low && x <= high ? x : (low + high) / 2), along);
  }

  /** Moves the crosshair, zooms, or takes back one after the other. Whether the key means anything. */
  press({ key }: Pick<KeyboardEvent, 'key'>, along: Along): boolean {
    const by = steps[key];
    if (by !== undefined) this.#step(by, along);
    else if (key === '+' || key === '=') this.zoom(0.5, along);
    else if (key === '-') this.zoom(2, along);
    else if (key === '0') this.sight = undefined;
    else if (key === 'Escape') this.#back();
    else return false;
    return true;
  }

  #step(by: number, along: Along): void {
    this.pointed = along.step(this.pointed, by);
    const x = along.xOf(this.pointed);
    if (this.sight && !Number.isNaN(x)) this.show(movedTo(this.sight, x), along);
  }

  #back(): void {
    if (this.pointed !== undefined) this.pointed = undefined;
    else this.sight = undefined;
  }
}
