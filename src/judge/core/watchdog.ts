const tickMs = 250;

/** Tells when something that owes a sign of life has been silent for too long. */
export class Watchdog {
  private readonly limitMs: number;
  private readonly onSilence: () => void;
  private timer: ReturnType<typeof setInterval> | undefined;
  private silentMs = 0;
  private lastTick = 0;

  /** @param onSilence called once, after which the watchdog rests until it is started again */
  constructor(limitMs: number, onSilence: () => void) {
    this.limitMs = limitMs;
    this.onSilence = onSilence;
  }

  /** A sign of life is owed from now on; also: there was one. */
  start(): void {
    this.silentMs = 0;
    this.lastTick = performance.now();
    this.timer ??= setInterval(() => this.tick(), tickMs);
  }

  /** Nothing is owed. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    const now = performance.now();
    // A machine that slept, or a hidden tab whose timers are throttled, must not look like silence: a single tick is
    // never enough.
    this.silentMs += Math.min(now - this.lastTick, this.limitMs / 2);
    this.lastTick = now;
    if (this.silentMs < this.limitMs) return;
    this.stop();
    this.onSilence();
  }
}
