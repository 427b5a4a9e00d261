import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { EngineName, Knobs } from '../../protocol/config.ts';
import type { TrainingState } from '../../protocol/state.ts';
import { factsOfSaved } from './facts.ts';
import { heldRuns } from './locks.ts';
import { tooMany } from './room.ts';

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

/** What a list says of a run. Kept beside the run itself, which is heavy, and written with it. */
export interface RunFacts {
  id: string;
  savedAt: number;
  /** What made it. */
  label: string;
  /** The last that is done. */
  updates: number;
  /** The newest, of held-out prompts; undefined where there was no evaluation. */
  passAt1: number | undefined;
  engine: EngineName | undefined;
  preset: string;
  bytes: number;
}

/** What a visitor made of a run. */
interface RunMark {
  id: string;
  /** In place of the label. */
  name?: string;
  isPinned?: boolean;
}

/** A run of the list. */
export type KeptRun = RunFacts & RunMark;

/** All of a run that was deleted, to be put back. */
export interface DeletedRun {
  run: SavedRun;
  facts: RunFacts;
  mark: RunMark | undefined;
}

interface Schema extends DBSchema {
  runs: { key: string; value: SavedRun };
  facts: { key: string; value: RunFacts };
  marks: { key: string; value: RunMark };
}
const everything = ['runs', 'facts', 'marks'] as const;

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('pf-ppo-playground', 3, {
    upgrade(db, version, _, work) {
      // Runs of the first version have no critic to go on with.
      if (version === 1) db.deleteObjectStore('runs');
      if (version < 2) db.createObjectStore('runs', { keyPath: 'id' });
      db.createObjectStore('facts', { keyPath: 'id' });
      db.createObjectStore('marks', { keyPath: 'id' });
      if (version === 2) void addFacts(work);
    },
    // A page of a later version in another tab waits for this one to let go.
    blocking: (_, __, event) => {
      opened = undefined;
      (event.target as IDBDatabase).close();
    },
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

/** The second version had runs alone. */
async function addFacts(work: IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>): Promise<void> {
  work.objectStore('runs').deleteIndex('savedAt');
  for (let run = await work.objectStore('runs').openCursor(); run; run = await run.continue())
    await work.objectStore('facts').put(factsOfSaved(run.value));
}

/** Opens the storage ahead, for a page that may be left before anything is kept. Where it is forbidden, keeping will say so. */
export async function openStorage(): Promise<void> {
  await database().catch(() => undefined);
}

/**
 * Keeps a run, in place of the one of its id. Where there are too many then, the oldest go that are neither pinned nor open in any
 * tab: these are the answer.
 *
 * @throws where storage is forbidden or full
 */
export async function saveRun(run: SavedRun, facts: RunFacts): Promise<KeptRun[]> {
  const db = await database();
  const work = db.transaction(['runs', 'facts'], 'readwrite');
  const puts = [work.objectStore('runs').put(run), work.objectStore('facts').put(facts)];
  // At once: a page that is being left gets no answer any more, and what waits for one is taken back.
  work.commit();
  await Promise.all([...puts, work.done]);
  const open = await heldRuns();
  const gone = tooMany(await listRuns(), new Set([run.id, ...open.here, ...open.elsewhere]));
  for (const { id } of gone) await deleteRun(id);
  return gone;
}

export async function loadRun(id: string): Promise<SavedRun | undefined> {
  return (await database()).get('runs', id);
}

/** Every run that is kept, without the runs themselves. */
export async function listRuns(): Promise<KeptRun[]> {
  const work = (await database()).transaction(['facts', 'marks']);
  const [facts, marks] = await Promise.all([
    work.objectStore('facts').getAll(),
    work.objectStore('marks').getAll(),
  ]);
  const markOf = new Map(marks.map((mark) => [mark.id, mark]));
  return facts.map((run) => ({ ...run, ...markOf.get(run.id) }));
}

/** Changes what a visitor made of a run. */
export async function markRun(id: string, part: Omit<RunMark, 'id'>): Promise<void> {
  const work = (await database()).transaction('marks', 'readwrite');
  await work.store.put({ ...(await work.store.get(id)), id, ...part });
  await work.done;
}

/** @returns all of it, to be put back; undefined where there was none */
export async function deleteRun(id: string): Promise<DeletedRun | undefined> {
  const work = (await database()).transaction(everything, 'readwrite');
  const [run, facts, mark] = await Promise.all([
    work.objectStore('runs').get(id),
    work.objectStore('facts').get(id),
    work.objectStore('marks').get(id),
  ]);
  for (const name of everything) await work.objectStore(name).delete(id);
  await work.done;
  return run && facts && { run, facts, mark };
}

export async function putBack({ run, facts, mark }: DeletedRun): Promise<void> {
  const work = (await database()).transaction(everything, 'readwrite');
  await work.objectStore('runs').put(run);
  await work.objectStore('facts').put(facts);
  if (mark) await work.objectStore('marks').put(mark);
  await work.done;
}
