import type { Axis } from '../../evidence/outcome.ts';
import type { Results } from '../../evidence/results.ts';
import type { RunConfig } from '../../protocol/config.ts';
import { counted } from '../format.ts';
import { news } from '../news.svelte.ts';
import type { OpenThreads } from '../run/threads.ts';
import { claimRace, keepRace, loadRace, forgetRuns } from './kept-race.ts';
import { labelsOf } from './labels.ts';
import type { LinkedSetup } from './link.ts';
import { RaceRun, type RaceRunState } from './race-run.ts';
import { factsOfSaved } from '../runs/facts.ts';
import { begunAt, type Start, type StartState } from '../runs/start.ts';
import { listRuns, saveRun, type SavedRun } from '../runs/store.ts';
import { beginsAt, EVAL_EVERY, fitted, MOST_ARMS, MOST_SEEDS, setupFrom, type RaceSetup } from './setup.ts';

/** Keeps a run among those of Play, unless it is there: it may have gone on there. How many had to go for it. */
async function keptOnce(saved: SavedRun): Promise<number> {
  const isThere = (await listRuns()).some(({ id }) => id === saved.id);
  return isThere ? 0 : (await saveRun(saved, factsOfSaved(saved))).length;
}

/** Milliseconds between two drawings. */
const FRAME = 200;

const GONE = 'The saved update that all began with is not here any more.';

/** Runs that train at the same time: each keeps a thread busy, and the page and the judge need some. */
const lanes = () => Math.max(1, Math.min(MOST_ARMS, Math.floor((navigator.hardwareConcurrency || 2) / 2)));

/** `setup` where nothing has begun and what is compared can be changed; `over` where every run is done or given up. */
export type RacePhase = 'setup' | 'running' | 'paused' | 'over';

/**
 * A few configurations, each trained under the same seeds. Seed after seed, the runs of a seed take turns of an update each, so that none
 * is ahead by the machine's mood; as many at a time as the machine has threads for. It goes on whichever view is open, and is kept
 * where the page is left. One a page.
 */
export class Race {
  setup = $state.raw<RaceSetup>() as RaceSetup;
  phase = $state<RacePhase>('setup');
  /** Grows whenever a run has moved. */
  version = $state(0);
  /** What a link asks for while something else goes on here. */
  offered = $state.raw<LinkedSetup>();
  /** A sentence about what a visitor should know. */
  notice = $state<string>();
  runs: readonly RaceRun[] = [];
  readonly #openThreads: OpenThreads;
  #isDue = false;
  #isKept: Promise<boolean>;
  #keeping: Promise<void> = Promise.resolve();
  /** Along which what is shown is compared. */
  axis = $state<Axis>('drawn');
  /** What all begin with, where that is a saved update. */
  #start: StartState | undefined;
  #isStartNew = false;
  /** Runs whose state is to be kept anew. */
  readonly #moved = new Set<RaceRun>();

  constructor(openThreads: OpenThreads, begin: RaceSetup) {
    this.#openThreads = openThreads;
    this.setup = begin;
    this.#isKept = this.#restore();
  }

  get labels(): readonly string[] {
    return labelsOf(this.setup.arms);
  }

  /** The runs so far, as an experiment suite has them; undefined before the first evaluation. Every arm is an arm of one source. */
  get results(): Results | undefined {
    const outcomes = this.runs.flatMap(({ state }) => (state.outcome ? [state.outcome] : []));
    if (outcomes.length === 0) return undefined;
    const { labels } = this;
    const arms = this.setup.arms.map(({ knobs }, arm) => ({
      id: String(arm),
      source: 'here',
      filter: labels[arm],
      klCoef: knobs.klCoef,
      learningRate: knobs.learningRate,
      knobs: { ...knobs },
    }));
    const { start } = this.setup;
    const from = start && ` from update ${start.branch.update} of ${start.branch.name ?? start.branch.label}`;
    return { suite: `compare${from ?? ''}`, command: '', arms, runs: outcomes };
  }

  /** Code of a link that nobody has said may run: it is to be read, or left out, before anything trains. */
  get isHeld(): boolean {
    return this.setup.arms.some(({ held }) => held !== undefined);
  }

  change(part: Partial<RaceSetup>): void {
    if (this.phase !== 'setup') return;
    this.setup = fitted({ ...this.setup, ...part });
    this.#keep();
  }

