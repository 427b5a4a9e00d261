import { Judge } from '../judge/host/judge.ts';
import { serveJudge } from '../judge/host/port.ts';
import type { FilterConfig, Knobs, RunConfig } from '../protocol/config.ts';
import { ended } from '../protocol/failure.ts';
import type { TrainingState } from '../protocol/state.ts';
import { taskById } from '../tasks/tasks.ts';
import { addressOf, configFromAddress, withCodes } from './address.ts';
import { OwnCodes } from './own/own-codes.ts';
import { news } from './news.svelte.ts';
import type { View } from './route.svelte.ts';
import { ask } from './run/ask.ts';
import { AskedRun } from './run/asked.ts';
import { benchWith } from './run/edited.ts';
import { LiveRun, restore, type EarlierRun } from './run/live-run.ts';
import { loadRecording } from './run/load-recording.ts';
import { Playback } from './run/playback.ts';
import { Player } from './run/player.ts';
import { Keeper } from './run/keeper.ts';
import { recalledRules, rememberedRules, StopWatch, type StopRules } from './run/stop-rules.ts';
import { workersWith } from './run/threads.ts';
import { Runs } from './runs/runs.svelte.ts';
import type { SavedRun } from './runs/store.ts';
import type { Status } from './status.ts';
import { slicer } from './turns.ts';

/** Milliseconds between two drawings: at most ten a second. */
const FRAME = 100;
/** Milliseconds a knob must stand still before it is sent. */
const SETTLE = 120;

/** The run that is open, and the page's only way to change it. */
export class Run extends AskedRun {
  /** When the run is to pause by itself. */
  stopRules = $state.raw(recalledRules());
  /** Sentences about what happened that a visitor should know; `addressNotices` are those about the page's address. */
  notices = $state.raw<readonly string[]>([]);
  addressNotices: readonly string[] = [];
  /** The run before, if it learned anything. */
  past = $state.raw<EarlierRun>();
  #id = $state.raw<string>();
  /** Runs to compare with: the one before, and those that the visitor chose; no run twice. */
  readonly ghosts = $derived.by(() => {
    const all = [...(this.past ? [this.past] : []), ...this.runs.compared].reverse();
    return all
      .filter(({ id }, at) => id !== this.#id && all.findIndex((run) => run.id === id) === at)
      .reverse();
  });

  /** One for all runs, those of other views too. */
  protected readonly judges = new Judge();
  readonly openThreads = workersWith(this.judges);
  /** Answers on a port with the verdicts of this judge, until what it returns is called. */
  readonly serveJudge = (port: MessagePort) => serveJudge(port, this.judges, taskById);
  readonly #stops = new StopWatch();
  /** What the visitor writes. */
  readonly own = new OwnCodes({
    ...benchWith(this.judges),
    policyFacts: async (batch) => {
      if (this.#player || this.#look) throw new Error('The policy that wrote them is not here.');
      const { temperature } = this.knobs;
      return ask(this.#live?.client, { type: 'policy-facts', batch, temperature }, 'policy-facts');
    },
  });
  readonly #keeper = new Keeper({
    onNotice: (notice) => this.#tell(notice),
    onKept: () => void this.runs.refresh().catch(() => undefined),
  });
  #live: LiveRun | undefined;
  /** A recorded run, shown in Play until the visitor turns to the live one. */
  #player: Player | undefined;
  /** The live run as it was after an update, shown until the visitor turns back to now. */
  #look: Playback | undefined;
  /** How often another update was asked for. */
  #looks = 0;
  /** Nothing is shown but the live run, which is kept. */
  #isLive = false;
  #told = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #isDrawingDue = false;
  #view: View = 'play';

  readonly runs = new Runs({
    openId: () => this.#id,
    keepNow: () => this.#keeper.keepNow(true),
    open: async (kept, then) => {
      await this.#resume(kept);
      if (then === 'train' && !this.own.isHeld) this.play();
    },
    openBranch: async (begun, checkpoints) => {
      await this.#restore(begun, checkpoints ?? []);
      const { update, name } = begun.branch;
      const parent = name === undefined ? /* @wc-include */ 'another' : `“${name}”`;
      const stays = checkpoints ? ' That one stays in Runs.' : '';
      this.#tell(`A new run, which goes on from update ${update} of ${parent}.${stays}`);
    },
  });

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => this.#draw());
    addEventListener('pagehide', () => this.#keeper.keepNow(true));
    void this.#begin();
  }

  protected get wantedFilter(): FilterConfig {
    return this.own.filter.wanted(this.knobs.filter);
  }

  protected get isPlayOpen(): boolean {
    return this.#view === 'play';
  }

  /** How the live run began; what is drawn may still be the one before. */
  get #begun(): RunConfig {
    return this.#live?.model.config ?? this.config;
  }

