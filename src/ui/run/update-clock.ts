import type { RunEvent } from '../../protocol/events.ts';

/** Seconds that each update of a run takes, from its prompts until it is done, by its events as they come; not those in which it waits. */
export class UpdateClock {
  #update = 0;
  #seconds = 0;
  /** When it was last seen at work on the update; undefined while it waits. */
  #since: number | undefined;

  /**
   * @param isRunning whether the run trains, once the event is heard
   * @param now milliseconds of any clock
   * @returns what the update took, where the event says that it is done and its beginning was heard
   */
  hear(event: RunEvent, isRunning: boolean, now: number): number | undefined {
    if (this.#since !== undefined) this.#seconds += (now - this.#since) / 1000;
    if (event.type === 'phase' && event.phase === 'prompts')
      [this.#update, this.#seconds] = [event.update, 0];
    this.#since = isRunning ? now : undefined;
    if (event.type !== 'updated' || event.update !== this.#update) return undefined;
    this.#update = 0;
    return this.#seconds;
  }
}
