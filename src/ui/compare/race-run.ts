import type { Run } from '../../evidence/results.ts';
import type { RunConfig } from '../../protocol/config.ts';
import { LiveRun } from '../run/live-run.ts';
import type { OpenThreads } from '../run/threads.ts';
import type { SavedRun } from '../runs/store.ts';
import { outcomeOf, predictionsOf } from './outcome.ts';

/** Times that a run may be set back, its threads lost or its numbers not finite, before it is given up. */
const MOST_SETBACKS = 2;

/** A run of a race, as far as it is kept where the page is left. */
export interface RaceRunState {
  arm: number;
  seed: number;
  /** By update: what it took. */
  seconds: number[];
  predictors: Run['predictors'];
  /** As far as it has come, in the form of a suite's results. */
  outcome?: Run;
  isDone?: boolean;
  /** Why it was given up, as sentences. */
  problem?: string;
}

/** One configuration under one seed. It opens when its first turn comes, and trains an update a turn. */
export class RaceRun {
  readonly config: RunConfig;
  readonly state: RaceRunState;
  /** It has its turn. */
  isBusy = false;
  #live: LiveRun | undefined;
  #saved: SavedRun | undefined;
  readonly #updates: number;
  readonly #openThreads: OpenThreads;
  readonly #onTurnOver: () => void;
  #target = 0;
  #begun = 0;
  #setbacks = 0;

  /**
   * @param updates after which it is done
   * @param saved from which it goes on
   * @param onTurnOver called when a turn is over, and when the truth of one that was comes in
   */
  constructor(
    config: RunConfig,
    state: RaceRunState,
    updates: number,
    openThreads: OpenThreads,
    onTurnOver: () => void,
    saved?: SavedRun,
  ) {
    this.config = config;
    this.state = state;
    this.#updates = updates;
    this.#openThreads = openThreads;
    this.#onTurnOver = onTurnOver;
    this.#saved = saved;
  }

  /** The last update that is done. */
  get update(): number {
    const { isDone, outcome } = this.state;
    if (this.#live) return this.#live.model.finished;
    return (isDone ? outcome?.evaluations.at(-1)?.update : this.#saved?.state.update) ?? 0;
  }

  /** It needs no more turns: it is done, given up, or waits for its last truth alone. */
  get isThrough(): boolean {
    const { isDone = false, problem } = this.state;
    return isDone || problem !== undefined || this.update >= this.#updates;
  }

  /** Takes its turn: opens, or trains an update. */
  advance(): void {
    this.isBusy = true;
    this.#begun = performance.now();
    if (!this.#live) {
      const { config } = this;
      const begin = this.#saved ?? { id: crypto.randomUUID(), config, knobs: config.knobs };
      try {
        this.#live = new LiveRun(begin, this.#openThreads, () => this.#changed());
      } catch (error) {
        return this.#giveUp((error as Error).message);
      }
      this.#target = this.#live.model.finished;
      this.#changed();
      return;
    }
    this.#target = this.#live.model.finished + 1;
    this.#live.client.step('update');
  }

  /** What is needed to go on from here, at the end of a run too; undefined before there is a state. */
  saved(): SavedRun | undefined {
    return this.#live?.saved(Date.now()) ?? this.#saved;
  }

  close(): void {
    this.#live?.client.close();
    this.#live = undefined;
    this.isBusy = false;
  }

  #changed(): void {
    const live = this.#live;
    if (!live) return;
    const { model, notices } = live;
    if (model.failure) return this.#giveUp(model.failure.message);
    if (notices.length > this.#setbacks) {
      this.#setbacks = notices.length;
      if (this.#setbacks > MOST_SETBACKS) return this.#giveUp(notices[notices.length - 1]);
      if (this.isBusy && live.state) {
        this.#target = model.finished + 1;
        live.client.step('update');
      }
      return;
    }
    const before = this.state.outcome?.evaluations.length ?? 0;
    this.#look(live);
    const isOver = this.isBusy && model.ready && !model.running && model.finished >= this.#target;
    if (isOver) this.isBusy = false;
    const isNews = (this.state.outcome?.evaluations.length ?? 0) > before;
    // The last truth, and then the state from which it could go on.
    const isDone =
      (this.state.outcome?.evaluations.at(-1)?.update ?? 0) >= this.#updates &&
      (live.state?.update ?? 0) >= this.#updates;
    if (isDone) {
      this.state.isDone = true;
      this.#saved = live.saved(Date.now());
      this.close();
    }
    if (isOver || isNews || isDone) this.#onTurnOver();
  }

  /** Takes down what has become known. */
  #look({ model }: LiveRun): void {
    const { state, config } = this;
    if (this.isBusy && model.finished > 0 && model.finished === this.#target)
      state.seconds[model.finished] ??= (performance.now() - this.#begun) / 1000;
    const first = model.batches.find(({ batch }) => batch.update === 0);
    if (state.predictors.length === 0 && first?.testScores)
      state.predictors = [predictionsOf({ ...first, testScores: first.testScores }, config.knobs.whitening)];
    const known = model.history.known('eval/pass@1_held_out').length;
    if (known !== (state.outcome?.evaluations.length ?? 0))
      state.outcome = outcomeOf(
        { arm: String(state.arm), seed: state.seed },
        model.history,
        state.seconds,
        state.predictors,
      );
  }

  #giveUp(why: string): void {
    this.state.problem = why;
    this.close();
    this.#onTurnOver();
  }
}
