/** The models that a visitor trained, in the browser's storage: the page lists and changes them, the threads of a run load them. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { OwnAbout, OwnName } from '../protocol/own-model.ts';

/** What a list says of a model. */
export interface KeptModel {
  name: OwnName;
  /** Milliseconds since 1970. */
  savedAt: number;
  about: OwnAbout;
  bytes: number;
  /** As the visitor calls it. */
  label?: string;
}

interface Schema extends DBSchema {
  facts: { key: OwnName; value: KeptModel };
  /** As `model/own-file.ts` writes them. */
  files: { key: OwnName; value: Uint8Array<ArrayBuffer> };
}
const everything = ['facts', 'files'] as const;

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('pf-ppo-models', 1, {
    upgrade(db) {
      db.createObjectStore('facts', { keyPath: 'name' });
      db.createObjectStore('files');
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

/** The newest first. */
export async function listModels(): Promise<KeptModel[]> {
  const all = await (await database()).getAll('facts');
  return all.sort((a, b) => b.savedAt - a.savedAt);
}

export async function loadModelFile(name: OwnName): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return (await database()).get('files', name);
}

/** Keeps a model, in place of the one of its name. @throws where storage is forbidden or full */
export async function saveModel(facts: KeptModel, file: Uint8Array<ArrayBuffer>): Promise<void> {
  const work = (await database()).transaction(everything, 'readwrite');
  await Promise.all([
    work.objectStore('facts').put(facts),
    work.objectStore('files').put(file, facts.name),
    work.done,
  ]);
}

/** An empty label gives the model its own words back. */
export async function labelModel(name: OwnName, label: string): Promise<void> {
  const work = (await database()).transaction('facts', 'readwrite');
  const facts = await work.store.get(name);
  if (facts) await work.store.put({ ...facts, label: label.trim() || undefined });
  await work.done;
}

/** @returns all of it, to be put back; undefined where there was none */
export async function deleteModel(
  name: OwnName,
): Promise<{ facts: KeptModel; file: Uint8Array<ArrayBuffer> } | undefined> {
  const work = (await database()).transaction(everything, 'readwrite');
  const [facts, file] = await Promise.all([
    work.objectStore('facts').get(name),
    work.objectStore('files').get(name),
  ]);
  await Promise.all([
    work.objectStore('facts').delete(name),
    work.objectStore('files').delete(name),
    work.done,
  ]);
  return facts && file && { facts, file };
}
