import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { TrainingState } from '../../../src/protocol/state.ts';
import { encodeRunFile } from '../../../src/record/run-file.ts';
import { releaseRun } from '../../../src/ui/runs/locks.ts';
import { Runs } from '../../../src/ui/runs/runs.svelte.ts';
import RunsButton from '../../../src/ui/runs/RunsButton.svelte';
import RunsPart from '../../../src/ui/runs/RunsPart.svelte';
import { listRuns, loadRun, markRun, saveRun, type SavedRun } from '../../../src/ui/runs/store.ts';
import { forgetAll, savedRun, stateAt, withFacts } from './saved.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const opened = vi.fn<(run: SavedRun, then: 'rest' | 'train') => Promise<void>>();
const dialog = page.getByRole('dialog', { name: 'Runs' });
const row = (name: string) => dialog.getByRole('listitem', { name, exact: true });
const button = (of: string, name: string) => row(of).getByRole('button', { name, exact: true });
const names = () =>
  dialog
    .getByRole('listitem')
    .elements()
    .map((item) => item.querySelector('b')!.textContent);

const branched = vi.fn<(run: SavedRun, checkpoints: readonly TrainingState[]) => Promise<void>>();

/** Three kept runs, the first of which is open; the list is shown. */
async function list(openId?: string) {
  for (const [i, name] of ['First', 'Second', 'Third'].entries()) {
    await saveRun(...withFacts(await savedRun(name, 1000 * i, 1 + i)));
    await markRun(name, { name });
  }
  const runs = new Runs({
    openId: () => openId,
    keepNow: () => undefined,
    open: opened,
    openBranch: branched,
  });
  await render(RunsPart, { runs });
  const screen = await render(RunsButton, { runs });
  await screen.getByRole('button', { name: 'Runs (3)' }).click();
  await expect.element(row('First')).toBeVisible();
  return runs;
}

beforeEach(async () => {
  await page.viewport(800, 900);
  await forgetAll();
});
afterEach(() => {
  vi.restoreAllMocks();
  opened.mockReset();
  branched.mockClear();
  for (const id of ['First', 'Second', 'Third']) releaseRun(id);
});

