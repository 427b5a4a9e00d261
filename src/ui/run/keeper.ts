import type { Knobs } from '../../protocol/config.ts';
import { ended } from '../../protocol/failure.ts';
import type { LiveRun } from './live-run.ts';
import { claimRun, loadRun, openStorage, saveRun, type SavedRun } from './saved-runs.ts';

/** Where a tab remembers which run is its own, and under which address. */
const TAB = 'pf-ppo-run';
/** Milliseconds between two looks whether there is something to keep. */
const EVERY = 3000;
/** A run that takes long to hand over is kept less often: the page spends at most one part in this many of its time on it. */
const SHARE = 50;
/** Milliseconds after which storage that says nothing is taken for none. */
const PATIENCE = 3000;

/** Keeps the run of this tab in the browser's storage, so that leaving the page costs nothing. Training never waits for it. */
export class Keeper {
  readonly #onTrouble: (sentence: string) => void;
  #run: LiveRun | undefined;
  #address = '';
  #kept: { update?: number; knobs?: Knobs } = {};
  #isKeeping = false;
  #notBefore = 0;

  constructor(onTrouble: (sentence: string) => void) {
    this.#onTrouble = onTrouble;
    setInterval(() => {
      if (performance.now() >= this.#notBefore) this.keepNow();
    }, EVERY);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.keepNow(true);
    });
  }

  /** From now on this run is kept. */
  watch(run: LiveRun): void {
    this.keepNow();
    this.#run = run;
    this.#kept = {};
    void claimRun(run.id);
    void openStorage();
  }

  /** The address's query under which the run is shown from now on; another one asks for another run. */
  moveTo(address: string): void {
    this.#address = address;
    if (this.#run && this.#kept.update !== undefined) writeTab({ id: this.#run.id, address });
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

  /** Keeps the run as it is, where there is news since the last time; not while it is being kept, unless the page is left. */
  keepNow(isLeaving = false): void {
    const run = this.#run;
    if (!run?.state || (this.#isKeeping && !isLeaving)) return;
    const now = { update: run.state.update, knobs: run.knobs };
    if (now.update === this.#kept.update && now.knobs === this.#kept.knobs) return;
    const begun = performance.now();
    const saved = run.saved(Date.now());
    if (!saved) return;
    writeTab({ id: run.id, address: this.#address });
    this.#isKeeping = true;
    // From now on, since a page that is left is told so twice.
    this.#kept = now;
    const work = saveRun(saved);
    this.#notBefore = performance.now() + SHARE * (performance.now() - begun);
    inTime(work)
      .catch((error: unknown) => {
        if (run === this.#run) this.#kept = {};
        this.#trouble(error);
      })
      .finally(() => (this.#isKeeping = false));
  }

  #trouble(error: unknown): void {
    const why = error instanceof Error ? error.message || error.name : String(error);
    this.#onTrouble(
      'This browser does not let the page keep the run. Training goes on; leaving the page loses it. ' +
        `The reason: ${ended(why)}`,
    );
  }
}

function inTime<Result>(work: Promise<Result>): Promise<Result> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error('its storage does not answer')), PATIENCE),
  );
  return Promise.race([work, late]);
}

function readTab(): { id: string; address: string } | undefined {
  try {
    const { id, address } = JSON.parse(sessionStorage.getItem(TAB) ?? '{}') as Record<string, unknown>;
    return typeof id === 'string' && typeof address === 'string' ? { id, address } : undefined;
  } catch {
    return undefined;
  }
}

function writeTab(tab: { id: string; address: string }): void {
  try {
    sessionStorage.setItem(TAB, JSON.stringify(tab));
  } catch {
    // Forbidden storage is told of where the run itself cannot be kept.
  }
}
