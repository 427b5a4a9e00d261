import { metricNames, type MetricName, type Metrics } from '../protocol/metrics.ts';

/** One number per update from 0, NaN where the metric is absent. */
export type Column = Float64Array;

/** Changes whose update is remembered: far more than come between two drawings. */
const REMEMBERED = 256;

/**
 * Every metric of a run, by update. Metrics of one update arrive in pieces and late (the truth up to two updates late,
 * an evaluation every few), so a row is merged into, not replaced. A column exists from its first number on and grows by
 * doubling: at most 16 bytes per metric and update. `touchedSince` lets a chart redo only what has changed.
 */
export class RunHistory {
  readonly #columns = new Map<MetricName, Column>();
  readonly #last = new Map<MetricName, number>();
  readonly #touched = new Int32Array(REMEMBERED);
  #length = 0;
  #room = 64;
  #version = 0;

  /** Grows with every change: charts are drawn again when it has. */
  get version(): number {
    return this.#version;
  }

  /** Updates 0 … length − 1 are known of. */
  get length(): number {
    return this.#length;
  }

  /** Merges what is finite into the row of `update` (a whole number from 0). */
  set(update: number, metrics: Metrics): void {
    if (!Number.isInteger(update) || update < 0)
      throw new RangeError(`history: update is ${update}, expected a whole number from 0`);
    // Rows that were skipped are new as well.
    this.#touched[this.#version % REMEMBERED] = Math.min(update, this.#length);
    this.#version++;
    this.#length = Math.max(this.#length, update + 1);
    while (this.#room < this.#length) this.#room *= 2;
    for (const name of metricNames) {
      const value = metrics[name];
      if (value === undefined || !Number.isFinite(value)) continue;
      this.#roomy(name)[update] = value;
      if (update >= (this.#last.get(name) ?? 0)) this.#last.set(name, update);
    }
  }

  #roomy(name: MetricName): Column {
    const known = this.#columns.get(name);
    if (known && known.length >= this.#length) return known;
    const column = new Float64Array(this.#room).fill(NaN);
    if (known) column.set(known);
    this.#columns.set(name, column);
    return column;
  }

  /** The numbers of a metric as they are now, without a copy; it may end before `length`, where no more is known. */
  column(name: MetricName): Column {
    return (this.#columns.get(name) ?? new Float64Array()).subarray(0, this.#length);
  }

  at(name: MetricName, update: number): number | undefined {
    const value = this.#columns.get(name)?.[update];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** The newest value of a metric, at or before `upTo`, and the update it belongs to. */
  latest(name: MetricName, upTo = this.#length): { update: number; value: number } | undefined {
    for (let update = Math.min(upTo, this.#last.get(name) ?? -1); update >= 0; update--) {
      const value = this.at(name, update);
      if (value !== undefined) return { update, value };
    }
    return undefined;
  }

  /** The lowest update that was changed after `version`; Infinity if none was. Long ago, it answers 0: anything may have. */
  touchedSince(version: number): number {
    if (this.#version - version > REMEMBERED) return 0;
    let lowest = Infinity;
    for (let change = version; change < this.#version; change++)
      lowest = Math.min(lowest, this.#touched[change % REMEMBERED]);
    return lowest;
  }

  /** Every value that is known of a metric, oldest first. */
  known(name: MetricName): { update: number; value: number }[] {
    return Array.from(this.column(name), (value, update) => ({ update, value })).filter(
      ({ value }) => !Number.isNaN(value),
    );
  }
}
