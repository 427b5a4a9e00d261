import { afterAll, expect, test } from 'vitest';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Knobs } from '../../../src/protocol/config.ts';
import { Run } from '../../../src/ui/run.svelte.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { listRuns, saveRun } from '../../../src/ui/runs/store.ts';
import { forgetAll, savedRun, withFacts } from '../runs/saved.ts';

afterAll(forgetAll);

const withCode = (code: string): Knobs => ({
  ...defaultKnobs,
  filter: { ...defaultKnobs.filter, name: 'own', code },
});
const [theirs, mine] = ['(batch) => batch.scores.map(() => 1)', '(batch) => batch.scores.map(() => 2)'];

test('the visitor’s own code runs in place of a run with code that nobody has read, which is held again when that is begun again', async () => {
  await forgetAll();
  const saved = await savedRun('theirs', 0);
  const record = RunRecord.decode(saved.record);
  const begun = new RunRecord({ ...record.config, knobs: withCode(theirs) });
  for (const event of record.events()) begun.push(event);
  await saveRun(...withFacts({ ...saved, record: begun.encode(), knobs: withCode(theirs), isUnread: true }));
  const run = new Run();
  const [kept] = await listRuns();
  await run.runs.open(kept, 'rest');
  expect(run.runs.said).toMatch(/^Opening/);
  expect(run.own.held.filter).toBe(theirs);
  expect(run.knobs.filter.name).not.toBe('own');

  run.again('as-it-was');
  expect(run.own.held.filter).toBe(theirs);
  expect(run.knobs.filter.name).not.toBe('own');

  await run.runs.open(kept, 'rest');
  // As Compare hands over one of its settings.
  run.beginAs({ policy: undefined, tasks: undefined, knobs: withCode(mine) });
  expect(run.knobs.filter).toMatchObject({ name: 'own', code: mine });
  expect(run.own.isHeld).toBe(false);
});
