import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { course } from '../../../src/course/course.ts';
import { decodeRunFile, encodeRunFile } from '../../../src/record/run-file.ts';
import { learn } from '../../../src/ui/learn/learn.svelte.ts';
import { LiveRun } from '../../../src/ui/run/live-run.ts';
import { Runs } from '../../../src/ui/runs/runs.svelte.ts';
import RunsPart from '../../../src/ui/runs/RunsPart.svelte';
import { loadRun, markRun, saveRun } from '../../../src/ui/runs/store.ts';
import { forgetAll, savedRun, withFacts } from './saved.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const dialog = page.getByRole('dialog', { name: 'Runs' });
const row = (name: string) => dialog.getByRole('listitem', { name, exact: true });
const button = (of: string, name: string) => row(of).getByRole('button', { name, exact: true });
const [exercise] = course;
const theirs = { lessons: { [exercise.id]: { predicted: 1, numbers: [], note: 'theirs & so' } } };

/** What the page hands out as files. */
const given = vi.spyOn(URL, 'createObjectURL');
const newest = async () => {
  await vi.waitFor(() => expect(given).toHaveBeenCalled());
  const blob = given.mock.lastCall![0] as Blob;
  given.mockClear();
  return blob;
};
const exported = async () => decodeRunFile(new Uint8Array(await (await newest()).arrayBuffer()));

beforeEach(async () => {
  await page.viewport(800, 900);
  await forgetAll();
  localStorage.clear();
  [learn.answers, learn.grade] = [{}, undefined];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
  given.mockClear();
});
afterEach(() => {
  localStorage.clear();
});

async function list() {
  await saveRun(...withFacts(await savedRun('Mine', 1000, 2)));
  await markRun('Mine', { name: 'Mine' });
  const none = () => Promise.resolve();
  const runs = new Runs({ openId: () => undefined, keepNow: () => undefined, open: none, openBranch: none });
  await render(RunsPart, { runs });
  await runs.show();
  await expect.element(row('Mine')).toBeVisible();
  return runs;
}

test('a run takes the learner’s answers with it, once there are any', async () => {
  await list();
  await button('Mine', 'Export…').click();
  await expect.element(row('Mine')).toHaveTextContent('A whole run has your answers to the lessons in it');
  expect(button('Mine', 'Answers that came with it (HTML)').query()).toBeNull();
  await button('Mine', 'Whole run (.pfppo)').click();
  expect((await exported()).answers).toBeUndefined();
  learn.amend(exercise, { predicted: 2, note: 'mine' });
  await button('Mine', 'Whole run (.pfppo)').click();
  const { answers } = await exported();
  expect(answers?.lessons).toEqual({ [exercise.id]: { predicted: 2, numbers: [], note: 'mine' } });
});

test('answers that come with a file stay with its run: to print, to pass on, and never in place of one’s own', async () => {
  const runs = await list();
  learn.amend(exercise, { predicted: 2, note: 'mine' });
  const { id: _, savedAt: __, ...run } = await savedRun('x', 0, 3);
  const bytes = await encodeRunFile({ ...run, name: 'Theirs', answers: theirs });
  await runs.takeIn([new File([bytes], 'theirs.pfppo')]);
  await expect.element(row('Theirs')).toHaveTextContent('3 updates · held-out');
  await expect.element(row('Theirs')).toHaveTextContent('with answers to 1 lesson');
  await expect.element(dialog.getByRole('status')).toHaveTextContent('Answers to lessons came with it');
  expect(learn.answerTo(exercise).note).toBe('mine');
  await button('Theirs', 'Export…').click();
  await button('Theirs', 'Answers that came with it (HTML)').click();
  expect(await (await newest()).text()).toContain('<blockquote>theirs &amp; so</blockquote>');
  await button('Theirs', 'Whole run (.pfppo)').click();
  expect((await exported()).answers).toEqual(theirs);
  // Nor does opening it, and going on, lose them.
  const kept = await loadRun(runs.kept.find(({ name }) => name === 'Theirs')!.id);
  const live = new LiveRun(
    kept!,
    () => ({ close: () => undefined, send: () => undefined }) as never,
    () => undefined,
  );
  expect(live.saved(5)?.answers).toEqual(theirs);
});
