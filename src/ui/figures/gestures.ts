import { placeIn } from '../place.ts';
import type { Along, ChartView } from './chart-view.svelte.ts';
import { xAt, type Frame } from './readout.ts';

/** A pointer that trembles this many pixels while it clicks drags nothing. */
const TREMBLE = 5;

/** What charts take from the keyboard, and from a pointer that is dragged across: that chooses what is to be in sight. */
export class Gestures {
  readonly #chart: () => { figure: Element; frame: Frame | undefined; view: ChartView; along: Along };
  /** Where a pointer went down that may become a drag, in pixels of the figure. */
  #pressed: number | undefined;
  #hasDragged = false;

  /** @param chart as it is now: asked at each event */
  constructor(chart: () => { figure: Element; frame: Frame | undefined; view: ChartView; along: Along }) {
    this.#chart = chart;
  }

  get isPressed(): boolean {
    return this.#pressed !== undefined;
  }

  /** What ended last was a drag, not a click. */
  get hasDragged(): boolean {
    return this.#hasDragged;
  }

  /** A finger scrolls the page. */
  press = (event: PointerEvent): void => {
    this.#hasDragged = false;
    if (event.pointerType !== 'touch' && event.button === 0)
      this.#pressed = placeIn(this.#chart().figure, event).x;
  };

  /** Of the window's, as are the two below: a drag may end beside the chart. */
  move = (event: PointerEvent): void => {
    const { figure, frame, view } = this.#chart();
    if (this.#pressed === undefined || !frame) return;
    const { x } = placeIn(figure, event);
    if (!view.chosen && Math.abs(x - this.#pressed) < TREMBLE) return;
    this.#hasDragged = true;
    view.chosen = [xAt(frame, Math.min(this.#pressed, x)), xAt(frame, Math.max(this.#pressed, x))];
  };

  release = (): void => {
    const { view, along } = this.#chart();
    if (view.chosen && this.#pressed !== undefined) view.show(view.chosen, along);
    this.drop();
  };

  drop = (): void => {
    if (this.#pressed === undefined) return;
    this.#pressed = this.#chart().view.chosen = undefined;
  };

  key = (event: KeyboardEvent): void => {
    const { view, along } = this.#chart();
    if (event.ctrlKey || event.metaKey || event.altKey || along.count === 0) return;
    if (event.key === 'Escape' && view.chosen) this.drop();
    else if (view.press(event, along) && event.key !== 'Escape') event.preventDefault();
  };
}
