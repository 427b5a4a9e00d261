import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { encodeRunFile } from '../../../src/record/run-file.ts';
import { releaseRun } from '../../../src/ui/runs/locks.ts';
import { Runs } from '../../../src/ui/runs/runs.svelte.ts';
import RunsButton from '../../../src/ui/runs/RunsButton.svelte';
import RunsPart from '../../../src/ui/runs/RunsPart.svelte';
import Scrub from '../../../src/ui/runs/Scrub.svelte';
import { listRuns, markRun, saveRun, type SavedRun } from '../../../src/ui/runs/store.ts';
import type { Status } from '../../../src/ui/status.ts';
import { forgetAll, savedRun, withFacts } from './saved.ts';
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

/** Three kept runs, the first of which is open; the list is shown. */
async function list(openId?: string) {
  for (const [i, name] of ['First', 'Second', 'Third'].entries()) {
    await saveRun(...withFacts(await savedRun(name, 1000 * i, 1 + i)));
    await markRun(name, { name });
  }
  const runs = new Runs({ openId: () => openId, keepNow: () => undefined, open: opened });
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
    await expect.element(said).toHaveTextContent(/pasted\.json was not taken in\. The file is no run/);
    expect(names()).toHaveLength(4);
  });

  test('says why there is none where storage is forbidden', async () => {
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    const runs = new Runs({ openId: () => undefined, keepNow: () => undefined, open: opened });
    await render(RunsPart, { runs });
    await runs.show();
    await expect
      .element(dialog.getByRole('status'))
      .toHaveTextContent(
        'This browser does not let the page keep runs. The reason: The operation is insecure.',
      );
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

describe('the slider over updates', () => {
  const onlook = vi.fn<(update: number) => void>();
  const slider = page.getByRole('slider', { name: 'update', exact: true });
  const paused: Status = { kind: 'paused', update: 40, phase: 'prompts', finished: true, last: undefined };
  const looking = (update: number): Status => ({
    ...{ kind: 'looking', update, updates: 40, last: undefined, live: paused },
  });
  beforeEach(() => {
    onlook.mockReset();
  });

  test('asks for other updates by the keys, and for now by Escape and by its end', async () => {
    const screen = await render(Scrub, { status: paused, onlook });
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'update 40 of 40');
    (slider.element() as HTMLElement).focus();
    for (const [key, wanted] of [
      ['{ArrowLeft}', 39],
      ['{ArrowRight}', 40],
      ['{PageDown}', 36],
      ['{Home}', 0],
      ['{PageUp}', 4],
      ['{End}', 40],
    ] as const) {
      await userEvent.keyboard(key);
      expect(onlook).toHaveBeenLastCalledWith(wanted);
    }
    await screen.rerender({ status: looking(12), onlook });
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'update 12 of 40');
    await userEvent.keyboard('{Escape}');
    expect(onlook).toHaveBeenLastCalledWith(40);
  });

  test('is there while a run waits that has learned anything, and while a recording is shown', async () => {
    const screen = await render(Scrub, { status: { kind: 'starting' } as Status, onlook });
    expect(slider.elements()).toHaveLength(0);
    await screen.rerender({ status: { ...paused, update: 8, finished: false }, onlook });
    await expect.element(slider).toHaveAttribute('max', '7');
    await screen.rerender({
      status: { kind: 'running', update: 9, phase: undefined, last: undefined },
      onlook,
    });
    expect(slider.elements()).toHaveLength(0);
    const recording: Status = {
      ...{ kind: 'recording', seed: 1, preset: 'tiny', update: 3, updates: 25, last: undefined },
      ...{ isPlaying: true, isOver: false, live: { kind: 'starting' } },
    };
    await screen.rerender({ status: recording, onlook });
    await expect.element(slider).toBeEnabled();
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'update 3 of 25');
  });
});
