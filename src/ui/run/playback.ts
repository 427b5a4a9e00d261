import { isLight, type RunEvent } from '../../protocol/events.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { Status } from '../status.ts';
import { REMEMBERED, RunModel } from './run-model.ts';

/** Whether an event tells anything of a run at the end of an update: of batches only the last few do, of evaluations the last. */
export function tellingOf(record: RunRecord, update: number) {
  const known = (type: RunEvent['type']) => record.updatesOf(type).filter((at) => at <= update);
  const first = known('batch').at(-REMEMBERED) ?? 0;
  const evaluated = known('evaluation').at(-1);
  return (type: RunEvent['type'], at: number): boolean => {
    if (at > update || type === 'failed') return false;
    return type === 'evaluation' ? at === evaluated : isLight(type) || at >= first;
  };
}

/** A recorded run at the end of one of its updates: the first it shows is update 0. Whoever shows it has the clock. */
export class Playback {
  readonly #record: RunRecord;
  readonly #checkpoints: readonly number[];
  /** What comes after `update`; undefined until somebody goes on. */
  #events: Iterator<RunEvent, void> | undefined;
  #next: RunEvent | undefined;
  #update!: number;
  #model!: RunModel;

  /** @param checkpoints updates from which another run can branch off, in their order */
  constructor(record: RunRecord, checkpoints: readonly number[] = []) {
    this.#record = record;
    this.#checkpoints = checkpoints;
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

  /** On to the end of an update; back only by `rewind` or `seek`. */
  goTo(update: number): void {
    const from = this.#update;
    this.#update = Math.min(update, this.updates);
    if (!this.#events) {
      this.#events = this.#record.events((_, at) => at > from);
      this.#next = this.#take();
    }
    for (; this.#next && this.#next.update <= this.#update; this.#next = this.#take())
      this.#model.apply(this.#next);
  }

  /**
   * To the end of an update, on or back, with every truth about it, however late it came. It takes some tens of milliseconds for 1,000
   * updates, as only what tells anything of this one is looked at.
   *
   * @param update one that there is
   * @param pause is asked after each event, and waited for where it gives something to wait for
   * @param isWanted where it says no after a pause, nothing has changed, and the answer is false
   */
  async seek(
    update: number,
    pause: () => Promise<void> | undefined,
    isWanted: () => boolean,
  ): Promise<boolean> {
    const model = new RunModel(this.#record.config);
    for (const event of this.#record.events(tellingOf(this.#record, update))) {
      model.apply(event);
      const paused = pause();
      if (!paused) continue;
      await paused;
      if (!isWanted()) return false;
    }
    this.#model = model;
    this.#update = update;
    this.#events = this.#next = undefined;
    return true;
  }

  /** @param live of the run of this page, which waits meanwhile */
  status(isPlaying: boolean, live: Status): Status {
    const { update, updates, isOver } = this;
    const { seed, preset } = this.#record.config;
    return { kind: 'recording', seed, preset, update, updates, isPlaying, isOver, last: this.#told, live };
  }

  /** Of the run of this page itself, which waits meanwhile at `live`, `finished` updates later than its start. */
  lookedAt(finished: number, live: Status): Status {
    const { update } = this;
    const branchFrom = this.#checkpoints.findLast((checkpoint) => checkpoint <= update);
    return { kind: 'looking', update, updates: finished, branchFrom, last: this.#told, live };
  }

  /** Where the record was thinned, the batch that is shown may be of an update before. */
  get #told() {
    const { told } = this.#model;
    return told?.update === this.update ? told : undefined;
  }

  #take(): RunEvent | undefined {
    return this.#events?.next().value ?? undefined;
  }
}
