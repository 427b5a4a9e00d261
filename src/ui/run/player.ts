import type { RunRecord } from '../../record/run-record.ts';
import { Playback } from './playback.ts';

/** Milliseconds that an update of a recording is shown. */
const PACE = 350;

/** Plays a recorded run, an update at a time, while it can be seen. Where motion is not wanted it shows the end. */
export class Player {
  readonly playback: Playback;
  isPlaying: boolean;
  readonly #ticking: ReturnType<typeof setInterval>;

  /**
   * @param isDue somebody looks on, and the update before has been drawn
   * @param onChange there is another update to draw
   * @param onBroken the next one cannot be read: the recording is of no use
   * @throws where the first one cannot
   */
  constructor(record: RunRecord, isDue: () => boolean, onChange: () => void, onBroken: () => void) {
    this.playback = new Playback(record);
    this.isPlaying = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!this.isPlaying) this.playback.goTo(this.playback.updates);
    this.#ticking = setInterval(() => {
      if (!this.isPlaying || !isDue()) return;
      try {
        this.playback.goTo(this.playback.update + 1);
      } catch {
        return onBroken();
      }
      this.isPlaying = !this.playback.isOver;
      onChange();
    }, PACE);
  }

  /** Pauses, goes on, or begins again where it is over. */
  toggle(): void {
    if (!this.isPlaying && this.playback.isOver) this.playback.rewind();
    this.isPlaying = !this.isPlaying;
  }

  close(): void {
    clearInterval(this.#ticking);
  }
}