  /** All begin there, or, without it, with the untrained policy. The seeds begin with that of the run. */
  beginWith(start: Start | undefined): void {
    if (this.phase !== 'setup') return;
    this.#start = start?.state;
    this.#isStartNew = true;
    this.notice = undefined;
    const { seeds } = this.setup;
    const seed = start?.facts.config.seed;
    this.change({
      start: start?.facts,
      ...(seed !== undefined && { seeds: seeds.map((_, i) => seed + i) }),
    });
  }

  /** Begins at a saved update with what that run was set to, and without a filter. Rejects as `find` does; what has begun stays. */
  async offerStart(find: () => Promise<Start>): Promise<void> {
    await this.#isKept;
    if (this.phase !== 'setup')
      throw new Error(
        'This comparison has begun: one from a saved update can be set up once it is given up with “Another comparison”.',
      );
    const start = await find();
    this.beginWith(start);
    const { config } = start.facts;
    this.change({ ...setupFrom(config, config.knobs), seeds: this.setup.seeds, updates: this.setup.updates });
  }

  /** Such a run as it begins, where all begin at a saved update. Throws where that is not here any more. */
  begun(config: RunConfig): StartState {
    if (!this.#start) throw new Error(GONE);
    return begunAt(this.#start, config);
  }

  /** Takes what a link asks for, at once or, where something has begun here, once that is given up. */
  async offer({ setup, problems }: LinkedSetup): Promise<void> {
    await this.#isKept;
    this.offered = undefined;
    if (this.phase !== 'setup') {
      this.offered = { setup, problems };
      return;
    }
    this.beginWith(undefined);
    this.change(setup);
    this.notice = ['These settings came with the link.', ...problems].join(' ');
  }

  /** Begins, or goes on. */
  start(): void {
    if (this.phase === 'setup') {
      if (this.isHeld) return;
      this.notice = undefined;
      this.runs = this.setup.seeds.flatMap((seed) => this.#runsOf(seed));
    }
    this.#enter('running');
    this.#turn();
    this.#draw();
  }

  /** Those that have their turn end their update. */
  pause(): void {
    this.#enter('paused');
    this.#keep();
  }

  /** One more seed, the same for all. */
  addSeed(): void {
    const { seeds } = this.setup;
    if (seeds.length >= MOST_SEEDS || this.phase === 'setup') return;
    const seed = Math.max(...seeds) + 1;
    this.setup = { ...this.setup, seeds: [...seeds, seed] };
    this.runs = [...this.runs, ...this.#runsOf(seed)];
    this.start();
  }

  /** Keeps the runs that are done among those of Play, and says what came of it. */
  async keepRuns(): Promise<string> {
    const done = this.runs.flatMap((run) => (run.state.isDone ? (run.saved() ?? []) : []));
    let gone = 0;
    for (const saved of done) gone += await keptOnce(saved);
    const room =
      gone > 0 ? ` There was no room for all: ${counted(gone, ['run', 'runs'])} had to go, the oldest.` : '';
    return `${counted(done.length, ['run', 'runs'])} ${done.length === 1 ? /* @wc-include */ 'is' : /* @wc-include */ 'are'} in Runs, which is in Play.${room}`;
  }

  /**
   * Keeps a run among those of Play as it is now, where it is done or waits, and says under which id. One that goes on here is kept as a copy.
   * Rejects, with a sentence, where it trains.
   */
  async keepRun(arm: number, seed: number): Promise<string> {
    const run = this.runs.find(({ state }) => state.arm === arm && state.seed === seed);
    const isDone = run?.state.isDone === true;
    if (!isDone && (this.phase === 'running' || run?.isBusy))
      throw new Error(
        'This run is being trained: it can be looked at once it is done, or the comparison pauses.',
      );
    const saved = run?.saved();
    if (!saved) throw new Error('Nothing is kept of this run.');
    const kept = isDone ? saved : { ...saved, id: `${saved.id}-${saved.state.update}` };
    await keptOnce(kept);
    return kept.id;
  }

  /** Ends it, to change what is compared. What it came to is gone. */
  anew(): void {
    for (const run of this.runs) run.close();
    this.runs = [];
    this.#moved.clear();
    this.phase = 'setup';
    this.notice = undefined;
    this.version++;
    this.#keep();
    if (this.offered) void this.offer(this.offered);
  }

  /** A phase is drawn with the numbers that it is told of with: those of a moment ago would be of another phase. */
  #enter(phase: RacePhase): void {
    this.phase = phase;
    this.version++;
  }

  /** New ones: nothing that is kept under their names is theirs. */
  #runsOf(seed: number): RaceRun[] {
    const runs = this.setup.arms.map((_, arm) => this.#runOf({ arm, seed, seconds: [], predictors: [] }));
    for (const run of runs) this.#moved.add(run);
    return runs;
  }

  #runOf(state: RaceRunState, saved?: ConstructorParameters<typeof RaceRun>[5]): RaceRun {
    const config = { ...this.setup.arms[state.arm], seed: state.seed };
    const run: RaceRun = new RaceRun(
      config,
      state,
      this.setup.updates,
      this.#openThreads,
      () => this.#turnOver(run),
      saved,
      { update: beginsAt(this.setup), state: this.#start },
    );
    return run;
  }

  #turnOver(run: RaceRun): void {
    const { isDone = false, problem } = run.state;
    if (isDone || problem !== undefined || run.update % EVAL_EVERY === 0) this.#moved.add(run);
    this.#turn();
    if (this.#moved.has(run)) this.#keep();
    this.#draw();
    // What is said to be over is kept, so that it is over after a reload as well.
    void this.#keeping.then(() => this.#endWithTheLast());
  }

  #endWithTheLast(): void {
    const states = this.runs.map((one) => one.state);
    if (
      !['running', 'paused'].includes(this.phase) ||
      !states.every(({ isDone, problem }) => isDone === true || problem !== undefined)
    )
      return;
    this.#enter('over');
    const isWhole = states.every(({ isDone }) => isDone);
    news.tell('compare', isWhole ? 'All runs are done.' : 'It is over: not all runs came to their end.');
  }

  /** Whoever is furthest behind, of the first seed that has somebody to wait for. */
  #turn(): void {
    while (this.phase === 'running' && this.runs.filter(({ isBusy }) => isBusy).length < lanes()) {
      const waiting = this.runs.filter((run) => !run.isBusy && !run.isThrough);
      if (waiting.length === 0) return;
      const { seed } = waiting[0].state;
      const least = waiting
        .filter(({ state }) => state.seed === seed)
        .reduce((a, b) => (b.update < a.update ? b : a));
      least.advance();
    }
  }

  #draw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      this.version++;
    }, FRAME);
  }

  /** What was left, if there is such, at rest. Resolves to whether this tab may keep a race. */
  async #restore(): Promise<boolean> {
    try {
      if (!(await claimRace())) {
        this.notice = 'Another tab of this page has a comparison: this one is not kept where you leave it.';
        return false;
      }
      const left = await loadRace();
      if (!left || this.phase !== 'setup') return true;
      this.setup = left.race.setup;
      this.#start = left.start;
      if (this.setup.start && !this.#start && left.race.runs.length === 0) {
        this.beginWith(undefined);
        this.notice =
          'The saved update that these settings began with is not here any more: they begin with the untrained policy.';
        return true;
      }
      if (left.race.runs.length === 0) {
        this.notice = 'These settings are as you left them.';
        return true;
      }
      this.runs = left.race.runs.map((state) => this.#runOf(state, left.savedOf(state)));
      const isOver = left.race.runs.every(({ isDone, problem }) => isDone === true || problem !== undefined);
      this.#enter(isOver ? 'over' : 'paused');
      if (!isOver) this.notice = 'This is the comparison as you left it. It goes on where it was.';
      this.#draw();
      return true;
    } catch (error) {
      this.#tell(error);
      return false;
    }
  }

  /** After the keeping before, so that what is newer stays. */
  #keep(): void {
    this.#keeping = this.#keeping
      .then(async () => {
        if (!(await this.#isKept)) return;
        if (this.phase === 'setup') await forgetRuns();
        const moved = [...this.#moved];
        this.#moved.clear();
        const start = this.#isStartNew ? { now: this.#start } : undefined;
        this.#isStartNew = false;
        const saved = moved.map((run) => ({ run: run.state, state: run.saved() }));
        await keepRace({ setup: this.setup, runs: this.runs.map(({ state }) => state) }, saved, start);
      })
      .catch((error: unknown) => this.#tell(error));
  }

  #tell(error: unknown): void {
    const why = error instanceof Error ? error.message || error.name : String(error);
    this.notice = `This browser does not keep the comparison: leaving the page loses it. The reason: ${why}`;
  }
}

let race: Race | undefined;

/** The page's race; the first time it is asked for it begins with such settings. */
export function raceOf(openThreads: OpenThreads, begin: () => RaceSetup): Race {
  race ??= new Race(openThreads, begin());
  return race;
}
