import type { EngineChoice, Knobs, RunConfig } from '../../protocol/config.ts';
import { tasksOf } from '../../tasks/tasks.ts';
import type { Failure, FailureKind, RunEvent } from '../../protocol/events.ts';
import { failureOf, RunError } from '../../protocol/failure.ts';
import type { Answer, Loading, Notice, Question, Until } from '../../protocol/messages.ts';
import type { TrainingState } from '../../protocol/state.ts';
import type { Beginning, OpenThreads, Threads } from './threads.ts';

/** Milliseconds between two questions whether the worker is there. */
const TICK = 2000;
/** Ticks without a sign of life after which it counts as frozen. Ticks, not time: a page that slept has heard nothing either. */
const SILENT_TICKS = 10;
/** What would go wrong again unless the visitor does something, and what. */
const cures: Partial<Record<FailureKind, string>> = {
  numbers: 'lower it',
  filter: 'mend the filter or choose another',
  score: 'mend the score or choose another teacher',
};
/** Threads that may be lost in a row without an update in between. */
const MOST_LOSSES = 3;

export interface RunClientHandlers {
  onEvent(event: RunEvent): void;
  onLoading(loading: Loading | undefined): void;
  /** All that is needed to go on from an update, once its last truth is known. */
  onSaved(state: TrainingState): void;
  /** The run goes on from the end of `update` (from the start where it is undefined); `why` is for the visitor. */
  onBack(update: number | undefined, why: string): void;
}

/**
 * One run and its threads. It begins from a configuration or from a state, and where its threads are lost it goes on with new ones
 * from the last state, on the CPU if the GPU is gone. What cannot be helped becomes the run's `failed` event.
 */
export class RunClient {
  readonly config: RunConfig;
  readonly #openThreads: OpenThreads;
  readonly #on: RunClientHandlers;
  #threads: Threads | undefined;
  #state: TrainingState | undefined;
  #engine: EngineChoice;
  #preset: string;
  #knobs: Knobs;
  /** What the visitor wants; told to new threads once they are ready. */
  #playing = false;
  #until: Until = {};
  #wantedStep: 'phase' | 'update' | undefined;
  #isReady = false;
  #update = 0;
  #losses = 0;
  #silentTicks = 0;
  readonly #ticking: ReturnType<typeof setInterval>;

  /** @param knobs as they are now: those of `config` are how the run began */
  constructor({ config, from }: Beginning, knobs: Knobs, openThreads: OpenThreads, on: RunClientHandlers) {
    this.config = config;
    tasksOf(config.tasks ?? []); // The judge of this thread is asked about tasks by their ids.
    this.#state = from;
    this.#engine = config.engine;
    this.#preset = config.preset;
    this.#knobs = knobs;
    this.#openThreads = openThreads;
    this.#on = on;
    this.#ticking = setInterval(() => this.#tick(), TICK);
    this.#open();
  }

  /** @param until when it is to pause by itself */
  play(until: Until = {}): void {
    this.#playing = true;
    this.#until = until;
    if (this.#isReady) this.#threads?.send({ type: 'play', until });
  }

  pause(): void {
    this.#playing = false;
    this.#wantedStep = undefined;
    this.#threads?.send({ type: 'pause' });
  }

  step(unit: 'phase' | 'update'): void {
    this.#playing = false;
    if (this.#isReady) this.#threads?.send({ type: 'step', unit });
    else this.#wantedStep = unit;
  }

  setKnobs(knobs: Knobs): void {
    this.#knobs = knobs;
    this.#threads?.send({ type: 'knobs', knobs });
  }

  /** Rejects, with a sentence, where nobody can answer. */
  ask(question: Question): Promise<Answer> {
    return this.#threads?.ask(question) ?? Promise.reject(new Error('The run has stopped.'));
  }

  /** Ends the run's threads. */
  close(): void {
    clearInterval(this.#ticking);
    this.#threads?.close();
    this.#threads = undefined;
  }

  #open(): void {
    this.#isReady = false;
    this.#silentTicks = 0;
    const config = { ...this.config, engine: this.#engine, preset: this.#preset };
    const threads: Threads = this.#openThreads(
      { config, from: this.#state },
      (notice) => {
        if (this.#threads === threads) this.#receive(notice);
      },
      (why) => {
        if (this.#threads === threads) this.#lost(why);
      },
    );
    this.#threads = threads;
    threads.send({ type: 'knobs', knobs: this.#knobs });
  }

  #receive(notice: Notice): void {
    this.#silentTicks = 0;
    switch (notice.type) {
      case 'loading':
        this.#on.onLoading(notice.received < notice.total ? notice : undefined);
        return;
      case 'saved':
        this.#state = notice.state;
        this.#on.onSaved(notice.state);
        return;
      case 'failed':
        this.#fail(notice);
        return;
      case 'updated':
        this.#losses = 0;
        break;
      case 'opened':
        // Whatever becomes of the GPU, the run stays with its models.
        this.#preset = notice.preset;
        this.#on.onLoading(undefined);
        break;
      case 'state':
        this.#becomeReady();
        break;
      default:
    }
    this.#update = notice.update;
    this.#on.onEvent(notice);
  }

  /** The first time that new threads wait, they are told what the visitor wants. */
  #becomeReady(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    if (this.#playing) this.#threads?.send({ type: 'play', until: this.#until });
    else if (this.#wantedStep) this.#threads?.send({ type: 'step', unit: this.#wantedStep });
    this.#wantedStep = undefined;
  }

  #lost(why: string): void {
    const error = new RunError('worker', `A thread of this page stopped: ${why}`);
    this.#fail(failureOf(error, 'worker'));
  }

  #tick(): void {
    if (!this.#threads) return;
    if (++this.#silentTicks > SILENT_TICKS) return this.#lost('it does not answer any more');
    this.#threads.ask({ type: 'ping' }).then(
      () => (this.#silentTicks = 0),
      () => undefined, // that it is gone is told elsewhere
    );
  }

  #fail(failure: Failure): void {
    const back = this.#wayBack(failure);
    this.#threads?.close();
    this.#threads = undefined;
    // What is wanted from here on waits for new ones.
    this.#isReady = false;
    this.#on.onLoading(undefined);
    if (back === undefined) {
      this.#on.onEvent({ type: 'failed', update: this.#update, ...failure });
      return;
    }
    this.#on.onBack(this.#state?.update, back);
    this.#open();
  }

  /** How it goes on, in words; undefined where it does not. */
  #wayBack({ kind, message }: Failure): string | undefined {
    const update = this.#state?.update;
    const from =
      update === undefined ? 'The run begins again' : `The run is back at the end of update ${update}`;
    // The visitor has the next word.
    const cure = cures[kind];
    if (cure !== undefined && update !== undefined) {
      this.#playing = false;
      return `${message} ${from}: ${cure}, then press Train.`;
    }
    if (kind !== 'device' && kind !== 'worker') return undefined;
    if (++this.#losses > MOST_LOSSES) return undefined;
    if (kind === 'worker') return `${message} ${from}.`;
    // Asked for and not there from the first: that is for the visitor to decide.
    if (!this.#isReady && this.#losses === 1) return undefined;
    // Lost once, it may come back; not there the second time, it is gone.
    if (this.#losses > 1) this.#engine = 'cpu';
    return `${message} ${from}${this.#engine === 'cpu' ? ', on the CPU' : ''}.`;
  }
}
