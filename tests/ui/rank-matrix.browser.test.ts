import type { ComponentProps } from 'svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { viewBatch, type Cell } from '../../src/ui/batch-view.ts';
import RankMatrix from '../../src/ui/figures/RankMatrix.svelte';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';
import { batchOf, truths } from './batch.ts';
import { tableOf } from './chart-table.ts';

const statements = ['the sum of the items of a', 'the largest of the items of a', 'how many items a has'];
const onopen = vi.fn<(cell: Cell) => void>();
const onprofile = vi.fn<(weights: number[]) => void>();

beforeEach(async () => {
  // Wide enough for the statements.
  await page.viewport(1200, 800);
  onopen.mockClear();
  onprofile.mockClear();
});

async function matrix(
  view = viewBatch(batchOf(), truths, batchOf().filter, 1),
  more: Partial<ComponentProps<typeof RankMatrix>> = {},
) {
  const screen = await render(RankMatrix, { view, statements, onopen, ...more });
  const cells = view.cells.flat().length;
  await expect.poll(() => document.querySelectorAll('[role="gridcell"]').length).toBe(cells);
  return screen;
}

describe('what a cell says, in shape and in words', () => {
  test('passes and fails, kept and dropped', async () => {
    const screen = await matrix();
    const names = screen
      .getByRole('gridcell')
      .elements()
      .slice(0, 4)
      .map((cell) => [
        cell.getAttribute('aria-label'),
        cell.getAttribute('class')?.replace(/ svelte-\w+/, ''),
      ]);
    expect(names).toEqual([
      ['rank 1, score +2.00, passes, kept', 'cell passed kept'],
      ['rank 2, score +1.00, fails, dropped', 'cell failed dropped'],
      ['rank 3, score +0.50, passes, dropped', 'cell passed dropped'],
      ['rank 4, score −2.00, fails, kept', 'cell failed kept'],
    ]);
  });

  test('a pass is filled, a fail is hollow, a ring is seen only around what is kept', async () => {
    const screen = await matrix();
    const [passed, failed] = screen.getByRole('gridcell').elements();
    const part = (cell: Element, name: string) => getComputedStyle(cell.querySelector(name)!);
    const panel = getComputedStyle(document.documentElement).getPropertyValue('--panel');
    expect(panel).not.toBe('');
    expect(part(passed, '.dot').stroke).toBe('none');
    expect(part(failed, '.dot').stroke).not.toBe('none');
    expect(part(failed, '.dot').fill).not.toBe(part(passed, '.dot').fill);
    await expect.poll(() => part(passed, '.ring').opacity).toBe('1');
    await expect.poll(() => part(failed, '.ring').opacity).toBe('0');
  });

  test('before the judge has answered nothing passes or fails', async () => {
    const screen = await matrix(viewBatch(batchOf(), undefined, batchOf().filter, 1));
    for (const cell of screen.getByRole('gridcell').elements())
      expect(cell.getAttribute('aria-label')).toContain('not judged yet');
    await expect.element(screen.getByText('the tests are running')).toBeInTheDocument();
  });

  test('rows are counted and named by their statement', async () => {
    const screen = await matrix();
    expect(
      screen
        .getByRole('rowheader')
        .elements()
        .map((row) => row.getAttribute('aria-label')),
    ).toEqual(statements);
    const passes = [...document.querySelectorAll('.passes')].map((text) => text.textContent);
    expect(passes).toEqual(['2/4', '2/3', '2/4']);
  });
});

describe('by keyboard', () => {
  test('Tab finds one cell, arrows walk, Enter opens', async () => {
    const screen = await matrix();
    const tabbable = () =>
      screen
        .getByRole('gridcell')
        .elements()
        .filter((cell) => cell.getAttribute('tabindex') === '0');
    expect(tabbable()).toHaveLength(1);
    (tabbable()[0] as SVGElement).focus();
    await userEvent.keyboard('{ArrowDown}{ArrowRight}{ArrowRight}');
    expect(document.activeElement?.getAttribute('data-place')).toBe('1-2');
    expect(tabbable()).toHaveLength(1);
    await userEvent.keyboard('{Enter}');
    expect(onopen).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ row: 6, prompt: 1, rank: 2 }));
    await userEvent.keyboard('{End}{PageDown}');
    expect(document.activeElement?.getAttribute('data-place')).toBe('2-3');
  });

  test('what has the focus is put in words, with the whole statement', async () => {
    const screen = await matrix();
    (screen.getByRole('gridcell').elements()[1] as SVGElement).focus();
    await expect
      .element(screen.getByText(/rank 2 of 4/))
      .toHaveTextContent('score +1.00 · passes 25 % of its tests · dropped · the sum of the items of a');
  });
});

test('a click opens a response', async () => {
  const screen = await matrix();
  await screen.getByRole('gridcell', { name: 'rank 1, score +3.00, passes, kept' }).click();
  expect(onopen).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ row: 8 }));
});

test('the response that is open is marked', async () => {
  const screen = await matrix(undefined, { selected: 5 });
  const open = screen
    .getByRole('gridcell')
    .elements()
    .filter((cell) => cell.getAttribute('aria-selected') === 'true');
  expect(open.map((cell) => cell.getAttribute('data-place'))).toEqual(['1-0']);
});

