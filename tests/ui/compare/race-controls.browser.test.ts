import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { RaceRun } from '../../../src/ui/compare/race-run.ts';
import { Race } from '../../../src/ui/compare/race.svelte.ts';
import RaceControls from '../../../src/ui/compare/RaceControls.svelte';
import { setupFrom } from '../../../src/ui/compare/setup.ts';
import type { OpenThreads } from '../../../src/ui/run/threads.ts';
import Voice from '../../../src/ui/Voice.svelte';
import { listen } from '../heard.ts';

/** Threads that fail when they are told to. */
const fails: (() => void)[] = [];
const threads: OpenThreads = (_, onNotice) => {
  const failure = { kind: 'numbers', stage: 'PPO', name: '', message: 'Not finite.', stack: '' } as const;
  fails.push(() => onNotice({ type: 'failed', update: 1, ...failure }));
  return { send: () => undefined, ask: () => new Promise(() => undefined), close: () => undefined };
};
const setup = { ...setupFrom(defaultConfig, defaultKnobs), seeds: [1], updates: 40 };
const open = async (race: Race) => {
  await render(RaceControls, { race, trainsInPlay: false, onpauseplay: () => undefined, onkept: () => undefined }); // prettier-ignore
  await render(Voice, { status: { kind: 'starting' } });
  return listen();
};

test('a comparison is told of by quarters, and where it pauses', async () => {
  const race = new Race(threads, setup);
  const heard = await open(race);
  const runs = [0, 1].map((arm) => ({ update: 0, isBusy: true, state: { arm, seed: 1, seconds: [] } }));
  race.runs = runs as unknown as RaceRun[];
  race.phase = 'running';
  for (let update = 0; update <= 24; update++)
    for (const run of runs) {
      run.update = update;
      race.version++;
      await new Promise(requestAnimationFrame);
    }
  expect(heard).toEqual([
    'Training: 0 of 2 runs done, update 20 of 80 in all.',
    'Training: 0 of 2 runs done, update 40 of 80 in all.',
  ]);
  race.pause();
  await expect.poll(() => heard.slice(2)).toEqual(['Paused: 0 of 2 runs done, update 48 of 80 in all.']);
});

test('one that ends is said to be done at once, and never before to have stopped', async () => {
  const race = new Race(threads, setup);
  const heard = await open(race);
  race.start();
  await expect.element(page.getByRole('status')).toHaveTextContent('Training: 0 of 2 runs done');
  for (const { state } of race.runs) state.isDone = true;
  // Its last turn is over.
  fails[0]();
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  expect(heard).toEqual(['All 2 runs are done.']);
  race.anew();
});
