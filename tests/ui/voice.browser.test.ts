import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import Controls from '../../src/ui/Controls.svelte';
import { Pace } from '../../src/ui/pace.ts';
import type { Status } from '../../src/ui/status.ts';
import { voice } from '../../src/ui/voice.svelte.ts';
import Voice from '../../src/ui/Voice.svelte';
import { listen } from './heard.ts';
import '../../src/ui/css/page.css';

const lastOf = (update: number) => ({
  ...{ update, programs: 64, passed: 10 + update, kl: 0.01, kept: 16 },
  filter: defaultKnobs.filter,
});
const running = (update: number): Status => ({
  kind: 'running',
  update: update + 1,
  phase: 'score',
  last: update > 0 ? lastOf(update) : undefined,
});
const paused = (update: number): Status => ({
  ...{ kind: 'paused', update, phase: 'prompts', finished: true, last: lastOf(update) },
});
const none = () => undefined;
const handlers = {
  ...{ ontrain: none, onpause: none, onstep: none, onagain: none, onseed: none, onrecording: none },
  ...{ onstoprules: none, onnow: none, seed: 1, warning: undefined, hasChanged: false, stopRules: {} },
};

test('a run that trains is told of after its first update, then seldom, and once where it pauses', async () => {
  let now = 0;
  const pace = new Pace(() => now);
  const line = await render(Controls, { status: paused(0), ...handlers });
  const page = await render(Voice, { status: paused(0), pace });
  const heard = listen();
  const draw = async (status: Status) => {
    await line.rerender({ status });
    await page.rerender({ status });
  };
  for (let update = 0; update <= 40; update++) {
    now = 1000 * update;
    await draw(running(update));
    // As often as it is drawn.
    await draw({ ...running(update), phase: 'judge' } as Status);
  }
  expect(heard).toEqual([
    'Update 1: 11 of 64 pass.',
    'Update 16: 26 of 64 pass.',
    'Update 31: 41 of 64 pass.',
  ]);
  // Slow ones: no more than one of ten.
  for (let update = 41; update <= 44; update++) {
    now += 60_000;
    await draw(running(update));
  }
  expect(heard.slice(3)).toEqual(['Update 41: 51 of 64 pass.']);
  await draw(paused(44));
  expect(heard.slice(4)).toEqual([expect.stringMatching(/^Paused after update 44:/)]);
  // What is known already is not told again when it goes on.
  await draw(running(44));
  expect(heard).toHaveLength(5);
  await draw(running(45));
  expect(heard.slice(5)).toEqual(['Update 45: 55 of 64 pass.']);
});

test('the same sentence is said again', async () => {
  await render(Voice, { status: paused(1) });
  const heard = listen();
  voice.say('11 responses listed.');
  await expect.poll(() => heard).toHaveLength(1);
  voice.say('11 responses listed.');
  await expect.poll(() => heard).toEqual(['11 responses listed.', '11 responses listed.']);
});
