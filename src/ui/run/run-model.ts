import type { Batch, Evaluation } from '../../protocol/batch.ts';
import type { EngineName, Knobs, RunConfig } from '../../protocol/config.ts';
import type { Failure, RunEvent } from '../../protocol/events.ts';
import type { Loading } from '../../protocol/messages.ts';
import type { Metrics } from '../../protocol/metrics.ts';
import { RunHistory } from '../history.ts';
import type { KnobChange } from '../markers.ts';
import type { PhaseNow, Status, UpdateSummary } from '../status.ts';

/** A batch and what has become known of it since. Replaced, never changed. */
export interface JudgedBatch {
  batch: Batch;
  testScores?: Float32Array;
  metrics?: Metrics;
  /** Of the kept rows, in the order of `kept`. */
  experience?: { kl: Float32Array; advantages: Float32Array };
  /** Its scores are not those that it was trained with: nothing of it was kept or learned from. */
  isRescored?: boolean;
}

/** What was measured after an update. Replaced, never changed. */
export interface Evaluated {
  update: number;
  evaluation: Evaluation;
}

/** Another run, to compare with. */
export interface PastRun {
  history: RunHistory;
  /** What made it, or the name that a visitor gave it. */
  label: string;
}

/** Batches remembered: the truth comes up to two updates late. */
export const REMEMBERED = 4;

/**
 * What is known of a run: every event goes in here, and what the page shows is read from here. It depends on the events alone, so that
 * a record replayed gives the model that the live run had. No DOM, no clock, no runes.
 */
export class RunModel {
  readonly config: RunConfig;
  readonly history = new RunHistory();
  /** As they were last read. */
  inForce: Knobs;
  /** Knobs that were changed while it trained, where they took effect. */
  changes: readonly KnobChange[] = [];
  engine: { name: EngineName; why: string; preset: string; parameterCount: number } | undefined;
  failure: Failure | undefined;
  phase: PhaseNow | undefined;
  running = false;
  /** The untrained policy's batch is there, and Train would train. */
  ready = false;
  /** The last update that was done; 0 before the first. */
  finished = 0;
  /** Newest last. */
  batches: readonly JudgedBatch[] = [];
  /** The newest whose programs are known. */
  evaluation: Evaluated | undefined;

  constructor(config: RunConfig) {
    this.config = config;
    this.inForce = config.knobs;
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'opened':
        this.engine = {
          name: event.engine,
          why: event.why,
          preset: event.preset,
          parameterCount: event.parameterCount,
        };
        break;
      case 'state':
        this.running = event.state === 'running';
        this.ready = true;
        break;
      case 'knobs': {
        const after = { ...this.inForce, ...event.knobs };
        this.changes = [...this.changes, { update: event.update, before: this.inForce, after }];
        this.inForce = after;
        break;
      }
      case 'phase':
        this.phase = { update: event.update, phase: event.phase, minibatch: event.minibatch };
        break;
      case 'batch':
        this.batches = [...this.batches.slice(1 - REMEMBERED), { batch: event.batch }];
        break;
      case 'experience':
        this.#amend(event.update, { experience: { kl: event.kl, advantages: event.advantages } });
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
      case 'evaluation':
        this.evaluation = { update: event.update, evaluation: event.evaluation };
        break;
      case 'failed': {
        const { kind, stage, name, message, stack } = event;
        this.failure = { kind, stage, name, message, stack };
        this.running = false;
        break;
      }
      default:
        throw new TypeError(`the page does not know the event ${JSON.stringify(event satisfies never)}`);
    }
  }

  #amend(update: number, part: Partial<JudgedBatch>): void {
    this.batches = this.batches.map((known) =>
      known.batch.update === update ? { ...known, ...part } : known,
    );
  }

  get newest(): JudgedBatch | undefined {
    return this.batches.at(-1);
  }

  /**
   * The batch to draw: the newest whose truth is known, so that every figure tells of one batch; while training, of those that have
   * been learned from, so that it is the status sentence's. Before any truth is known, the newest.
   */
  get shown(): JudgedBatch | undefined {
    const last = this.running ? this.finished : Infinity;
    const judged = this.batches.findLast(({ batch, testScores }) => testScores && batch.update <= last);
    return judged ?? this.newest;
  }

  /** Of the batch to draw. */
  get told(): UpdateSummary | undefined {
    return this.shown && this.#summary(this.shown);
  }

  /** @param loading files that are on their way */
  status(loading?: Loading): Status {
    if (this.failure) return { kind: 'failed', stage: this.failure.stage };
    if (loading && !this.running) {
      const { what, received, total } = loading;
      return { kind: 'loading', what, received, total };
    }
    if (!this.engine) return { kind: 'starting' };
    const { phase, running, newest } = this;
    const update = phase?.update ?? this.finished;
    if (!this.ready) return { kind: 'opening', phase: phase?.phase };
    if (running) {
      const { shown } = this;
      const last = shown && shown.testScores && shown.batch.update > 0 ? this.#summary(shown) : undefined;
      return { kind: 'running', update, phase: phase?.phase, last };
    }
    if (update === 0 && newest) return { kind: 'ready', first: this.#summary(newest) };
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
      filter: batch.filter,
      kept: batch.kept.length,
      kl: this.history.at('policy/kl_kept', batch.update),
    };
  }
}

/** How many pass every test. */
export function passCount(testScores: Float32Array): number {
  return testScores.reduce((passed, score) => (score === 1 ? passed + 1 : passed), 0);
}
