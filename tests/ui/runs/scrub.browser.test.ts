import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Scrub from '../../../src/ui/runs/Scrub.svelte';
import type { Status } from '../../../src/ui/status.ts';

describe('the slider over updates', () => {
  const onlook = vi.fn<(update: number) => void>();
  const onbranch = vi.fn<() => void>();
  const slider = page.getByRole('slider', { name: 'update', exact: true });
  const paused: Status = { kind: 'paused', update: 40, phase: 'prompts', finished: true, last: undefined };
  const looking = (update: number): Status => ({
    ...{ kind: 'looking', update, updates: 40, last: undefined, live: paused },
  });
  beforeEach(() => {
    onlook.mockReset();
    onbranch.mockReset();
  });

  test('asks for other updates by the keys, and for now by Escape and by its end', async () => {
    const screen = await render(Scrub, { status: paused, onlook, onbranch });
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
    await screen.rerender({ status: looking(12), onlook, onbranch });
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'update 12 of 40');
    await userEvent.keyboard('{Escape}');
    expect(onlook).toHaveBeenLastCalledWith(40);
  });

  test('offers to branch off, and to compare from there, where there is a checkpoint', async () => {
    const screen = await render(Scrub, { status: looking(12), runId: 'one', onlook, onbranch });
    const branch = page.getByRole('button', { name: /Branch/ });
    const compare = page.getByRole('link', { name: /Compare/ });
    const offered = () => [branch, compare].map((way) => way.elements().length);
    expect(offered()).toEqual([0, 0]);
    await screen.rerender({ status: { ...looking(12), branchFrom: 10 } as Status });
    await expect
      .element(page.getByRole('link', { name: 'Compare from 10' }))
      .toHaveAttribute('href', '#/compare?run=one&update=10');
    await page.getByRole('button', { name: 'Branch from 10' }).click();
    expect(onbranch).toHaveBeenCalledOnce();
    await screen.rerender({ status: paused });
    expect(offered()).toEqual([0, 0]);
  });

  test('is there while a run waits that has learned anything, and while a recording is shown', async () => {
    const screen = await render(Scrub, { status: { kind: 'starting' } as Status, onlook, onbranch });
    expect(slider.elements()).toHaveLength(0);
    await screen.rerender({ status: { ...paused, update: 8, finished: false }, onlook, onbranch });
    await expect.element(slider).toHaveAttribute('max', '7');
    await screen.rerender({
      status: { kind: 'running', update: 9, phase: undefined, last: undefined },
      onlook,
      onbranch,
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
