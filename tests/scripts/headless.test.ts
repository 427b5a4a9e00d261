import { expect, test } from 'vitest';
import { headless } from '../../scripts/headless.ts';
import { ownExamples, ownName } from '../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';
import type { RunEvent } from '../../src/protocol/events.ts';

/** The metrics of update 1 of a run on Node's own engine and judge. */
async function firstUpdate(filter: FilterConfig) {
  const knobs = { ...defaultKnobs, promptsPerUpdate: 4, groupSize: 4, evalPrompts: 2, filter };
  const events: RunEvent[] = [];
  const run = await headless({ ...defaultConfig, preset: 'tiny', engine: 'cpu', knobs }, () => undefined);
  for await (const event of run.events) {
    events.push(event);
    if (event.type === 'updated') break;
  }
  await run.settled();
  run.free();
  return events.flatMap((event) => (event.type === 'updated' ? [event.metrics] : []));
}

test('commands run a filter that somebody wrote as the page does', async () => {
  const [{ code, like }] = ownExamples;
  const plain = { ...defaultKnobs.filter, ...like, profile: [1, 0, 0, 1] };
  expect(await firstUpdate({ ...plain, name: ownName, code })).toEqual(await firstUpdate(plain));
  await expect(firstUpdate({ ...plain, name: ownName, code: 'const filter = 3;' })).rejects.toThrow(
    'Update 0: your own filter failed at line 1. There is no function named filter.',
  );
});
