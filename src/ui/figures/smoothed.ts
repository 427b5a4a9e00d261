import type { MetricName } from '../../protocol/metrics.ts';
import type { Column, RunHistory } from '../history.ts';

/**
 * A metric as an exponential mean of what was measured so far: each measurement weighs `weight` times as much as the next. It is debiased: the
 * weights of what there is add up to 1, so that it begins at the first number and not near 0. Brought up to date from the first
 * update that changed.
 */
export class Smoothed {
  readonly #history: RunHistory;
  readonly #metric: MetricName;
  readonly #weight: number;
  /** By update: the weighted sum, and what its weights add up to. */
  #sums = new Float64Array();
  #weights = new Float64Array();
  #means: Column = new Float64Array();
  #seen = 0;
  #length = 0;

  /** @param weight 0 … 1: 0 smooths nothing */
  constructor(history: RunHistory, metric: MetricName, weight: number) {
    this.#history = history;
    this.#metric = metric;
    this.#weight = weight;
  }

  /** NaN where nothing was measured, as in the history. */
  column(): Column {
    const column = this.#history.column(this.#metric);
    const from = Math.min(this.#length, this.#history.touchedSince(this.#seen));
    this.#seen = this.#history.version;
    this.#length = column.length;
    if (column.length > this.#means.length)
      [this.#sums, this.#weights, this.#means] = [this.#sums, this.#weights, this.#means].map((old) => {
        const room = new Float64Array(2 * column.length);
        room.set(old);
        return room;
      });
    let sum = this.#sums[from - 1] ?? 0;
    let weights = this.#weights[from - 1] ?? 0;
    for (let update = from; update < column.length; update++) {
      const value = column[update];
      if (!Number.isNaN(value)) {
        sum = this.#weight * sum + value;
        weights = this.#weight * weights + 1;
      }
      this.#sums[update] = sum;
      this.#weights[update] = weights;
      this.#means[update] = Number.isNaN(value) ? NaN : sum / weights;
    }
    return this.#means.subarray(0, column.length);
  }
}
