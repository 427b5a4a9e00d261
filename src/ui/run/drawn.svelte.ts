import { defaultConfig, differences } from '../../ppo/knobs.ts';
import type { FilterConfig, Knobs, RunConfig } from '../../protocol/config.ts';
import { RunHistory } from '../history.ts';
import { knobsAt, markersOf, type KnobChange, type Marker } from '../markers.ts';
import type { Status } from '../status.ts';
import { study } from '../study.ts';
import { ownTurn } from '../turns.ts';
import { warningOf } from './health.ts';
import type { Evaluated, JudgedBatch, RunModel } from './run-model.ts';

/** What a run is at one moment, as far as the page shows it. */
type Drawing = { status: Status } & Pick<
  RunModel,
  | 'config'
  | 'engine'
  | 'failure'
  | 'phase'
  | 'finished'
  | 'inForce'
  | 'changes'
  | 'shown'
  | 'newest'
  | 'evaluation'
  | 'history'
>;

/**
 * What the page shows of the run that is open, copied from it at most ten times a second, and not while the page is hidden (training
 * goes on meanwhile).
 */
export abstract class DrawnRun {
  /** How the run began. */
  config = $state.raw<RunConfig>(defaultConfig);
  /** What the visitor set. */
  knobs = $state.raw<Knobs>(defaultConfig.knobs);
  /** The knobs are others than the run began with. */
  readonly hasChanged = $derived(differences(this.config.knobs, this.knobs).length > 0);

  status = $state.raw<Status>({ kind: 'starting' });
  warning = $state.raw<string>();
  engine = $state.raw<RunModel['engine']>();
  failure = $state.raw<RunModel['failure']>();
  phase = $state.raw<RunModel['phase']>();
  finished = $state.raw(0);
  /** The knobs as the run last read them. */
  inForce = $state.raw<Knobs>(defaultConfig.knobs);
  shown = $state.raw<JudgedBatch>();
  newest = $state.raw<JudgedBatch>();
  evaluation = $state.raw<Evaluated>();
  /** Of the history: charts are drawn again when it has changed. */
  version = $state.raw(0);
  history = $state.raw<RunHistory>(new RunHistory());
  /** Knobs that were changed while it trained. */
  changes = $state.raw<readonly KnobChange[]>([]);
  readonly markers: readonly Marker[] = $derived(markersOf(this.changes));
  /** The knobs as the stages of an update last read them. */
  readonly knobsAt = $derived.by(() => {
    const { config, changes } = this;
    return (update: number) => knobsAt(config.knobs, changes, update);
  });
  /** Prompts per split in the evaluation of an update. */
  readonly evalPromptsAt = $derived.by(() => {
    const { knobsAt } = this;
    return (update: number) => knobsAt(update).evalPrompts;
  });

  /** Something is being drawn. */
  protected isBusy = false;
  /** What is to be drawn once what is being drawn is there. */
  #next: Drawing | undefined;

  /** The filter that a batch is shown under while nothing moves. */
  protected abstract get wantedFilter(): FilterConfig;
  /** What Play alone shows is not copied while it is not seen. */
  protected abstract get isPlayOpen(): boolean;
  /** Whether what has this status is still to be shown: it may have been left while its batch was worked out. */
  protected abstract isStill(status: Status): boolean;

  /** All that is told of a batch appears at once, when what is long of it has been worked out: in turns, so that no task is long. */
  protected draw(next: Drawing): void {
    this.#next = next;
    void this.#drawInTurns();
  }

  async #drawInTurns(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let next = this.#next; next; next = this.#next) {
        this.#next = undefined;
        if (this.isPlayOpen && next.shown && next.shown !== this.shown) await this.#study(next.shown, next);
        if (!this.isStill(next.status)) continue;
        const isNew = this.history !== next.history || this.version !== next.history.version;
        this.#show(next);
        await ownTurn();
        if (!this.isPlayOpen) continue;
        if (isNew) this.warning = warningOf(next.history);
        this.version = next.history.version;
        this.changes = next.changes;
      }
    } finally {
      this.isBusy = false;
    }
  }

  #study(shown: JudgedBatch, { status, config }: Drawing): Promise<void> {
    return study(shown, this.wantedFilter, status.kind !== 'running', config.seed, this.knobs);
  }

  #show(next: Drawing): void {
    this.status = next.status;
    this.config = next.config;
    this.engine = next.engine;
    this.failure = next.failure;
    this.phase = next.phase;
    this.finished = next.finished;
    this.inForce = next.inForce;
    if (!this.isPlayOpen) return;
    this.shown = next.shown;
    this.newest = next.newest;
    this.evaluation = next.evaluation;
    this.history = next.history;
  }
}