test('one response per prompt has no ranks and no weights', async () => {
  const batch = batchOf({ name: 'single' });
  const single = {
    ...batch,
    groupSize: 1,
    promptCount: 12,
    taskIds: Array.from(batch.programs, () => 'one'),
  };
  const view = viewBatch(single, truths, single.filter, 1);
  const screen = await matrix(view, { statements: Array.from(batch.programs, () => statements[0]) });
  await expect.element(screen.getByText(/there are no ranks/)).toBeVisible();
  const names = screen
    .getByRole('gridcell')
    .elements()
    .map((cell) => cell.getAttribute('aria-label'));
  expect(names).toHaveLength(12);
  expect(names[0]).toBe('one response, score +3.00, passes, kept');
});

describe('the bars of a rank profile', () => {
  const profile = [0.5, 0, 0, 0.5];
  const view = () => {
    const batch = batchOf({ name: 'rank-profile', profile });
    return viewBatch(batch, truths, batch.filter, 1);
  };

  test('are still unless they may be moved', async () => {
    const screen = await matrix(view(), { onprofile });
    expect(screen.getByRole('slider').elements()).toHaveLength(0);
  });

  test('move with the arrow keys, and stay one in all', async () => {
    const screen = await matrix(view(), { profile, onprofile });
    const second = screen.getByRole('slider', { name: 'Weight of rank 2' });
    await expect.element(second).toHaveAttribute('aria-valuetext', '0');
    (second.element() as SVGElement).focus();
    await userEvent.keyboard('{ArrowUp}');
    expect(onprofile).toHaveBeenLastCalledWith([0.475, 0.05, 0, 0.475]);
    await userEvent.keyboard('{End}');
    expect(onprofile).toHaveBeenLastCalledWith([0, 1, 0, 0]);
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{Home}');
    expect(onprofile).toHaveBeenLastCalledWith([1, 0, 0, 0]);
  });

  test('follow the pointer', async () => {
    const screen = await matrix(view(), { profile, onprofile });
    const bar = screen.getByRole('slider', { name: 'Weight of rank 1' }).element();
    const { left, width, top, height } = bar.querySelector('.hit')!.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height - 0.25 * 38, pointerId: 1, bubbles: true };
    const capture = vi.spyOn(SVGElement.prototype, 'setPointerCapture').mockImplementation(() => undefined);
    bar.dispatchEvent(new PointerEvent('pointerdown', at));
    expect(onprofile.mock.lastCall?.[0][0]).toBeCloseTo(0.25, 2);
    bar.dispatchEvent(new PointerEvent('pointerup', at));
    onprofile.mockClear();
    bar.dispatchEvent(new PointerEvent('pointermove', { ...at, clientY: 0 }));
    expect(onprofile).not.toHaveBeenCalled();
    capture.mockRestore();
  });
});

test('the pass rates are a table too, of ranks', async () => {
  await matrix();
  const [head, best, ...others] = await tableOf('Pass rate by rank');
  expect(head).toEqual(['rank', 'pass', 'pass low', 'pass high', 'pass n', 'share of the draw']);
  // The best-scored of three prompts all pass: Wilson's interval of 3 of 3.
  expect(best).toEqual(['1', '1', '0.439', '1', '3', '0.500']);
  expect(others).toHaveLength(3);
});

test('what is shown in place of the filter that was set is said', async () => {
  const screen = await matrix(undefined, { why: 'single cannot be tried here.' });
  await expect.element(screen.getByText('single cannot be tried here.')).toBeVisible();
});

/** 64 responses: more rows, or more ranks, than the usual batch has. */
function largeView(promptCount: number) {
  const scores = Float32Array.from({ length: 64 }, (_, row) => -row);
  const groupSize = 64 / promptCount;
  const batch = {
    ...batchOf(),
    ...{ groupSize, promptCount, scores, kept: [...scores.keys()] },
    taskIds: Array.from({ length: promptCount }, (_, prompt) => `task ${prompt}`),
    programs: Array.from(scores, () => ''),
    weights: new Float32Array(64).fill(1 / groupSize),
    filter: { ...batchOf().filter, name: 'none' },
  };
  const passes = scores.map((_, row) => Number(row % groupSize < 3));
  return { view: viewBatch(batch, passes, batch.filter, 1), statements: batch.taskIds };
}

test('rows are made a few at a time, from the top, and all of them', async () => {
  const { view, statements } = largeView(16);
  const rows = () => [...document.querySelectorAll('[role="rowheader"]')];
  const counts = [0];
  const observer = new MutationObserver(() => counts.push(rows().length));
  observer.observe(document.body, { childList: true, subtree: true });
  await matrix(view, { statements });
  observer.disconnect();
  expect(rows().map((row) => row.getAttribute('aria-label'))).toEqual(statements);
  // Eight rows of four are 32 cells.
  counts.slice(1).forEach((count, turn) => expect(count - counts[turn]).toBeLessThanOrEqual(8));
  expect(document.querySelector('[role="grid"]')!.getAttribute('aria-rowcount')).toBe('16');
});

test.each([334, 700])('with 16 ranks no two texts touch, at %i pixels', async (width) => {
  await page.viewport(width + 16, 800);
  const { view, statements } = largeView(4);
  await matrix(view, { statements });
  const rows = ['.share', '.rank', '.rates text'].map((selector) => [...document.querySelectorAll(selector)]);
  for (const texts of rows) {
    const boxes = texts.filter((text) => text.textContent).map((text) => text.getBoundingClientRect());
    expect(boxes.length).toBeGreaterThan(8);
    boxes.slice(1).forEach((box, place) => expect(box.left).toBeGreaterThanOrEqual(boxes[place].right - 1));
  }
});
