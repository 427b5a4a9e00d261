import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { checkKnobs, completeKnobs } from '../../ppo/knobs.ts';
import { claimRun } from '../runs/locks.ts';
import type { StartState } from '../runs/start.ts';
import type { SavedRun } from '../runs/store.ts';
import type { RaceRunState } from './race-run.ts';
import type { RaceSetup } from './setup.ts';

/** A race as it is kept: what is heavy, the states of runs that are under way, apart. Without runs it has not begun. */
export interface KeptRace {
  version: typeof VERSION;
  setup: RaceSetup;
  runs: readonly RaceRunState[];
}

const VERSION = 1;
const RACE = 'race';
/** Under which there is what all begin with, where that is a saved update: the run that it is of may go. */
const START = 'start';

interface Schema extends DBSchema {
  race: { key: typeof RACE | typeof START; value: KeptRace | StartState };
  runs: { key: string; value: SavedRun };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('pf-ppo-compare', VERSION, {
    upgrade(db) {
      db.createObjectStore('race');
      db.createObjectStore('runs');
    },
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

const keyOf = ({ arm, seed }: Pick<RaceRunState, 'arm' | 'seed'>) => `${arm}/${seed}`;

/** Takes the one race that is kept for this tab, until it is left; false where another tab has it. */
export const claimRace = (): Promise<boolean> => claimRun(RACE);

/** The race that was left, and its runs; undefined where there is none that this page understands. */
export async function loadRace(): Promise<
  | { race: KeptRace; start: StartState | undefined; savedOf: (run: RaceRunState) => SavedRun | undefined }
  | undefined
> {
  const db = await database();
  const [left, start] = (await Promise.all([db.get('race', RACE), db.get('race', START)])) as [
    KeptRace | undefined,
    StartState | undefined,
  ];
  if (left?.version !== VERSION) return undefined;
  const arms = left.setup.arms.map((arm) => ({ ...arm, knobs: completeKnobs(arm.knobs) }));
  if (arms.some(({ knobs }) => checkKnobs(knobs) !== undefined)) return undefined;
  const race = { ...left, setup: { ...left.setup, arms } };
  const [keys, saved] = await Promise.all([db.getAllKeys('runs'), db.getAll('runs')]);
  const byKey = new Map(keys.map((key, i) => [key, saved[i]]));
  return { race, start, savedOf: (run) => byKey.get(keyOf(run)) };
}

/**
 * Keeps a race in place of the one before.
 * @param saved states of runs that have moved; a run that was given up has none
 * @param start what all begin with, where that is another than it was
 */
export async function keepRace(
  race: Omit<KeptRace, 'version'>,
  saved: readonly { run: RaceRunState; state: SavedRun | undefined }[],
  start?: { now: StartState | undefined },
): Promise<void> {
  const db = await database();
  const work = db.transaction(['race', 'runs'], 'readwrite');
  const [races, runs] = [work.objectStore('race'), work.objectStore('runs')];
  await Promise.all([
    races.put({ ...race, version: VERSION }, RACE),
    start && (start.now ? races.put(start.now, START) : races.delete(START)),
    ...saved.map(({ run, state }) => (state ? runs.put(state, keyOf(run)) : runs.delete(keyOf(run)))),
    work.done,
  ]);
}

/** Forgets the states of all runs. */
export async function forgetRuns(): Promise<void> {
  await (await database()).clear('runs');
}
