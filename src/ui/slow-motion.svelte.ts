import type { Run } from './run.svelte.ts';
import { canTrain, isAtRest } from './status.ts';

/** Milliseconds that a stage stands still to be looked at. */
const LOOK = 3000;

/** One update, a stage at a time, each long enough to be read. */
export class SlowMotion {
  isOn = $state(false);
  readonly #run: Pick<Run, 'finished' | 'status' | 'step'>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(run: Pick<Run, 'finished' | 'status' | 'step'>) {
    this.#run = run;
  }

  get canBegin(): boolean {
    return canTrain(this.#run.status);
  }

  begin(): void {
    this.isOn = true;
    this.#goOn(this.#run.finished);
  }

  end(): void {
    this.isOn = false;
    clearTimeout(this.#timer);
  }

  /** @param from the last update that was done when it began */
  #goOn(from: number): void {
    const { finished, status } = this.#run;
    // Trained on, or failed: what is to be seen slowly is over.
    if (status.kind === 'failed' || (finished > from && isAtRest(status))) return this.end();
    if (canTrain(status)) this.#run.step('phase');
    this.#timer = setTimeout(() => this.#goOn(from), LOOK);
  }
}
