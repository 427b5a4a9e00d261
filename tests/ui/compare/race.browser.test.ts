import { expect, test } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { loadRace } from '../../../src/ui/compare/kept-race.ts';
import { setupOf } from '../../../src/ui/compare/link.ts';
import { RaceRun } from '../../../src/ui/compare/race-run.ts';
import { Race } from '../../../src/ui/compare/race.svelte.ts';
import { released, setupFrom } from '../../../src/ui/compare/setup.ts';
import { branchOf } from '../../../src/record/run-file.ts';
import { startOf } from '../../../src/ui/runs/start.ts';
import { listRuns, loadRun, saveRun, type KeptRun } from '../../../src/ui/runs/store.ts';
import { forgetAll, savedRun, withFacts } from '../runs/saved.ts';
import type { OpenThreads } from '../../../src/ui/run/threads.ts';

/** Threads that never say anything. */
const silent: OpenThreads = () => ({
  send: () => undefined,
  ask: () => new Promise(() => undefined),
  close: () => undefined,
});
const own = setupFrom(defaultConfig, defaultKnobs);
const linked = (query: string) => setupOf(`arms=2&seeds=5&updates=10&${query}`);

test('a link sets up a comparison, but for one that has begun: then it waits until that is given up', async () => {
  const race = new Race(silent, own);
  const [one, other] = [linked('1.filter=none&zzz=1'), linked('kl=0.3')];
  await race.offer(one);
  expect(race.setup).toEqual(one.setup);
  expect(race.notice).toMatch(/^These settings came with the link\. .*“zzz”/);
  // It is kept before it begins.
  await expect.poll(async () => (await loadRace())?.race).toMatchObject({ setup: one.setup, runs: [] });
  race.start();
  await race.offer(other);
  expect(race.setup).toEqual(one.setup);
  expect(race.offered).toEqual(other);
  race.pause();
  race.anew();
  await expect.poll(() => race.setup).toEqual(other.setup);
  expect([race.phase, race.offered, race.runs]).toEqual(['setup', undefined, []]);
  await expect.poll(async () => (await loadRace())?.race).toMatchObject({ setup: other.setup, runs: [] });

  // Nothing begins before the code that came along is used or left out.
  const { setup, problems } = linked('2.filter=own&2.code=return%20group.responses.map(()%3D%3E1)%3B');
  expect(problems).toEqual([]);
  await race.offer({ setup, problems });
  race.start();
  expect([race.isHeld, race.phase]).toEqual([true, 'setup']);
  race.change({ arms: setup.arms.map((arm) => released(arm, true)) });
  race.start();
  expect([race.isHeld, race.phase]).toEqual([false, 'running']);
  race.pause();
  race.anew();
});

test('all begin with a run as it was: with its configuration, kept with the comparison, and gone with a link', async () => {
  const saved = await savedRun('parent', 0);
  const parent = { id: 'parent', label: 'the parent', name: 'Parent' } as KeptRun;
  const start = await startOf({ ...saved, branch: branchOf(parent, 3) }, parent);
  const race = new Race(silent, own);
  await expect.poll(() => race.notice).toBe('These settings are as you left them.');
  race.change({ arms: own.arms.map((arm) => ({ ...arm, preset: 'small', maxGradNorm: 9 })), seeds: [5, 6] });
  race.beginWith(start);
  const { setup } = race;
  expect(
    setup.arms.map(({ knobs: { filter }, preset, maxGradNorm }) => [filter.name, preset, maxGradNorm]),
  ).toEqual(own.arms.map(({ knobs: { filter } }) => [filter.name, 'tiny', defaultConfig.maxGradNorm]));
  expect([setup.seeds, setup.start?.branch]).toEqual([
    [1, 2],
    { update: 3, name: 'Parent', label: 'the parent' },
  ]);
  await expect.poll(async () => (await loadRace())?.start).toEqual(start.state);
  // What is added is its knobs alone.
  race.change({ arms: [...setup.arms, { ...defaultConfig, preset: 'small' }] });
  expect(race.setup.arms[2].preset).toBe('tiny');
  expect(race.begun({ ...defaultConfig, seed: 7 })).toMatchObject({
    state: { update: 3 },
    branch: { name: 'Parent' },
  });
  await expect.poll(async () => (await loadRace())?.race.setup.arms.length).toBe(3);
  expect((await loadRace())?.start).toEqual(start.state);

  await race.offer(linked('kl=0.3'));
  expect(race.setup.start).toBeUndefined();
  expect(() => race.begun(defaultConfig)).toThrow('is not here any more');
  await expect.poll(async () => (await loadRace())?.start).toBeUndefined();
  // One that has begun stays when Runs asks for another.
  race.start();
  await expect(race.offerStart(() => Promise.resolve(start))).rejects.toThrow('This comparison has begun');
  race.pause();
  race.anew();
  await race.offerStart(() => Promise.resolve(start));
  expect(race.setup.arms.map(({ knobs }) => knobs.filter.name)).toEqual(['none', 'best-worst']);
  expect(race.setup.start).toEqual(start.facts);
  await expect.poll(async () => (await loadRace())?.start).toEqual(start.state);
});

test('a run that is done is kept among those of Play once, one that waits as a copy, and one that trains is refused', async () => {
  await forgetAll();
  const race = new Race(silent, own);
  const runOf = async (arm: number, isDone: boolean, id?: string) => {
    const state = { ...{ arm, seed: 5, seconds: [], predictors: [] }, ...(isDone && { isDone }) };
    return new RaceRun(
      defaultConfig,
      state,
      10,
      silent,
      () => undefined,
      id === undefined ? undefined : await savedRun(id, 0, 3),
    );
  };
  race.runs = [await runOf(0, true, 'done'), await runOf(1, false, 'waits'), await runOf(2, false)];
  race.phase = 'running';
  expect(await race.keepRun(0, 5)).toBe('done');
  await expect(race.keepRun(1, 5)).rejects.toThrow('being trained');
  race.phase = 'paused';
  expect(await race.keepRun(1, 5)).toBe('waits-3');
  await expect(race.keepRun(2, 5)).rejects.toThrow('Nothing is kept of this run.');
  // Gone on with in Play, it stays as it is there.
  const later = await savedRun('done', 0, 7);
  await saveRun(...withFacts(later));
  expect(await race.keepRun(0, 5)).toBe('done');
  await race.keepRuns();
  expect((await loadRun('done'))?.state.update).toBe(7);
  expect((await listRuns()).map(({ id }) => id).sort()).toEqual(['done', 'waits-3']);
});
