import { isLight } from '../../protocol/events.ts';
import { ended } from '../../protocol/failure.ts';
import type { RunConfig } from '../../protocol/config.ts';
import type { TrainingState } from '../../protocol/state.ts';
import { branchOf, type Branch } from '../../record/run-file.ts';
import type { TokensOf } from '../../record/exports.ts';
import { RunRecord } from '../../record/run-record.ts';
import type { RunLog } from '../../record/run-log.ts';
import { apartFromCode, type Linked } from '../address.ts';
import { inTime, reasonOf } from '../run/keeper.ts';
import { RunModel, type PastRun } from '../run/run-model.ts';
import { ownTurn, slicer } from '../turns.ts';
import { factsOfSaved } from './facts.ts';
import type { Form } from './files.ts';
import { startOf, type Start, type StartState } from './start.ts';
import { linkOf } from './link.ts';
import { claimRun, heldRuns, releaseRun } from './locks.ts';
import { nameOf } from './order.ts';
import {
  deleteRun,
  listCheckpoints,
  listRuns,
  loadCheckpoints,
  loadRun,
  markRun,
  putBack,
  saveRun,
  type DeletedRun,
  type KeptRun,
  type SavedRun,
} from './store.ts';

/** Runs that can be drawn beside the one that is open. */
export const MOST_COMPARED = 3;

/** A kept run to compare with. */
export type ComparedRun = PastRun & { id: string };

interface Page {
  /** Of the run that is open. */
  openId(): string | undefined;
  /** Keeps the open run as it is. */
  keepNow(): void;
  /** Shows a run at its end, at rest or training. Rejects, with a sentence, where it cannot be read; then nothing has changed. */
  open(run: SavedRun, then: 'rest' | 'train'): Promise<void>;
  /** Shows a run that branches off another, and keeps it; with checkpoints, where the other one is here and stays as it is. Rejects as `open` does. */
  openBranch(run: SavedRun & { branch: Branch }, checkpoints?: readonly TrainingState[]): Promise<void>;
}

