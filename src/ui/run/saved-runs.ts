import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Knobs } from '../../protocol/config.ts';
import type { TrainingState } from '../../protocol/state.ts';

/** A run as it is kept: enough to show it, and to go on with it. */
export interface SavedRun {
  id: string;
  /** Milliseconds since 1970. */
  savedAt: number;
  /** `RunRecord.encode()` up to the state's update. */
  record: Uint8Array<ArrayBuffer>;
  state: TrainingState;
  /** As the visitor had set them. */
  knobs: Knobs;
}

interface Schema extends DBSchema {
  runs: { key: string; value: SavedRun; indexes: { savedAt: number } };
}

/** Runs that are kept; the oldest go first. */
const MOST_RUNS = 8;
const LOCK = 'pf-ppo-run-';

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('pf-ppo-playground', 2, {
    upgrade(db, version) {
      // Runs of the first version have no critic to go on with.
      if (version > 0) db.deleteObjectStore('runs');
      db.createObjectStore('runs', { keyPath: 'id' }).createIndex('savedAt', 'savedAt');
    },
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

/** Opens the storage ahead, for a page that may be left before anything is kept. Where it is forbidden, keeping will say so. */
export async function openStorage(): Promise<void> {
  await database().catch(() => undefined);
}

/** @throws where storage is forbidden or full */
export async function saveRun(run: SavedRun): Promise<void> {
  const db = await database();
  const work = db.transaction('runs', 'readwrite');
  const put = work.store.put(run);
  // At once: a page that is being left gets no answer any more, and what waits for one is taken back.
  work.commit();
  await Promise.all([put, work.done]);
  const ids = await db.getAllKeysFromIndex('runs', 'savedAt');
  for (const old of ids.slice(0, Math.max(0, ids.length - MOST_RUNS))) await db.delete('runs', old);
}

export async function loadRun(id: string): Promise<SavedRun | undefined> {
  return (await database()).get('runs', id);
}

/** Milliseconds that a page which is being left may take to let go of its run. */
const HANDOVER = 1500;

/**
 * Takes a run for this tab until the page is left; false where another tab has it, the one that this is a copy of say. Where the
 * browser has no locks, every tab gets what it asks for.
 */
export function claimRun(id: string): Promise<boolean> {
  // Absent outside secure contexts.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return Promise.resolve(true);
  return new Promise((settle) => {
    const holdOn = () => {
      settle(true);
      return new Promise<void>(() => undefined);
    };
    locks
      .request(LOCK + id, { signal: AbortSignal.timeout(HANDOVER) }, holdOn)
      .catch((error: Error) => settle(error.name !== 'TimeoutError' && error.name !== 'AbortError'));
  });
}
