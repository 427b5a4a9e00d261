import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import { forgetRuns, keepRace, loadRace } from '../../../src/ui/compare/kept-race.ts';
import type { RaceRunState } from '../../../src/ui/compare/race-run.ts';
import type { RaceSetup } from '../../../src/ui/compare/setup.ts';
import type { SavedRun } from '../../../src/ui/runs/store.ts';

const setup: RaceSetup = { arms: [defaultConfig, defaultConfig], seeds: [1], updates: 10 };
const run = (arm: number): RaceRunState => ({ arm, seed: 1, seconds: [], predictors: [] });
/** Of a state only that it comes back matters here. */
const stateOf = (id: string) => ({ id, record: Uint8Array.of(1, 2, 3) }) as unknown as SavedRun;

test('a race comes back with the states of the runs that were under way, and of no others', async () => {
  const [one, two] = [run(0), run(1)];
  await keepRace({ setup, runs: [one, two] }, [
    { run: one, state: stateOf('first') },
    { run: two, state: stateOf('second') },
  ]);
  // The first has moved on, the second is done.
  const done = { ...two, isDone: true };
  await keepRace({ setup, runs: [one, done] }, [
    { run: one, state: stateOf('later') },
    { run: done, state: undefined },
  ]);
  const left = await loadRace();
  expect(left?.race.runs).toEqual([one, done]);
  expect(left?.race.setup).toEqual(setup);
  expect(left?.savedOf(one)).toEqual(stateOf('later'));
  expect(left?.savedOf(done)).toBeUndefined();

  // A page that did not know a knob had it at its standard; one that cannot be is no race to go on with.
  const { advantage: _, ...older } = defaultConfig.knobs;
  const oldArm = { ...defaultConfig, knobs: older } as typeof defaultConfig;
  await keepRace({ setup: { ...setup, arms: [oldArm, oldArm] }, runs: [] }, []);
  expect((await loadRace())?.race.setup).toEqual(setup);
  const broken = { ...defaultConfig, knobs: { ...defaultConfig.knobs, groupSize: -1 } };
  await keepRace({ setup: { ...setup, arms: [broken] }, runs: [] }, []);
  expect(await loadRace()).toBeUndefined();

  // Given up: what was set stays.
  await forgetRuns();
  await keepRace({ setup, runs: [] }, []);
  expect((await loadRace())?.race).toMatchObject({ setup, runs: [] });
  expect((await loadRace())?.savedOf(one)).toBeUndefined();
});
