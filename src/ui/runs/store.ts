import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { EngineName, Knobs } from '../../protocol/config.ts';
import type { Answers } from '../../course/answers.ts';
import type { TrainingState } from '../../protocol/state.ts';
import type { Branch } from '../../record/run-file.ts';
import { bytesOf, thinnedOut } from './checkpoints.ts';
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
  /** It came from a file, and nobody has said yet that the code in its knobs may run. */
  isUnread?: boolean;
  /** Of the run that it branched off. */
  branch?: Branch;
  /** To the lessons, which came with it in its file. */
  answers?: Answers;
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
  /** Of its state. Older facts lack it, of runs that have no checkpoints. */
  stateBytes?: number;
  branch?: Branch;
  /** Lessons to which answers came with it. */
  answered?: number;
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
  checkpoints: Checkpoint[];
}

/** A state along a run's way. */
interface Checkpoint {
  id: string;
  update: number;
  state: TrainingState;
}

interface Schema extends DBSchema {
  runs: { key: string; value: SavedRun };
  facts: { key: string; value: RunFacts };
  marks: { key: string; value: RunMark };
  checkpoints: { key: [string, number]; value: Checkpoint };
}
const everything = ['runs', 'facts', 'marks', 'checkpoints'] as const;
const checkpointsOf = (id: string) => IDBKeyRange.bound([id, 0], [id, Infinity]);

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('pf-ppo-playground', 4, {
    upgrade(db, version, _, work) {
      // Runs of the first version have no critic to go on with.
      if (version === 1) db.deleteObjectStore('runs');
      if (version < 2) db.createObjectStore('runs', { keyPath: 'id' });
      if (version < 3) db.createObjectStore('facts', { keyPath: 'id' });
      if (version < 3) db.createObjectStore('marks', { keyPath: 'id' });
      db.createObjectStore('checkpoints', { keyPath: ['id', 'update'] });
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
 * Keeps a run, in place of the one of its id, and checkpoints beside those that it has. Where there are too many then, the oldest go that are neither pinned nor open in any
 * tab: these are the answer.
 *
 * @throws where storage is forbidden or full
 */
export async function saveRun(
  run: SavedRun,
  facts: RunFacts,
  checkpoints: readonly TrainingState[] = [],
): Promise<KeptRun[]> {
  const db = await database();
  const work = db.transaction(['runs', 'facts', 'checkpoints'], 'readwrite');
  const { id } = run;
  const puts: Promise<unknown>[] = [
    work.objectStore('runs').put(run),
    work.objectStore('facts').put(facts),
    ...checkpoints.map((state) => work.objectStore('checkpoints').put({ id, update: state.update, state })),
  ];
  // At once: a page that is being left gets no answer any more, and what waits for one is taken back.
  work.commit();
  await Promise.all([...puts, work.done]);
  if (checkpoints.length > 0) {
    const old = thinnedOut(await listCheckpoints(id), bytesOf(run.state));
    await Promise.all(old.map((update) => db.delete('checkpoints', [id, update])));
  }
  const open = await heldRuns();
  const gone = tooMany(await listRuns(), new Set([run.id, ...open.here, ...open.elsewhere]));
  for (const { id } of gone) await deleteRun(id);
  return gone;
}

export async function loadRun(id: string): Promise<SavedRun | undefined> {
  return (await database()).get('runs', id);
}

/** The updates at which a run has checkpoints, in their order. */
export async function listCheckpoints(id: string): Promise<number[]> {
  const keys = await (await database()).getAllKeys('checkpoints', checkpointsOf(id));
  return keys.map(([, update]) => update);
}

/** In the order of their updates. */
export async function loadCheckpoints(id: string): Promise<TrainingState[]> {
  const found = await (await database()).getAll('checkpoints', checkpointsOf(id));
  return found.map(({ state }) => state);
}

/** Every run that is kept, without the runs themselves. */
export async function listRuns(): Promise<KeptRun[]> {
  const work = (await database()).transaction(['facts', 'marks', 'checkpoints']);
  const [facts, marks, keys] = await Promise.all([
    work.objectStore('facts').getAll(),
    work.objectStore('marks').getAll(),
    work.objectStore('checkpoints').getAllKeys(),
  ]);
  const markOf = new Map(marks.map((mark) => [mark.id, mark]));
  return facts.map(({ bytes, stateBytes = 0, ...run }) => {
    const checkpoints = keys.filter(([id]) => id === run.id).length;
    return { ...run, stateBytes, bytes: bytes + checkpoints * stateBytes, ...markOf.get(run.id) };
  });
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
  const [run, facts, mark, checkpoints] = await Promise.all([
    work.objectStore('runs').get(id),
    work.objectStore('facts').get(id),
    work.objectStore('marks').get(id),
    work.objectStore('checkpoints').getAll(checkpointsOf(id)),
  ]);
  for (const name of ['runs', 'facts', 'marks'] as const) await work.objectStore(name).delete(id);
  await work.objectStore('checkpoints').delete(checkpointsOf(id));
  await work.done;
  return run && facts && { run, facts, mark, checkpoints };
}

export async function putBack({ run, facts, mark, checkpoints }: DeletedRun): Promise<void> {
  const work = (await database()).transaction(everything, 'readwrite');
  await work.objectStore('runs').put(run);
  await work.objectStore('facts').put(facts);
  if (mark) await work.objectStore('marks').put(mark);
  for (const checkpoint of checkpoints) await work.objectStore('checkpoints').put(checkpoint);
  await work.done;
}
