import { metricNames, type MetricName, type Metrics } from '../protocol/metrics.ts';

/** A column of a chart: one entry per update from 0, null where the metric is absent. What uPlot draws, without a copy. */
export type Column = (number | null)[];

/**
 * Every metric of a run, by update. Metrics of one update arrive in pieces and late (the truth up to two updates late,
 * an evaluation every few), so a row is merged into, not replaced. Charts read the columns themselves: nothing is
 * copied or sorted per frame, whatever the length of the run.
 */
export class History {
  /** 0, 1, 2 … as far as anything is known. */
  readonly updates: number[] = [];
  readonly #columns = new Map<MetricName, Column>();
  readonly #last = new Map<MetricName, number>();

  #version = 0;

  /** Grows with every change: charts are drawn again when it has. */
  get version(): number {
    return this.#version;
  }

  get length(): number {
    return this.updates.length;
  }

  /** Merges what is finite into the row of `update` (a whole number from 0). */
  set(update: number, metrics: Metrics): void {
    if (!Number.isInteger(update) || update < 0)
      throw new Error(`history: update is ${update}, expected a whole number from 0`);
    this.#version++;
    for (let next = this.updates.length; next <= update; next++) {
      this.updates.push(next);
      for (const column of this.#columns.values()) column.push(null);
    }
    for (const name of metricNames) {
      const value = metrics[name];
      if (value === undefined || !Number.isFinite(value)) continue;
      this.column(name)[update] = value;
      if (update >= (this.#last.get(name) ?? 0)) this.#last.set(name, update);
    }
  }

  /** The live column: the same array every time, so that a chart can hold on to it. */
  column(name: MetricName): Column {
    let column = this.#columns.get(name);
    if (!column) {
      column = new Array<number | null>(this.updates.length).fill(null);
      this.#columns.set(name, column);
    }
    return column;
  }

  at(name: MetricName, update: number): number | undefined {
    return this.#columns.get(name)?.[update] ?? undefined;
  }

  /** The newest value of a metric and the update it belongs to. */
  latest(name: MetricName): { update: number; value: number } | undefined {
    const update = this.#last.get(name);
    const value = update === undefined ? undefined : this.at(name, update);
    return update === undefined || value === undefined ? undefined : { update, value };
  }

  /** Every value that is known of a metric, oldest first. */
  known(name: MetricName): { update: number; value: number }[] {
    const column = this.#columns.get(name) ?? [];
    return column.flatMap((value, update) => (value === null ? [] : [{ update, value }]));
  }
}
