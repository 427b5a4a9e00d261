/** Which runs are open, in this tab and in others: whoever has one open holds a lock of its name. */

const LOCK = 'pf-ppo-run-';
/** Milliseconds that a page which is being left may take to let go of its run. */
const HANDOVER = 1500;

/** Runs of this tab, and how to let go of each; undefined while it is asked for. */
const mine = new Map<string, (() => void) | undefined>();

/** Absent outside secure contexts. */
const lockManager = () => navigator.locks as LockManager | undefined;

/**
 * Takes a run for this tab until it lets go or is left; false where another tab has it, the one that this is a copy of say. Where the
 * browser has no locks, every tab gets what it asks for.
 */
export function claimRun(id: string): Promise<boolean> {
  const locks = lockManager();
  if (!locks || mine.has(id)) return Promise.resolve(true);
  mine.set(id, undefined);
  return new Promise((settle) => {
    const holdOn = () => {
      settle(true);
      // Let go of before it came.
      if (!mine.has(id)) return undefined;
      return new Promise<void>((release) => mine.set(id, release));
    };
    locks.request(LOCK + id, { signal: AbortSignal.timeout(HANDOVER) }, holdOn).catch((error: Error) => {
      mine.delete(id);
      settle(error.name !== 'TimeoutError' && error.name !== 'AbortError');
    });
  });
}

/** Another tab may have it now. */
export function releaseRun(id: string): void {
  const release = mine.get(id);
  mine.delete(id);
  release?.();
}

/** The runs that are open now. */
export async function heldRuns(): Promise<{ here: ReadonlySet<string>; elsewhere: ReadonlySet<string> }> {
  const { held = [] } = (await lockManager()?.query()) ?? {};
  const ids = held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : []));
  const here = new Set(mine.keys());
  return { here, elsewhere: new Set(ids.filter((id) => !here.has(id))) };
}