/** The runs that this browser keeps, as a visitor sees them and changes them. What cannot be done is said in `said`. */
export class Runs {
  kept = $state.raw<readonly KeptRun[]>([]);
  /** Open in other tabs. */
  elsewhere = $state.raw<ReadonlySet<string>>(new Set());
  isShown = $state(false);
  /** What came of what was done last, in a sentence. */
  said = $state.raw<string>();
  deleted = $state.raw<readonly DeletedRun[]>([]);
  /** Drawn in the time charts. */
  compared = $state.raw<readonly ComparedRun[]>([]);
  /** A log that is looked at. */
  log = $state.raw<{ name: string; log: RunLog }>();
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    void this.refresh().catch(() => undefined);
  }

  /** Of the run that is open. */
  get openId(): string | undefined {
    return this.#page.openId();
  }

  /** Another one can be drawn. */
  get canCompare(): boolean {
    return this.compared.length < MOST_COMPARED;
  }

  /** What was deleted can be put back until the list is shown again. */
  async show(): Promise<void> {
    this.#page.keepNow();
    if (!this.isShown) [this.said, this.deleted] = [undefined, []];
    this.isShown = true;
    await this.#doing(async () => undefined);
  }

  hide(): void {
    this.isShown = false;
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    const [all, { elsewhere }] = await inTime(Promise.all([listRuns(), heldRuns()]));
    // One that learned nothing yet is kept for its own tab alone.
    const kept = all.filter(({ updates }) => updates > 0);
    this.elsewhere = elsewhere;
    this.kept = kept;
    const compared = this.compared.flatMap((run) => {
      const found = kept.find(({ id }) => id === run.id);
      if (!found) return [];
      const label = nameOf(found);
      return [label === run.label ? run : { ...run, label }];
    });
    // The same ones again would have the charts look at all their runs anew.
    const isSame =
      compared.length === this.compared.length && compared.every((run, i) => run === this.compared[i]);
    if (!isSame) this.compared = compared;
  }

  rename(run: KeptRun, name: string): Promise<void> {
    return this.#doing(() => markRun(run.id, { name: name.trim() || undefined }));
  }

  pin(run: KeptRun, isPinned: boolean): Promise<void> {
    return this.#doing(() => markRun(run.id, { isPinned }));
  }

  remove(run: KeptRun): Promise<void> {
    return this.#doing(async () => {
      const deleted = await deleteRun(run.id);
      if (deleted) this.deleted = [...this.deleted, deleted];
    });
  }

  undo(deleted: DeletedRun): Promise<void> {
    return this.#doing(async () => {
      await putBack(deleted);
      this.deleted = this.deleted.filter((other) => other !== deleted);
    });
  }

  open(run: KeptRun, then: 'rest' | 'train'): Promise<void> {
    return this.#doing(() => this.#open(run, then));
  }

  /** Opens a run by its id, at rest. Rejects, with a sentence, where it cannot be opened. */
  async openBy(id: string): Promise<void> {
    if (id === this.openId) return;
    await this.refresh();
    const run = this.kept.find((one) => one.id === id);
    if (!run) throw new Error('This run is not in this browser any more.');
    await this.#open(run, 'rest');
  }

  async #open({ id, ...run }: KeptRun, then: 'rest' | 'train'): Promise<void> {
    if (!(await claimRun(id))) throw new Error(`“${nameOf(run)}” is open in another tab.`);
    try {
      const saved = await loadRun(id);
      if (!saved) throw new Error(`“${nameOf(run)}” was deleted in another tab.`);
      this.said = `Opening “${nameOf(run)}” …`;
      await this.#page.open(saved, then);
    } catch (error) {
      releaseRun(id);
      throw error;
    }
    this.hide();
  }

  /** Updates from which a run can branch off, the open one as it is; none where nothing can be kept. */
  checkpointsOf(id: string): Promise<number[]> {
    this.#page.keepNow();
    return inTime(listCheckpoints(id)).catch(() => []);
  }

  /** A new run that goes on from where this one ends. */
  branch(run: KeptRun): Promise<void> {
    return this.#doing(async () => {
      const saved = await loadRun(run.id);
      if (!saved) throw new Error(`“${nameOf(run)}” was deleted in another tab.`);
      await this.branchOff(saved, run.updates);
      this.hide();
    });
  }

  /** A new run that goes on from a checkpoint of another, or from its end. Rejects where there is none at that update. */
  async branchOff(saved: SavedRun, update: number): Promise<void> {
    const checkpoints = (await inTime(loadCheckpoints(saved.id))).filter((state) => state.update <= update);
    await this.#page.openBranch(await this.#branchAt(saved, update, checkpoints), checkpoints);
  }

  /** Updates after which others can begin with a run: those of its checkpoints, and its last. The open one is kept as it is. */
  async startsOf(run: KeptRun): Promise<number[]> {
    const checkpoints = await this.checkpointsOf(run.id);
    await this.refresh();
    const { updates } = this.kept.find(({ id }) => id === run.id) ?? run;
    return [...checkpoints.filter((update) => update < updates), updates];
  }

  /** A run as it was after an update, or at its end, for others to begin with. Rejects, with a sentence, where that is not to be had. */
  async startAt(run: KeptRun, update?: number): Promise<Start> {
    const saved = await inTime(loadRun(run.id));
    if (!saved) throw new Error(`“${nameOf(run)}” was deleted in another tab.`);
    const branch = await this.#branchAt(
      saved,
      update ?? saved.state.update,
      await inTime(loadCheckpoints(run.id)),
    );
    return startOf(branch, run);
  }

  /** A run by its id as it was after an update, or at its end, the open one as it is. Rejects as `startAt` does. */
  async startIn(id: string, update?: number): Promise<Start> {
    this.#page.keepNow();
    await this.refresh();
    const run = this.kept.find((one) => one.id === id);
    if (!run)
      throw new Error('The run that the address names is not in this browser, or has learned nothing.');
    return this.startAt(run, update);
  }

  /** Shows a run that was begun elsewhere in this page, and keeps it. Rejects where it cannot be read. */
  begin(run: StartState): Promise<void> {
    return this.#page.openBranch(run);
  }

  async #branchAt(
    saved: SavedRun,
    update: number,
    checkpoints: readonly TrainingState[],
  ): Promise<SavedRun & { branch: Branch }> {
    const { record, knobs, isUnread } = saved;
    const state =
      update === saved.state.update ? saved.state : checkpoints.find((one) => one.update === update);
    if (!state) throw new Error(`There is no checkpoint of update ${update} any more.`);
    const now = { id: crypto.randomUUID(), savedAt: Date.now() };
    // What was set since then was set in the other run.
    const own = state === saved.state ? knobs : state.knobs;
    const parent = (await inTime(listRuns())).find(({ id }) => id === saved.id) ?? factsOfSaved(saved);
    const branch = branchOf(parent, update);
    return { ...now, record, state, knobs: own, branch, ...(isUnread && { isUnread }) };
  }

  /**
   * What a run was set to last, to begin others with. Rejects, with a sentence, where it was deleted, or has code from elsewhere that nobody
   * here has said may run.
   */
  async settingsOf(run: KeptRun): Promise<RunConfig> {
    const { record, knobs } = await this.#read(run);
    return { ...RunRecord.decode(record, 'head').config, knobs };
  }

  /** A link that begins such a run elsewhere. Rejects as `settingsOf` does. */
  async linkOf(run: KeptRun): Promise<Linked> {
    const { record, branch } = await this.#read(run);
    return linkOf(RunRecord.decode(record, 'head'), branch !== undefined);
  }

  /** What is kept of a run. Rejects where its code is not to be passed on unread. */
  async #read(run: KeptRun): Promise<SavedRun> {
    const saved = await loadRun(run.id);
    if (!saved) throw new Error(`“${nameOf(run)}” was deleted in another tab.`);
    const { codes } = apartFromCode(saved.knobs);
    if (saved.isUnread && Object.values(codes).some((code) => code !== undefined))
      throw new Error(
        `“${nameOf(run)}” came from a file, with code that nobody here has read: look at it first.`,
      );
    return saved;
  }

  /** Draws a run beside the open one, or takes it away. Its programs are not looked at. */
  compare(run: KeptRun, isCompared: boolean): Promise<void> {
    return this.#doing(async () => {
      const others = this.compared.filter(({ id }) => id !== run.id);
      if (!isCompared) return void (this.compared = others);
      const saved = await loadRun(run.id);
      if (!saved) throw new Error(`“${nameOf(run)}” was deleted in another tab.`);
      const record = RunRecord.decode(saved.record, 'head');
      const model = new RunModel(record.config);
      await ownTurn();
      const pause = slicer();
      for (const event of record.events((type, at) => isLight(type) && at <= saved.state.update)) {
        model.apply(event);
        await pause();
      }
      const ghost = { id: run.id, label: nameOf(run), history: model.history };
      this.compared = [...this.compared.filter(({ id }) => id !== run.id), ghost].slice(-MOST_COMPARED);
    });
  }

  /** Takes files in as runs, those that are runs, and shows logs, the last of them; of the others it says what is wrong. */
  async takeIn(files: readonly File[]): Promise<void> {
    await this.show();
    const said: string[] = [];
    for (const file of files) {
      await this.#doing(async () => {
        const { isLog, readLog, readRun } = await import('./files.ts');
        if (isLog(file)) return void (this.log = { name: file.name, log: await readLog(file) });
        const { run, name } = await readRun(file);
        await saveRun(run, factsOfSaved(run));
        if (name !== undefined) await markRun(run.id, { name });
        const answers = run.answers ? ' Answers to lessons came with it: its Export… has them to print.' : '';
        this.said = `“${file.name}” is in the list: ${run.state.update} updates.${answers}`;
      }, file.name);
      if (this.said) said.push(this.said);
    }
    this.said = said.join(' ');
  }

  /** @param tokensOf of the run that is open */
  export(run: KeptRun, form: Form, tokensOf?: TokensOf): Promise<void> {
    return this.#doing(async () => {
      const saved = await loadRun(run.id);
      if (!saved) throw new Error(`“${nameOf(run)}” was deleted in another tab.`);
      const { writeRun } = await import('./files.ts');
      await writeRun(saved, run, form, run.id === this.openId ? tokensOf : undefined);
    });
  }

  async #doing(work: () => Promise<void>, about?: string): Promise<void> {
    this.said = undefined;
    try {
      await work();
      await this.refresh();
    } catch (error) {
      const { name } = error as Error;
      const why = ended(reasonOf(error));
      if (about !== undefined && (name === 'RunFileError' || name === 'LogError'))
        this.said = `${about} was not taken in. ${why}`;
      else if (name === 'QuotaExceededError')
        this.said = `The storage that this browser gives the page is full. Delete or export what you can spare. The reason: ${why}`;
      else
        this.said =
          name === 'Error' ? why : `This browser does not let the page keep runs. The reason: ${why}`;
    }
  }
}
