/** Milliseconds, and steps, that go by at least between two tellings. */
const APART = { time: 15_000, steps: 10 };

/** How often what goes on for long is told of: after its first step, then whenever both `APART` have gone by. */
export class Pace {
  readonly #now: () => number;
  /** The last step before it began; undefined while it rests. */
  #begun: number | undefined;
  #told: { step: number; at: number } | undefined;

  /** @param now a clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether a step is to be told of; the first asked about after a rest is the one before it began. */
  isDue(step: number): boolean {
    this.#begun ??= step;
    const at = this.#now();
    const told = this.#told;
    const isSoon = told && (step - told.step < APART.steps || at - told.at < APART.time);
    if (step === this.#begun || isSoon) return false;
    this.#told = { step, at };
    return true;
  }

  /** It has come to its end, or is held up. */
  rest(): void {
    this.#begun = this.#told = undefined;
  }
}

/** The quarters of what goes on to a known end, which is told of by whoever ends it. */
export class Quarters {
  #past: number | undefined;

  /** Whether another quarter is done since the last time that it was asked; the first time it only looks. */
  isDue(done: number, of: number): boolean {
    const now = Math.floor((4 * done) / of);
    const past = this.#past ?? now;
    this.#past = now;
    return now > past && done < of;
  }
}
