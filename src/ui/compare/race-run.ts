import type { Run } from '../../evidence/results.ts';
import type { RunConfig } from '../../protocol/config.ts';
import { LiveRun } from '../run/live-run.ts';
import type { OpenThreads } from '../run/threads.ts';
import { begunAt, type StartState } from '../runs/start.ts';
import type { SavedRun } from '../runs/store.ts';
import { outcomeOf, predictionsOf } from './outcome.ts';

/** Times that a run may be set back, its threads lost or its numbers not finite, before it is given up. */
const MOST_SETBACKS = 2;

/** A run of a race, as far as it is kept where the page is left. */
export interface RaceRunState {
  arm: number;
  seed: number;
  /** By update, counted from where it began: what it took. */
  seconds: number[];
  predictors: Run['predictors'];
  /** As far as it has come, in the form of a suite's results. */
  outcome?: Run;
  isDone?: boolean;
  /** Why it was given up, as sentences. */
  problem?: string;
}

/** Where a run begins: after which update of another, and how that then was, unless it is no longer here. */
export interface Beginning {
  update: number;
  state: StartState | undefined;
}
const untrained: Beginning = { update: 0, state: undefined };

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
  readonly #start: Beginning;
  #target = 0;
  #since = 0;
  #setbacks = 0;

  /**
   * @param updates after which it is done, beyond where it begins
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
    start = untrained,
  ) {
    this.config = config;
    this.state = state;
    this.#updates = updates;
    this.#openThreads = openThreads;
    this.#onTurnOver = onTurnOver;
    this.#saved = saved;
    this.#start = start;
  }

  /** The last update that is done. */
  get update(): number {
    const { isDone, outcome } = this.state;
    const from = this.#start.update;
    if (this.#live) return this.#live.model.finished - from;
    if (isDone) return outcome?.evaluations.at(-1)?.update ?? 0;
    return this.#saved ? this.#saved.state.update - from : 0;
  }

  /** It needs no more turns: it is done, given up, or waits for its last truth alone. */
  get isThrough(): boolean {
    const { isDone = false, problem } = this.state;
    return isDone || problem !== undefined || this.update >= this.#updates;
  }

  /** Takes its turn: opens, or trains an update. */
  advance(): void {
    this.isBusy = true;
    this.#since = performance.now();
    if (!this.#live) {
      try {
        this.#live = new LiveRun(this.#saved ?? this.#begun(), this.#openThreads, () => this.#changed());
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

  #begun() {
    const { config } = this;
    const { update, state } = this.#start;
    if (state) return begunAt(state, config);
    if (update > 0) throw new Error('The saved update that it begins with is not here any more.');
    return { id: crypto.randomUUID(), config, knobs: config.knobs };
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
    // One that begins at a saved update seems to be there at once, and has to be measured first.
    const isMeasured = this.#start.update === 0 || this.state.outcome !== undefined;
    const isOver =
      this.isBusy && isMeasured && model.ready && !model.running && model.finished >= this.#target;
    if (isOver) this.isBusy = false;
    const isNews = (this.state.outcome?.evaluations.length ?? 0) > before;
    // The last truth, and then the state from which it could go on.
    const isDone =
      (this.state.outcome?.evaluations.at(-1)?.update ?? 0) >= this.#updates &&
      (live.state?.update ?? 0) - this.#start.update >= this.#updates;
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
    const from = this.#start.update;
    const { finished, history, batches } = model;
    if (this.isBusy && finished > from && finished === this.#target)
      state.seconds[finished - from] ??= (performance.now() - this.#since) / 1000;
    // The first batch of the policy that all begin with.
    const first = batches.find(({ batch }) => batch.update === (from > 0 ? from + 1 : 0));
    const isTold = state.predictors.length === 0 && first?.testScores !== undefined;
    if (isTold)
      state.predictors = [predictionsOf({ ...first, testScores: first.testScores! }, config.knobs.whitening)];
    const known = history.known('eval/pass@1_held_out').filter(({ update }) => update >= from).length;
    if (isTold || known !== (state.outcome?.evaluations.length ?? 0))
      state.outcome = outcomeOf(
        { arm: String(state.arm), seed: state.seed },
        history,
        state.seconds,
        state.predictors,
        from,
      );
  }

  #giveUp(why: string): void {
    this.state.problem = why;
    this.close();
    this.#onTurnOver();
  }
}
