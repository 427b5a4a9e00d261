import { expect, test } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { loadRace } from '../../../src/ui/compare/kept-race.ts';
import { setupOf } from '../../../src/ui/compare/link.ts';
import { Race } from '../../../src/ui/compare/race.svelte.ts';
import { released, setupFrom } from '../../../src/ui/compare/setup.ts';
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
