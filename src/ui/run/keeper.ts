import type { Knobs } from '../../protocol/config.ts';
import type { TrainingState } from '../../protocol/state.ts';
import { ended } from '../../protocol/failure.ts';
import { counted } from '../format.ts';
import type { LiveRun } from './live-run.ts';
import { isCheckpoint, MOST_CHECKPOINTS } from '../runs/checkpoints.ts';
import { factsOf } from '../runs/facts.ts';
import { claimRun, releaseRun } from '../runs/locks.ts';
import { nameOf } from '../runs/order.ts';
import { MOST_RUNS } from '../runs/room.ts';
import { recall, remember } from '../tab-memory.ts';
import { voice } from '../voice.svelte.ts';
import { loadRun, openStorage, saveRun, type KeptRun, type SavedRun } from '../runs/store.ts';

/** Where a tab remembers which run is its own, and under which address. */
const TAB = 'pf-ppo-run';
/** Milliseconds between two looks whether there is something to keep. */
const EVERY = 3000;
/** A run that takes long to hand over is kept less often: the page spends at most one part in this many of its time on it. */
const SHARE = 50;
/** Milliseconds after which storage that says nothing is taken for none. */
const PATIENCE = 3000;

interface KeeperHandlers {
  /** Something that the visitor should know. */
  onNotice(sentence: string): void;
  /** There is another run to list, or another update of one. */
  onKept(): void;
}

/**
 * Keeps the run of this tab in the browser's storage, so that leaving the page costs nothing. Training never waits for it.
 */
export class Keeper {
  readonly #on: KeeperHandlers;
  #run: LiveRun | undefined;
  #address = '';
  #kept: { update?: number; knobs?: Knobs } = {};
  /** To be kept with the run the next time. */
  #checkpoints: readonly TrainingState[] = [];
  #heeded: TrainingState | undefined;
  #isKeeping = false;
  /** Whether what was kept last is there. */
  #keeping: Promise<boolean> = Promise.resolve(false);
  #notBefore = 0;

  constructor(on: KeeperHandlers) {
    this.#on = on;
    setInterval(() => {
      if (performance.now() >= this.#notBefore) this.keepNow();
    }, EVERY);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.keepNow(true);
    });
  }

  /** From now on this run is kept, with checkpoints that it brings along; `isKept` says that it is, as it is now. */
  watch(run: LiveRun, isKept = false, checkpoints: readonly TrainingState[] = []): void {
    this.keepNow(true);
    if (this.#run && this.#run !== run) {
      releaseRun(this.#run.id);
      // Until this one is kept, a reload begins it anew; the one before is in the list.
      remember(TAB, undefined);
    }
    this.#run = run;
    this.#checkpoints = checkpoints;
    this.#keeping = Promise.resolve(isKept);
    this.#kept = isKept ? { update: run.state?.update, knobs: run.knobs } : {};
    void claimRun(run.id);
    void openStorage();
  }

  /** The address's query under which the run is shown from now on; another one asks for another run. */
  moveTo(address: string): void {
    this.#address = address;
    if (this.#run && this.#kept.update !== undefined) remember(TAB, { id: this.#run.id, address });
  }

  /** The run that this tab left behind under this address; undefined where there is none, or another tab has it. */
  async keptRun(address: string): Promise<SavedRun | undefined> {
    const tab = readTab();
    if (tab?.address !== address) return undefined;
    try {
      return (await claimRun(tab.id)) ? await inTime(loadRun(tab.id)) : undefined;
    } catch (error) {
      this.#trouble(error);
      return undefined;
    }
  }

  /** Looks at the run's state, which is another after every update, and remembers it where it is to be a checkpoint. */
  heed(): void {
    const state = this.#run?.state;
    if (!state || state === this.#heeded) return;
    this.#heeded = state;
    if (!isCheckpoint(state.update)) return;
    // Where none can be kept, they do not heap up.
    this.#checkpoints = [...this.#checkpoints, state].slice(-MOST_CHECKPOINTS);
  }

  /** Keeps the run as it is, where there is news since the last time; not while it is being kept, unless the run is left. */
  keepNow(isLeaving = false): void {
    const run = this.#run;
    if (!run?.state || (this.#isKeeping && !isLeaving)) return;
    const now = { update: run.state.update, knobs: run.knobs };
    if (now.update === this.#kept.update && now.knobs === this.#kept.knobs) return;
    const begun = performance.now();
    const saved = run.saved(Date.now());
    if (!saved) return;
    remember(TAB, { id: run.id, address: this.#address });
    this.#isKeeping = true;
    const checkpoints = this.#checkpoints;
    this.#checkpoints = [];
    // From now on, since a page that is left is told so twice.
    this.#kept = now;
    const work = saveRun(saved, factsOf(saved, run.model), checkpoints);
    this.#notBefore = performance.now() + SHARE * (performance.now() - begun);
    this.#keeping = inTime(work)
      .then((gone) => {
        this.#tellOf(gone);
        return true;
      })
      .catch((error: unknown) => {
        if (run === this.#run) this.#kept = {};
        this.#trouble(error);
        return false;
      })
      .finally(() => (this.#isKeeping = false));
  }

  /** Before a new run begins, perhaps by a key that was to choose something: keeps this one as it is, and says that it is kept, if it is and has learned anything. */
  async leave(): Promise<void> {
    const learned = this.#run?.model.finished ?? 0;
    this.keepNow(true);
    if (learned === 0 || !(await this.#keeping)) return;
    voice.say(
      `A new run begins. The one before, of ${counted(learned, ['update', 'updates'])}, stays in Runs.`,
    );
  }

  #tellOf(gone: readonly KeptRun[]): void {
    this.#on.onKept();
    const learned = gone.filter(({ updates }) => updates > 0);
    const names = learned.map((run) => `“${nameOf(run)}”`).join(', ');
    if (learned.length > 0)
      this.#on.onNotice(
        `There is room for ${MOST_RUNS} runs, and for more that are pinned: ${names} had to go, as the oldest.`,
      );
  }

  #trouble(error: unknown): void {
    this.#on.onNotice(
      isFull(error)
        ? 'The storage that this browser gives the page is full: the run is not kept as it is now. Training goes on. Delete or export what you can spare in Runs.'
        : 'This browser does not let the page keep the run. Training goes on; leaving the page loses it. ' +
            `The reason: ${ended(reasonOf(error))}`,
    );
  }
}

const isFull = (error: unknown) => error instanceof Error && error.name === 'QuotaExceededError';

/** Browsers throw errors without a message, too. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Rejects where storage says nothing. */
export function inTime<Result>(work: Promise<Result>): Promise<Result> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error('its storage does not answer')), PATIENCE),
  );
  return Promise.race([work, late]);
}

function readTab(): { id: string; address: string } | undefined {
  const { id, address } = (recall(TAB) ?? {}) as Record<string, unknown>;
  return typeof id === 'string' && typeof address === 'string' ? { id, address } : undefined;
}
