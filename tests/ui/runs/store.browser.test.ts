import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimRun, heldRuns, releaseRun } from '../../../src/ui/runs/locks.ts';
import { MOST_RUNS } from '../../../src/ui/runs/room.ts';
import {
  deleteRun,
  listCheckpoints,
  listRuns,
  loadCheckpoints,
  loadRun,
  markRun,
  putBack,
  saveRun,
  type SavedRun,
} from '../../../src/ui/runs/store.ts';
import { forgetAll, savedRun, stateAt, withFacts } from './saved.ts';

const ids = async () => (await listRuns()).map(({ id }) => id).sort();
const save = (run: SavedRun) => saveRun(...withFacts(run));

/** A page of the second version left runs alone. */
function leaveVersion2(runs: readonly SavedRun[]): Promise<void> {
  return new Promise((settle, fail) => {
    const asked = indexedDB.open('pf-ppo-playground', 2);
    asked.onerror = () => fail(new Error('no database'));
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('runs', { keyPath: 'id' }).createIndex('savedAt', 'savedAt');
    };
    asked.onsuccess = () => {
      const work = asked.result.transaction('runs', 'readwrite');
      for (const run of runs) work.objectStore('runs').put(run);
      work.oncomplete = () => {
        asked.result.close();
        settle();
      };
    };
  });
}

beforeEach(forgetAll);
afterEach(() => {
  vi.restoreAllMocks();
});

test('runs of the version before are all there, with what a list says of them, and can be gone on with', async () => {
  const run = await savedRun('old', 1000);
  const broken = { ...(await savedRun('broken', 2000)), record: run.record.slice(0, 100) };
  await leaveVersion2([run, broken]);
  const [first, second] = (await listRuns()).sort((a, b) => b.savedAt - a.savedAt);
  expect(first).toMatchObject({ id: 'broken', label: 'a run that cannot be read', updates: 3 });
  expect(second).toMatchObject({
    ...{ id: 'old', label: 'unsure middle, seed 1', savedAt: 1000, updates: 3 },
    ...{ engine: 'cpu', preset: 'tiny', bytes: run.record.length + 72 },
  });
  expect(second.passAt1).toBeGreaterThan(0.2);
  expect(await loadRun('old')).toEqual(run);
});

describe('runs', () => {
  test('have what a visitor made of them apart from what they do', async () => {
    const run = await savedRun('one', 1);
    await save(run);
    await markRun('one', { name: 'Mine' });
    await markRun('one', { isPinned: true });
    await save({ ...run, savedAt: 2 });
    expect(await listRuns()).toMatchObject([{ id: 'one', savedAt: 2, name: 'Mine', isPinned: true }]);
  });

  test('that are deleted can be put back, with all that belongs to them', async () => {
    const run = await savedRun('one', 1);
    await save(run);
    await markRun('one', { name: 'Mine' });
    const [before] = await listRuns();
    const deleted = await deleteRun('one');
    expect(await ids()).toEqual([]);
    expect(await loadRun('one')).toBeUndefined();
    await putBack(deleted!);
    expect(await listRuns()).toEqual([before]);
    expect(await loadRun('one')).toEqual(run);
    expect(await deleteRun('another')).toBeUndefined();
  });

  test('have checkpoints, which become fewer as they grow, and go and come back with them', async () => {
    const run = await savedRun('one', 1, 12);
    await save({ ...run, id: 'another' });
    for (let update = 5; update <= 45; update += 5) await saveRun(...withFacts(run), [stateAt(update)]);
    expect(await listCheckpoints('one')).toEqual([10, 20, 30, 40]);
    expect(await loadCheckpoints('one')).toEqual([10, 20, 30, 40].map(stateAt));
    expect(await listCheckpoints('another')).toEqual([]);
    const size = async (id: string) => (await listRuns()).find((one) => one.id === id)!.bytes;
    expect((await size('one')) - (await size('another'))).toBe(4 * 72);
    const deleted = await deleteRun('one');
    expect(await listCheckpoints('one')).toEqual([]);
    await putBack(deleted!);
    expect(await listCheckpoints('one')).toEqual([10, 20, 30, 40]);
  });

  test('go where there are too many, the oldest first, but for those that are pinned or open', async () => {
    const run = await savedRun('', 0);
    const name = (i: number) => `run ${String(i).padStart(2, '0')}`;
    await save({ ...run, id: name(0), savedAt: 0 });
    await markRun(name(0), { isPinned: true });
    await claimRun(name(1));
    for (let i = 1; i <= MOST_RUNS; i++) expect(await save({ ...run, id: name(i), savedAt: i })).toEqual([]);
    const gone = await save({ ...run, id: name(99), savedAt: 99 });
    expect(gone.map(({ id }) => id)).toEqual([name(2)]);
    releaseRun(name(1));
    expect(await ids()).toEqual(
      [...Array.from({ length: MOST_RUNS + 1 }, (_, i) => name(i)), name(99)].filter((id) => id !== name(2)),
    );
  });

  test('that storage has no room for are refused by it, and the others stay', async () => {
    const run = await savedRun('one', 1);
    await save(run);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    await expect(save({ ...run, id: 'two' })).rejects.toThrow('no room');
    vi.restoreAllMocks();
    expect(await ids()).toEqual(['one']);
  });
});

describe('a run that is open', () => {
  test('is said to be, here or elsewhere, until it is let go of', async () => {
    expect(await claimRun('mine')).toBe(true);
    expect(await claimRun('mine')).toBe(true);
    let letGo = () => undefined as void;
    await new Promise<void>((held) => {
      void navigator.locks.request('pf-ppo-run-theirs', () => {
        held();
        return new Promise<void>((settle) => (letGo = settle));
      });
    });
    const before = await heldRuns();
    expect([...before.here]).toEqual(['mine']);
    expect([...before.elsewhere]).toEqual(['theirs']);
    expect(await claimRun('theirs')).toBe(false);
    expect((await heldRuns()).here.has('theirs')).toBe(false);
    letGo();
    releaseRun('mine');
    expect(await claimRun('theirs')).toBe(true);
    expect([...(await heldRuns()).here]).toEqual(['theirs']);
    releaseRun('theirs');
  });
});