  play(until: StopRules = this.stopRules): void {
    this.#goOn();
    if (this.#live) this.#stops.play(this.#live, until);
  }

  pause(): void {
    this.#live?.client.pause();
  }

  /** Holds from now on, also for a run that trains. */
  setStopRules(wanted: StopRules): void {
    this.stopRules = rememberedRules(wanted);
    if (this.#live?.model.running) this.#stops.play(this.#live, wanted);
  }

  step(unit: 'phase' | 'update'): void {
    this.#goOn();
    this.#live?.client.step(unit);
  }

  /** Shown at once; sent when it has stood still for a moment. */
  setKnobs(knobs: Knobs): void {
    this.#turnToLive();
    this.own.follow(this.knobs, knobs);
    this.knobs = knobs;
    if (this.#live && !this.own.isHeld) this.#live.codeIsRead(knobs);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#flushKnobs(), SETTLE);
  }

  /** Shows what waits, or the recording, as it was after an update; the last one of what waits, and any after it, is now. */
  async look(update: number): Promise<void> {
    const [live, asked] = [this.#live, ++this.#looks];
    this.#player?.pause();
    const playback = this.#player?.playback ?? this.#look;
    if (!live || live.model.running) return;
    if (!this.#player && update >= live.model.finished) this.#look = undefined;
    else {
      const found = playback ?? new Playback(live.record, await this.runs.checkpointsOf(live.id));
      try {
        const isThere = await found.seek(update, slicer(), () => asked === this.#looks);
        if (!isThere || asked !== this.#looks) return;
      } catch {
        // A recording whose middle cannot be read; of the live run's own record every event was written here.
        return this.#turnToLive();
      }
      if (!this.#player) this.#look = found;
    }
    this.#draw();
  }

  /** A new run from the checkpoint that is nearest before the update that is looked at. */
  async branch(): Promise<void> {
    const { status } = this;
    const saved = this.#live?.saved(Date.now());
    if (!saved || status.kind !== 'looking' || status.branchFrom === undefined) return;
    try {
      await this.runs.branchOff(saved, status.branchFrom);
    } catch (error) {
      this.#tell(ended((error as Error).message));
    }
  }

  /** Pauses the recording, goes on with it, or shows it again. */
  playRecording(): void {
    this.#looks++;
    this.#player?.toggle();
    this.#draw();
  }

  /** From the start with the same seed: with the knobs that the run began with, whose code nobody may have read, or as they are now. */
  again(how: 'as-it-was' | 'with-these-settings'): void {
    if (how === 'as-it-was') this.#restart(this.#begun, this.#live?.isUnread);
    else this.beginAs({});
  }

  /** From the start, with other settings. */
  beginAs(part: Partial<RunConfig>): void {
    this.#restart({ ...this.#begun, knobs: this.knobs, ...part });
  }

  /** Once more from where it was: what it lacked may be here now. */
  async reopen(): Promise<void> {
    const kept = this.#live?.saved(Date.now());
    if (kept) await this.#tryToResume(kept);
    else this.again('with-these-settings');
  }

  newSeed(): void {
    this.beginAs({ seed: this.#begun.seed + 1 });
  }

  /** Says which view is open: what Play alone shows is not copied while it is not seen. Back may have brought an older address. */
  drawFor(view: View): void {
    this.#view = view;
    this.#writeAddress();
    this.#draw();
  }

  dismiss(notice: string): void {
    this.notices = this.notices.filter((other) => other !== notice);
  }

  protected get client() {
    return this.#live?.client;
  }

  /** Only the models that scored the others can score one more. */
  protected get canScore(): boolean {
    const recorded = this.#player?.playback.model.config.preset;
    const { ready = false, engine } = this.#live?.model ?? {};
    return recorded === undefined || (ready && engine?.preset === recorded);
  }

  protected get isUnread(): boolean {
    return this.#live?.isUnread ?? false;
  }

  /** The run that this tab had before it was left, or a new one as the address says, behind a recording where there is one. */
  async #begin(): Promise<void> {
    const { config, codes, tasks, problems } = configFromAddress(location.search);
    // What the address says besides, such as large type, makes it no other run.
    const asked = addressOf('', config, withCodes(config.knobs, codes), tasks);
    const kept = await this.#keeper.keptRun(asked);
    const isResumed = kept !== undefined && (await this.#tryToResume(kept));
    if (!isResumed) this.#open(config);
    // Somebody else's code is shown, and not run.
    this.own.hold(codes, 'address', this.knobs);
    this.#writeAddress();
    if (isResumed) return;
    (this.addressNotices = problems).forEach((problem) => this.#tell(problem));
    const playback = await loadRecording(config);
    if (this.#isLive) return;
    // What is here by itself comes first.
    if (!playback || this.#live?.model.ready) return this.#turnToLive();
    this.#player = new Player(playback, {
      isDue: () => this.isPlayOpen && !document.hidden && !this.isBusy,
      onChange: () => this.#draw(),
      onBroken: () => this.#turnToLive(),
    });
    this.#draw();
  }

  /** From here on there is no recording, and the live run is one to keep. */
  #turnToLive(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#player?.close();
    this.#player = undefined;
    if (this.#live) this.#keeper.watch(this.#live);
    this.#draw();
  }

  #goOn(): void {
    this.#turnToLive();
    this.#looks++;
    this.#look = undefined;
    this.#draw();
    this.#flushKnobs();
  }

  async #tryToResume(kept: SavedRun): Promise<boolean> {
    try {
      await this.#resume(kept);
      return true;
    } catch (error) {
      this.#tell(`${(error as Error).message} This is a new run.`);
      return false;
    }
  }

  /** Shows a run that was kept, at its end. Rejects where it cannot be read. */
  async #resume(kept: SavedRun): Promise<void> {
    await this.#restore(kept);
    const goesOn = this.#live?.isHeld
      ? 'The code that came with it has not run: without it, Train goes on as is set now.'
      : 'Train goes on.';
    this.#tell(`This is the run as you left it, at the end of update ${kept.state.update}. ${goesOn}`);
  }

  /** @param checkpoints of a run that is not kept yet */
  async #restore(saved: SavedRun, checkpoints?: readonly TrainingState[]): Promise<void> {
    const live = new LiveRun(await restore(saved), this.openThreads, () => this.#changed());
    this.notices = [];
    this.#turnToLive();
    this.#watch(live, checkpoints === undefined, checkpoints);
  }

  /** What was said of the run before is not true of this one. */
  #restart(config: RunConfig, isUnread?: boolean): void {
    this.notices = [];
    this.#turnToLive();
    void this.#keeper.leave();
    this.#open({ ...config, evalFrom: undefined }, isUnread);
  }

  #open(config: RunConfig, isUnread = false): void {
    const begin = { id: crypto.randomUUID(), config, knobs: config.knobs, isUnread };
    this.#watch(new LiveRun(begin, this.openThreads, () => this.#changed()));
  }

  #watch(live: LiveRun, isKept = false, checkpoints?: readonly TrainingState[]): void {
    clearTimeout(this.#settling);
    const past = this.#live?.past;
    if (past && past.id !== live.id) this.past = past;
    this.#live?.client.close();
    this.#live = live;
    this.#id = live.id;
    this.follow.end();
    this.#looks++;
    this.#look = undefined;
    this.#told = 0;
    this.own.follow(this.knobs, live.knobs);
    this.knobs = live.knobs;
    this.own.hold(live.held, 'file', live.knobs);
    if (this.#isLive) this.#keeper.watch(live, isKept, checkpoints);
    this.#writeAddress();
    this.#draw();
  }

  #tell(notice: string): void {
    if (!this.notices.includes(notice)) this.notices = [...this.notices, notice];
  }

  #flushKnobs(): void {
    clearTimeout(this.#settling);
    if (!this.#live || this.knobs === this.#live.knobs) return;
    this.#live.setKnobs(this.knobs);
    this.#writeAddress();
  }

  #writeAddress(): void {
    if (!this.#live) return;
    const { config } = this.#live.model;
    const knobs = withCodes(this.knobs, this.own.held);
    const search = addressOf(location.search, config, knobs);
    if (search !== location.search)
      history.replaceState(history.state, '', (search || location.pathname) + location.hash);
    this.#keeper.moveTo(addressOf('', config, knobs));
  }

  #changed(): void {
    this.#keeper.heed();
    const why = this.#live && this.#stops.heed(this.#live);
    if (why !== undefined) this.#tell(why);
    if (why !== undefined) news.tell('play', why);
    if (this.#isDrawingDue) return;
    this.#isDrawingDue = true;
    setTimeout(() => {
      this.#isDrawingDue = false;
      this.#draw();
    }, FRAME);
  }

  #draw(): void {
    const live = this.#live;
    if (!live) return;
    const { engine, failure, config } = live.model;
    // What went wrong with the live run is said where that run is seen.
    if (failure) this.#turnToLive();
    // What fell back, or goes on by itself, is seen.
    if (live.model.running || (this.#look && this.#look.update >= live.model.finished))
      this.#look = undefined;
    const player = this.isPlayOpen ? this.#player : undefined;
    const look = this.isPlayOpen ? this.#look : undefined;
    const own = live.model.status(live.loading);
    const status =
      player?.playback.status(player.isPlaying, own) ?? look?.lookedAt(live.model.finished, own) ?? own;
    news.draw(status, this.#view);
    for (const notice of live.notices.slice(this.#told)) this.#tell(notice);
    this.#told = live.notices.length;
    if (document.hidden) return;
    const model = (player?.playback ?? look)?.model ?? live.model;
    const { phase, finished, inForce, changes, shown, newest, evaluation, history } = model;
    const known = { phase, finished, inForce, changes, shown, newest, evaluation, history };
    this.draw({ status, config, engine, failure, ...known });
  }

  protected isStill({ kind }: Status): boolean {
    if (kind === 'recording') return this.#player !== undefined && this.isPlayOpen;
    return kind !== 'looking' || (this.#look !== undefined && this.isPlayOpen);
  }
}
