/** What suits the adapter, measured at the first start and kept, so that later runs on it compute in the same order. */
import { openDB, type DBSchema } from 'idb';
import { adapterName, type OpenDevice } from '../kernels/device.ts';
import { tunings, type Tuning } from '../kernels/programs.ts';
import { createWebGpuEngine } from '../kernels/webgpu-engine.ts';
import type { NetworkConfig } from '../model/network.ts';
import { tune } from '../model/tune.ts';

interface Schema extends DBSchema {
  tunings: { key: string; value: Tuning };
}

const database = () =>
  openDB<Schema>('pf-ppo-tuning', 1, { upgrade: (db) => void db.createObjectStore('tunings') });

const keyOf = ({ info }: OpenDevice, { layers, channels, heads, contextLength }: NetworkConfig) =>
  [adapterName(info), layers, channels, heads, contextLength].join(' / ');

/** What suits the kind of adapter. */
export const kindTuning = ({ isFallback }: OpenDevice): Tuning =>
  isFallback ? tunings.software : tunings.hardware;

/** What is kept of an adapter; else what suits its kind. Software is known, and never measured. */
export async function keptTuning(opened: OpenDevice, network: NetworkConfig): Promise<Tuning> {
  const kept = opened.isFallback ? undefined : await load(keyOf(opened, network));
  return kept ?? kindTuning(opened);
}

/** As `keptTuning`, but measures where nothing is kept, and keeps it. */
export async function measuredTuning(
  opened: OpenDevice,
  network: NetworkConfig,
  measure = tune,
): Promise<Tuning> {
  if (opened.isFallback) return kindTuning(opened);
  const key = keyOf(opened, network);
  const kept = await load(key);
  if (kept) return kept;
  try {
    const tuning = await measure((candidate) => createWebGpuEngine(opened.device, candidate), network);
    await save(key, tuning);
    return tuning;
  } catch {
    // A form that an adapter cannot run is no reason not to train with the other.
    return kindTuning(opened);
  }
}

/** Storage may be forbidden: then it is measured at every start. */
async function load(key: string): Promise<Tuning | undefined> {
  return database()
    .then((db) => db.get('tunings', key))
    .catch(() => undefined);
}

async function save(key: string, tuning: Tuning): Promise<void> {
  await database()
    .then((db) => db.put('tunings', tuning, key))
    .catch(() => undefined);
}

/** For the visitor. */
export function tuningText({ tile, threads, fuses }: Tuning): string {
  const side = 4 * tile;
  const decoded = fuses ? 'in one dispatch' : 'op by op';
  return `Products in tiles of ${side} × ${side}, sums split for ${threads} threads, a token decoded ${decoded}.`;
}
