import { RunRecord } from '../../../src/record/run-record.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { TrainingState } from '../../../src/protocol/state.ts';
import { factsOfSaved } from '../../../src/ui/runs/facts.ts';
import type { SavedRun } from '../../../src/ui/runs/store.ts';

/** The run that the site has a recording of, up to an update, as a tab would keep it. */
export async function savedRun(id: string, savedAt: number, update = 3): Promise<SavedRun> {
  const index = (await (await fetch('/recordings/index.json')).json()) as { file: string }[];
  const bytes = await (await fetch(`/recordings/${index[0].file}`)).arrayBuffer();
  const record = RunRecord.decode(new Uint8Array(bytes)).upTo(update).encode();
  return { id, savedAt, record, state: stateAt(update), knobs: defaultKnobs };
}

/** A small one: 72 bytes of arenas. */
export function stateAt(update: number): TrainingState {
  const numbers = () => Float32Array.of(1, 2, 3);
  const learner = () => ({
    ...{ parameters: numbers(), firstMoment: numbers(), secondMoment: numbers() },
    steps: 4 * update,
  });
  return { update, knobs: defaultKnobs, learner: learner(), critic: learner(), recent: [] };
}

export const withFacts = (run: SavedRun) => [run, factsOfSaved(run)] as const;

/** What storage there is goes; nothing of the page may have it open. */
export function forgetAll(): Promise<void> {
  return new Promise((settle, fail) => {
    const asked = indexedDB.deleteDatabase('pf-ppo-playground');
    asked.onsuccess = () => settle();
    asked.onerror = () => fail(new Error('the database stays'));
  });
}
