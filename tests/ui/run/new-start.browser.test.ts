import { afterAll, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Knobs } from '../../../src/protocol/config.ts';
import { Run } from '../../../src/ui/run.svelte.ts';
import { listRuns, saveRun } from '../../../src/ui/runs/store.ts';
import ScenarioChoice from '../../../src/ui/ScenarioChoice.svelte';
import Voice from '../../../src/ui/Voice.svelte';
import { listen } from '../heard.ts';
import { forgetAll, savedRun, withFacts } from '../runs/saved.ts';

afterAll(forgetAll);

test('a scenario that is chosen by an arrow key begins a run, and it is heard that the one before is kept, once', async () => {
  await forgetAll();
  await saveRun(...withFacts(await savedRun('mine', 0, 3)));
  const run = new Run();
  await run.runs.open((await listRuns())[0], 'rest');
  await expect.poll(() => run.finished).toBe(3);
  const screen = await render(ScenarioChoice, {
    knobs: run.knobs,
    learned: run.finished,
    onchoose: (part: Partial<Knobs>) => run.beginAs({ knobs: { ...run.knobs, ...part } }),
  });
  await render(Voice, { status: { kind: 'starting' } });
  const heard = listen();
  const checked = screen.getByRole('radio', { checked: true });
  (checked.element() as HTMLInputElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => heard).toEqual(['A new run begins. The one before, of 3 updates, stays in Runs.']);
  expect((await listRuns()).map(({ id }) => id)).toContain('mine');
  // The next has nothing to keep.
  const { knobs } = run;
  await screen.rerender({ knobs });
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => run.knobs).not.toEqual(knobs);
  expect(heard).toHaveLength(1);
});
