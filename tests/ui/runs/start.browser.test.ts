import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { RunRecord } from '../../../src/record/run-record.ts';
import { Runs } from '../../../src/ui/runs/runs.svelte.ts';
import RunsPart from '../../../src/ui/runs/RunsPart.svelte';
import { markRun, saveRun } from '../../../src/ui/runs/store.ts';
import { forgetAll, savedRun, stateAt, withFacts } from './saved.ts';

beforeEach(forgetAll);
afterAll(() => void (location.hash = ''));

test('others can begin with a run as it was at a checkpoint, with what was set then, or at its end; its row leads there', async () => {
  const run = await savedRun('one', 1000, 12);
  const early = { ...stateAt(5), knobs: { ...run.knobs, klCoef: 0.3 } };
  await saveRun(...withFacts(run), [early, stateAt(10)]);
  await markRun('one', { name: 'One' });
  const openBranch = vi.fn(() => Promise.resolve());
  const keepNow = vi.fn();
  const runs = new Runs({ openId: () => 'one', keepNow, open: () => Promise.resolve(), openBranch });
  await render(RunsPart, { runs });
  await runs.show();
  const [one] = runs.kept;
  keepNow.mockClear();
  expect(await runs.startsOf(one)).toEqual([5, 10, 12]);
  // The open one as it is.
  expect(keepNow).toHaveBeenCalled();
  const starts = [await runs.startAt(one, 5), await runs.startAt(one), await runs.startIn('one')];
  const told = starts.map(({ facts: { runId, branch, config } }) => [
    ...[runId, branch.update, branch.name, config.preset, config.knobs.klCoef],
  ]);
  expect(told).toEqual([
    ['one', 5, 'One', 'tiny', 0.3],
    ['one', 12, 'One', 'tiny', run.knobs.klCoef],
    ['one', 12, 'One', 'tiny', run.knobs.klCoef],
  ]);
  expect(starts[0].state.state).toEqual(early);
  // Of its programs the last few are left, of its numbers all.
  const record = RunRecord.decode(starts[1].state.record);
  expect(record.updatesOf('batch')).toEqual([0, 9, 10, 11, 12]);
  expect([...record.events((type, at) => type === 'updated' && at > 0)]).toHaveLength(12);

  await expect(runs.startAt(one, 7)).rejects.toThrow('There is no checkpoint of update 7 any more.');
  expect((await runs.startIn('one', 5)).state.state).toEqual(early);
  await expect(runs.startIn('another')).rejects.toThrow('is not in this browser');
  await runs.begin(starts[0].state);
  expect(openBranch).toHaveBeenLastCalledWith(starts[0].state);
  const dialog = page.getByRole('dialog', { name: 'Runs' });
  const link = dialog.getByRole('link', { name: 'Compare from it' });
  await expect.element(link).toHaveAttribute('href', '#/compare?run=one');
  await link.click();
  await expect.element(dialog).not.toBeInTheDocument();
  await runs.show();
  await runs.remove(one);
  await expect(runs.startAt(one)).rejects.toThrow('“One” was deleted in another tab.');
});
