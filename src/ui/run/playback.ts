import type { RunEvent } from '../../protocol/events.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { Status } from '../status.ts';
import { RunModel } from './run-model.ts';

/** A recorded run at the end of one of its updates: the first it shows is update 0. Whoever shows it has the clock. */
export class Playback {
  readonly #record: RunRecord;
  #events!: Iterator<RunEvent, void>;
  #next: RunEvent | undefined;
  #update!: number;
  #model!: RunModel;

  constructor(record: RunRecord) {
    this.#record = record;
    this.rewind();
  }

  /** What was known at the end of `update`. */
  get model(): RunModel {
    return this.#model;
  }

  get update(): number {
    return this.#update;
  }

  /** The last that there is. */
  get updates(): number {
    return this.#record.lastUpdate;
  }

  get isOver(): boolean {
    return this.#update >= this.updates;
  }

  rewind(): void {
    this.#model = new RunModel(this.#record.config);
    this.#events = this.#record.events();
    this.#next = this.#take();
    this.goTo(0);
  }

  /** On to the end of an update; back only by `rewind`. */
  goTo(update: number): void {
    this.#update = Math.min(update, this.updates);
    for (; this.#next && this.#next.update <= this.#update; this.#next = this.#take())
      this.#model.apply(this.#next);
  }

  /** @param live of the run of this page, which waits meanwhile */
  status(isPlaying: boolean, live: Status): Status {
    const { update, updates, isOver } = this;
    const { seed, preset } = this.#record.config;
    const { told } = this.#model;
    // Where the record was thinned, the batch that is shown may be of an update before.
    const last = told?.update === update ? told : undefined;
    return { kind: 'recording', seed, preset, update, updates, isPlaying, isOver, last, live };
  }

  #take(): RunEvent | undefined {
    return this.#events.next().value ?? undefined;
  }
}
