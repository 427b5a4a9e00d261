import type { Playback } from './playback.ts';

/** Milliseconds that an update of a recording is shown. */
const PACE = 350;

/** What a player asks and tells. */
interface Stage {
  /** Somebody looks on, and the update before has been drawn. */
  isDue(): boolean;
  /** There is another update to draw. */
  onChange(): void;
  /** The next one cannot be read: the recording is of no use. */
  onBroken(): void;
}

/** Plays a recorded run, an update at a time, while it can be seen. Where motion is not wanted it shows the end. */
export class Player {
  readonly playback: Playback;
  isPlaying: boolean;
  readonly #ticking: ReturnType<typeof setInterval>;

  constructor(playback: Playback, stage: Stage) {
    this.playback = playback;
    this.isPlaying = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!this.isPlaying && !this.#goTo(playback.updates)) playback.rewind();
    this.#ticking = setInterval(() => {
      if (!this.isPlaying || !stage.isDue()) return;
      if (!this.#goTo(playback.update + 1)) return stage.onBroken();
      this.isPlaying = !playback.isOver;
      stage.onChange();
    }, PACE);
  }

  /** Pauses, goes on, or begins again where it is over. */
  toggle(): void {
    if (!this.isPlaying && this.playback.isOver) this.playback.rewind();
    this.isPlaying = !this.isPlaying;
  }

  pause(): void {
    this.isPlaying = false;
  }

  close(): void {
    clearInterval(this.#ticking);
  }

  /** False where the way there cannot be read. */
  #goTo(update: number): boolean {
    try {
      this.playback.goTo(update);
      return true;
    } catch {
      return false;
    }
  }
}
