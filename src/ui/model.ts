import type { Batch } from '../protocol/batch.ts';
import type { EngineName, FilterName, RunConfig } from '../protocol/config.ts';
import type { RunEvent } from '../protocol/messages.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { History } from './history.ts';
import { Markers } from './markers.ts';
import type { PhaseNow, Status, UpdateSummary } from './status.ts';

/** A batch and what has become known of it since. Replaced, never changed. */
export interface JudgedBatch {
  batch: Batch;
  testScores?: Float32Array;
  metrics?: Metrics;
  /** Of the kept rows, in the order of `kept`. */
  experience?: { kept: readonly number[]; kl: Float32Array; advantages: Float32Array };
}

export interface Failure {
  stage: string;
  name: string;
  message: string;
  stack: string;
}

/** A run that was, to compare with. */
export interface PastRun {
  history: History;
  /** What made it: its filters in order, its seed. */
  label: string;
}

/** Batches remembered: the truth comes up to two updates late. */
const REMEMBERED = 4;

/** What is known of a run: every event goes in here, and what the page shows is read from here. No DOM, no runes. */
export class RunModel {
  readonly config: RunConfig;
  readonly history = new History();
  readonly markers = new Markers();
  engine: { name: EngineName; why: string; parameterCount: number } | undefined;
  failure: Failure | undefined;
  phase: PhaseNow | undefined;
  running = false;
  /** The untrained policy's batch is there, and Train would train. */
  opened = false;
  /** The last update that was done; 0 before the first. */
  finished = 0;
  /** Filters that were learned with, in order. */
  #filters: FilterName[] = [];
  /** Newest last. */
  batches: readonly JudgedBatch[] = [];
  #loading: { what: string; received: number; total: number } | undefined;

  constructor(config: RunConfig) {
    this.config = config;
  }

  /**
   * Takes an event that is about the run itself; `scored` and `checked` answer questions. What comes before `ready` was on its way
   * when the run was started again: it is of the run before.
   */
  apply(event: Exclude<RunEvent, { type: 'scored' | 'checked' }>): void {
    if (!this.engine && !['loading', 'ready', 'failed'].includes(event.type)) return;
    switch (event.type) {
      case 'loading':
        this.#loading = { what: event.what, received: event.received, total: event.total };
        break;
      case 'ready':
        this.engine = { name: event.engine, why: event.why, parameterCount: event.parameterCount };
        break;
      case 'state':
        this.running = event.state === 'running';
        this.opened = true;
        break;
      case 'phase':
        this.phase = { update: event.update, phase: event.phase, minibatch: event.minibatch };
        break;
      case 'batch':
        this.batches = [...this.batches.slice(1 - REMEMBERED), { batch: event.batch }];
        if (event.batch.update > 0 && this.#filters.at(-1) !== event.batch.filter.name)
          this.#filters.push(event.batch.filter.name);
        break;
      case 'experience':
        this.#amend(event.update, {
          experience: { kept: event.kept, kl: event.kl, advantages: event.advantages },
        });
        break;
      case 'updated':
        this.finished = event.update;
        this.history.set(event.update, event.metrics);
        break;
      case 'judged':
        this.#amend(event.update, { testScores: event.testScores, metrics: event.metrics });
        this.history.set(event.update, event.metrics);
        break;
      case 'evaluated':
        this.history.set(event.update, event.metrics);
        break;
      case 'failed':
        this.failure = event;
        this.running = false;
        break;
      default:
        throw new Error(`the page does not know the event ${JSON.stringify(event satisfies never)}`);
    }
  }

  #amend(update: number, part: Partial<JudgedBatch>): void {
    this.batches = this.batches.map((known) =>
      known.batch.update === update ? { ...known, ...part } : known,
    );
  }

  /** This run as one to compare with; undefined if nothing was learned in it. */
  get past(): PastRun | undefined {
    if (this.finished === 0) return undefined;
    return { history: this.history, label: `${this.#filters.join(' → ')}, seed ${this.config.seed}` };
  }

  /** The update that is being worked on, or would be next. */
  get working(): number {
    return this.phase?.update ?? 0;
  }

  /**
   * The batch to draw: the newest; while training, the newest that has been learned from and whose truth is known, so that the
   * figures are not forever waiting and tell of the same update as the status sentence.
   */
  get shown(): JudgedBatch | undefined {
    const newest = this.batches.at(-1);
    if (!this.running) return newest;
    return (
      this.batches.findLast(({ batch, testScores }) => testScores && batch.update <= this.finished) ?? newest
    );
  }

  /** The newest batch whose truth is known, of those up to the one that is drawn. */
  get judged(): JudgedBatch | undefined {
    const drawn = this.shown?.batch.update ?? 0;
    return this.batches.findLast(({ batch, testScores }) => testScores && batch.update <= drawn);
  }

  get status(): Status {
    if (this.failure) return { kind: 'failed', stage: this.failure.stage };
    if (!this.engine) return this.#loading ? { kind: 'loading', ...this.#loading } : { kind: 'starting' };
    const { phase, working: update, running } = this;
    if (!this.opened) return { kind: 'opening', phase: phase?.phase };
    const newest = this.batches.at(-1);
    if (!running && update === 0 && newest) return { kind: 'ready', first: this.#summary(newest) };
    if (running) {
      const last = this.batches.findLast(
        ({ batch, testScores }) => testScores && batch.update > 0 && batch.update <= this.finished,
      );
      return { kind: 'running', update, phase: phase?.phase, last: last && this.#summary(last) };
    }
    const done = phase?.phase === 'prompts' || this.finished >= update;
    const last = this.batches.find(({ batch }) => batch.update === this.finished);
    return {
      kind: 'paused',
      update: done ? this.finished : update,
      phase: phase?.phase,
      finished: done,
      last: last && this.#summary(last),
    };
  }

  #summary({ batch, testScores }: JudgedBatch): UpdateSummary {
    return {
      update: batch.update,
      programs: batch.programs.length,
      passed: testScores && passCount(testScores),
      filter: batch.filter.name,
      kept: batch.kept.length,
      kl: this.history.at('policy/kl_kept', batch.update),
    };
  }
}

/** How many pass every test. */
export function passCount(testScores: Float32Array): number {
  return testScores.reduce((passed, score) => (score === 1 ? passed + 1 : passed), 0);
}