describe('the list of runs', () => {
  test('can be sorted', async () => {
    await list();
    expect(names()).toEqual(['Third', 'Second', 'First']);
    await dialog.getByRole('radio', { name: 'name' }).click({ force: true });
    await expect.poll(names).toEqual(['First', 'Second', 'Third']);
    await dialog.getByRole('radio', { name: 'updates' }).click({ force: true });
    await expect.poll(names).toEqual(['Third', 'Second', 'First']);
  });

  test('says what each run is, and where all of them are', async () => {
    await list('First');
    await expect
      .element(row('Second'))
      .toHaveTextContent(/unsure middle, seed 1 · 2 updates · held-out 0\.\d\d/);
    await expect.element(row('Second')).toHaveTextContent(/CPU, tiny/);
    await expect.element(row('First')).toHaveTextContent('open here');
    for (const name of ['Look at it', 'Go on', 'Delete'])
      expect(button('First', name).elements()).toHaveLength(0);
    await expect.element(dialog).toHaveTextContent(/3 runs, .* kept in this browser and nowhere else/);
  });

  test('renames a run in its place: Enter keeps the name, Escape does not, and the list stays', async () => {
    await list();
    await button('Second', 'Rename').click();
    const field = dialog.getByRole('textbox', { name: 'Name of the run' });
    await expect.element(field).toHaveFocus();
    await userEvent.keyboard('Best so far{Enter}');
    await expect.element(row('Best so far')).toBeVisible();
    expect((await listRuns()).find(({ id }) => id === 'Second')?.name).toBe('Best so far');
    await expect.element(button('Best so far', 'Rename')).toHaveFocus();
    await button('Third', 'Rename').click();
    await userEvent.keyboard('No{Escape}');
    await expect.element(field).not.toBeInTheDocument();
    await expect.element(row('Third')).toBeVisible();
    // Without a name it has its own words.
    await button('Third', 'Rename').click();
    await userEvent.keyboard('{Delete}{Enter}');
    await expect.element(row('unsure middle, seed 1')).toBeVisible();
  });

  test('pins a run, and deletes one until that is taken back', async () => {
    await list();
    await button('Second', 'Pin').click();
    await expect.element(row('Second')).toHaveTextContent('pinned');
    await button('Second', 'Delete').click();
    await expect.poll(names).toEqual(['Third', 'First']);
    const undo = dialog.getByRole('button', { name: 'Undo' });
    await expect.element(undo).toHaveFocus();
    await undo.click();
    await expect.poll(names).toEqual(['Third', 'Second', 'First']);
    await expect.element(row('Second')).toHaveTextContent('pinned');
    await expect.element(undo).not.toBeInTheDocument();
  });

  test('opens a run to look at it, or to go on with it', async () => {
    const runs = await list();
    await button('Second', 'Look at it').click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(page.getByRole('button', { name: 'Runs (3)' })).toHaveFocus();
    expect(opened).toHaveBeenCalledWith(expect.objectContaining({ id: 'Second' }), 'rest');
    await runs.show();
    await button('Third', 'Go on').click();
    await expect.poll(() => opened.mock.lastCall?.[1]).toBe('train');
    opened.mockImplementationOnce(() => {
      throw new Error('The recorded run cannot be read: it is cut off.');
    });
    await runs.show();
    await button('First', 'Look at it').click();
    await expect.element(dialog.getByRole('status')).toHaveTextContent('it is cut off.');
  });

  test('marks a run of another tab, which cannot be opened or deleted here', async () => {
    let letGo = () => undefined as void;
    await new Promise<void>((held) => {
      void navigator.locks.request('pf-ppo-run-Second', () => {
        held();
        return new Promise<void>((settle) => (letGo = settle));
      });
    });
    await list();
    await expect.element(row('Second')).toHaveTextContent('open in another tab');
    expect(button('Second', 'Delete').elements()).toHaveLength(0);
    letGo();
  });

  test('has up to three runs drawn in the charts, by their names', async () => {
    const runs = await list();
    await saveRun(...withFacts(await savedRun('Fourth', 4000)));
    await runs.refresh();
    const tick = (name: string) => row(name).getByRole('checkbox', { name: 'in the charts' });
    for (const [i, name] of ['First', 'Second', 'Third'].entries()) {
      await tick(name).click();
      await expect.poll(() => runs.compared.length).toBe(i + 1);
    }
    expect(runs.compared.map(({ label, history }) => [label, history.length])).toEqual([
      ['First', 2],
      ['Second', 3],
      ['Third', 4],
    ]);
    await expect.element(tick('unsure middle, seed 1')).toBeDisabled();
    await tick('Second').click();
    await expect.poll(() => runs.compared.map(({ label }) => label)).toEqual(['First', 'Third']);
    await expect.element(tick('unsure middle, seed 1')).toBeEnabled();
    await button('Third', 'Delete').click();
    await expect.poll(() => runs.compared.map(({ label }) => label)).toEqual(['First']);
  });

  test('takes in a file that is dropped, and says of another one what is wrong; nothing is lost', async () => {
    await list();
    const { id: _, savedAt: __, ...run } = await savedRun('x', 0, 2);
    const bytes = await encodeRunFile({ ...run, name: 'From afar' });
    const drop = (part: BlobPart, name: string) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([part], name));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    };
    drop(bytes.slice(0, -9), 'half.pfppo');
    const said = dialog.getByRole('status');
    await expect.element(said).toHaveTextContent(/half\.pfppo was not taken in\. The file is cut off/);
    expect(names()).toEqual(['Third', 'Second', 'First']);
    drop(bytes, 'whole.pfppo');
    await expect.element(row('From afar')).toHaveTextContent(/2 updates/);
    await expect.element(said).toHaveTextContent(/whole\.pfppo.*2 updates/);
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['{}'], 'pasted.json'));
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
    await expect
      .element(said)
      .toHaveTextContent(/pasted\.json was not taken in\. It is no UNIPO log, at header/);
    expect(names()).toHaveLength(4);
  });

  test('shows a log of another program in charts, and says what is wrong with one', async () => {
    const runs = await list();
    const log = (metrics: object) =>
      JSON.stringify({ header: { algorithm: 'grpo' }, entries: [1, 2].map((step) => ({ step, metrics })) });
    await runs.takeIn([new File([log({ total_loss: 1 })], 'bad.json')]);
    await expect
      .element(dialog.getByRole('status'))
      .toHaveTextContent('bad.json was not taken in. None of its');
    await runs.takeIn([new File([log({ entropy: 1.5, kl: 0.25 })], 'good.json')]);
    const shown = page.getByRole('dialog', { name: 'good.json' });
    await expect
      .element(shown)
      .toHaveTextContent(/grpo\. 2 updates of 2 steps\. .*In the units of its maker/);
    await expect.element(shown.getByRole('slider', { name: 'KL, by update' })).toBeVisible();
    await expect
      .element(shown.getByRole('slider', { name: 'entropy, by update' }))
      .toHaveAttribute('aria-valuetext', expect.stringContaining('1.50'));
    await userEvent.keyboard('{Escape}');
    await expect.element(shown).not.toBeInTheDocument();
    expect(names()).toHaveLength(3);
    const data = { 'critic/score/mean': 0.5, 'val-core/sums/acc/mean@1': 0.25, 'timing_s/gen': 3 };
    const lines = [1, 2].map((step) => JSON.stringify({ step, data })).join('\n');
    await runs.takeIn([new File([lines], 'theirs.jsonl')]);
    const theirs = page.getByRole('dialog', { name: 'theirs.jsonl' });
    await expect
      .element(theirs)
      .toHaveTextContent(/verl\. 2 updates of 2 steps\. .*the unit of its own reward/);
    await expect.element(theirs.getByRole('slider', { name: 'score, by update' })).toBeVisible();
    await expect
      .element(theirs.getByRole('slider', { name: 'held-out pass@1, by update' }))
      .toHaveAttribute('aria-valuetext', expect.stringContaining('0.25'));
    await theirs.getByText('Not shown: 1 metric').click();
    await expect.element(theirs.getByText('timing_s/gen')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await runs.takeIn([new File(['{"step": "one"}'], 'broken.jsonl')]);
    await expect
      .element(dialog.getByRole('status'))
      .toHaveTextContent('broken.jsonl was not taken in. Its line 1, step: it is “one”, expected');
    const ours = {
      header: {
        model_name: 'pf-ppo-playground/tiny',
        hparams: { klCoef: 0.1, changes: [{ step: 1, klCoef: 0.05 }] },
      },
      entries: [0, 1].map((step) => ({ step, metrics: { kl: 0.25 } })),
    };
    await runs.takeIn([new File([JSON.stringify(ours)], 'ours.json')]);
    await expect
      .element(page.getByRole('dialog', { name: 'ours.json' }))
      .toHaveTextContent('On the way was set: KL coefficient 0.1 → 0.05 at 2. It is shown and not kept.');
  });

  test('gives the settings of a run, but none with code that nobody has read', async () => {
    const runs = await list();
    const [run] = runs.kept;
    const saved = (await loadRun(run.id))!;
    expect(await runs.settingsOf(run)).toMatchObject({
      seed: expect.any(Number) as number,
      knobs: saved.knobs,
    });
    const knobs = { ...saved.knobs, teacher: 'own-score', teacherCode: 'x' } as const;
    await saveRun(...withFacts({ ...saved, knobs, isUnread: true }));
    await expect(runs.settingsOf(run)).rejects.toThrow(
      'with code that nobody here has read: look at it first.',
    );
    await saveRun(...withFacts({ ...saved, knobs }));
    expect((await runs.settingsOf(run)).knobs.teacherCode).toBe('x');
  });

  test('says why there is none where storage is forbidden', async () => {
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    const runs = new Runs({
      openId: () => undefined,
      keepNow: () => undefined,
      open: opened,
      openBranch: branched,
    });
    await render(RunsPart, { runs });
    await runs.show();
    await expect
      .element(dialog.getByRole('status'))
      .toHaveTextContent(
        'This browser does not let the page keep runs. The reason: The operation is insecure.',
      );
  });

  test('a run branches off another, which stays as it is', async () => {
    const run = await savedRun('Second', 1000, 12);
    await list();
    await saveRun(...withFacts(run), [stateAt(5), stateAt(10)]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Runs (3)' }).click();
    await button('Second', 'Branch').click();
    await expect.poll(() => branched.mock.calls.length).toBe(1);
    const [begun, checkpoints] = branched.mock.calls[0];
    expect(begun).toMatchObject({ state: run.state, knobs: run.knobs });
    expect(begun.record).toHaveLength(run.record.length);
    expect(begun.id).not.toBe('Second');
    expect(checkpoints.map(({ update }) => update)).toEqual([5, 10]);
    expect((await loadRun('Second'))?.state).toEqual(run.state);
  });

  test('a branch says what it is of, in the list, in the charts, in a file, and of a branch of it', async () => {
    const runs = await list();
    const keepBranch = async (of: string) => {
      branched.mockClear();
      await runs.branch(runs.kept.find(({ id }) => id === of)!);
      const [[branch]] = branched.mock.calls;
      await saveRun(...withFacts(branch));
      await runs.show();
      return branch.id;
    };
    const named = await keepBranch('Second');
    const own = 'unsure middle, seed 1, from update 2 of “Second”';
    await expect.element(row(own)).toBeVisible();
    await runs.compare(
      runs.kept.find(({ id }) => id === named)!,
      true,
    );
    expect(runs.compared.map(({ label }) => label)).toEqual([own]);
    // Of one that has no name, in the second line.
    const grandchild = await keepBranch(named);
    const second = row('unsure middle, seed 1, branched off at update 2');
    await expect.element(second).toHaveTextContent(`branched off “${own}”`);
    await expect.element(row(own)).not.toHaveTextContent('branched off');
    // A name of its own does not hide it, nor does a file lose it.
    const kept = (await loadRun(grandchild))!;
    const { id: _, savedAt: __, ...run } = kept;
    await runs.takeIn([new File([await encodeRunFile({ ...run, name: 'Mine' })], 'mine.pfppo')]);
    await expect
      .element(row('Mine'))
      .toHaveTextContent(
        /unsure middle, seed 1, branched off at update 2 · .* · branched off “unsure middle/,
      );
    expect((await loadRun(runs.kept.find(({ name }) => name === 'Mine')!.id))?.branch).toEqual(kept.branch);
  });

  test('a run branches off from a checkpoint with what was set then, and not from where there is none', async () => {
    const run = await savedRun('Second', 1000, 12);
    const runs = await list();
    const then = { ...stateAt(10), knobs: { ...run.knobs, klCoef: 0.07 } };
    await saveRun(...withFacts(run), [stateAt(5), then]);
    await runs.branchOff(run, 10);
    const [begun, checkpoints] = branched.mock.calls[0];
    expect(begun).toMatchObject({ state: then, knobs: then.knobs });
    expect(begun.record).toBe(run.record);
    expect(begun.branch).toEqual({ update: 10, name: 'Second', label: 'unsure middle, seed 1' });
    expect(checkpoints.map(({ update }) => update)).toEqual([5, 10]);
    await expect(runs.branchOff(run, 11)).rejects.toThrow('There is no checkpoint of update 11 any more.');
    expect(branched).toHaveBeenCalledOnce();
  });

  test('fits a phone', async () => {
    await page.viewport(360, 700);
    await list('First');
    await button('Second', 'Export…').click();
    await button('Third', 'Delete').click();
    await expect.element(dialog.getByRole('button', { name: 'Undo' })).toBeVisible();
    const { scrollWidth, clientWidth } = dialog.element();
    expect(scrollWidth).toBe(clientWidth);
  });
});
