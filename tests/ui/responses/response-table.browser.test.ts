import type { ComponentProps } from 'svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { viewBatch } from '../../../src/ui/batch-view.ts';
import ResponseTable from '../../../src/ui/responses/ResponseTable.svelte';
import { rowsOf, type Asked } from '../../../src/ui/responses/rows.ts';
import { ROW } from '../../../src/ui/responses/window.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import { batchOf, truths } from '../batch.ts';

const onopen = vi.fn<(row: number) => void>();
type Props = ComponentProps<typeof ResponseTable>;

beforeEach(async () => {
  await page.viewport(1200, 800);
  onopen.mockClear();
});

/** A batch of so many prompts × 16 responses, each scored as its row number says; every third passes. */
function large(prompts: number, update = 3) {
  const count = prompts * 16;
  const scores = Float32Array.from({ length: count }, (_, row) => ((row * 7) % count) / 100);
  return {
    ...batchOf({ name: 'none' }, update),
    ...{ promptCount: prompts, groupSize: 16, scores, kept: [...scores.keys()] },
    taskIds: Array.from({ length: prompts }, (_, prompt) => `task ${prompt}`),
    programs: Array.from(scores, (_, row) => `function f(a) {\n  return ${row};\n}\n`),
    weights: new Float32Array(count).fill(1 / 16),
    lengths: new Uint32Array(count).fill(9),
    ended: Array.from(scores, () => true),
  };
}

function propsOf(batch = batchOf(), known: Float32Array | null = truths): Props {
  const testScores = known ?? undefined;
  const view = viewBatch(batch, testScores, batch.filter, 1);
  const tasks = batch.taskIds.map((id) => ({ id, statement: `what ${id} asks`, promptIds: [7] }));
  return {
    rows: rowsOf({ batch, testScores }, view, tasks),
    ...{ view, why: undefined, selected: undefined, height: 400, moving: false, onopen },
    asked: { choice: 'all', search: '', order: undefined },
    onask: () => undefined,
  };
}

/** In a page that does what it is asked for. */
async function table(props = propsOf()) {
  const screen = await render(ResponseTable, props);
  await screen.rerender({ onask: (asked: Asked) => void screen.rerender({ asked }) });
  return screen;
}
const bodyRows = () => [...document.querySelectorAll<HTMLElement>('tbody [role=row]')];
const column = (index: number) => bodyRows().map((row) => row.children[index].textContent);
const place = () => document.activeElement?.getAttribute('data-place');

test('has a row for every response, all that is known of it, and says how many there are', async () => {
  const screen = await table();
  await expect.element(screen.getByText('12 responses, 6 kept for PPO')).toBeVisible();
  const [first] = bodyRows();
  expect([...first.children].map((cell) => cell.textContent)).toEqual([
    ...['what one asks', 'return 2;', '+2.00', '100 %', 'passes', '1', 'kept', '0.500', '–', '–', '2'],
  ]);
  const grid = screen.getByRole('grid').element();
  expect([grid.getAttribute('aria-rowcount'), grid.getAttribute('aria-colcount')]).toEqual(['13', '11']);
  expect(bodyRows().map((row) => row.getAttribute('aria-rowindex'))).toEqual(
    Array.from({ length: 12 }, (_, place) => String(place + 2)),
  );
  expect(screen.getByRole('columnheader').elements()).toHaveLength(11);
});

test('sorts by a head that is pressed, and the other way round when it is pressed again', async () => {
  const screen = await table();
  const head = screen.getByRole('columnheader', { name: /^score/ });
  await expect.element(head).not.toHaveAttribute('aria-sort');
  await head.getByRole('button').click();
  await expect.element(head).toHaveAttribute('aria-sort', 'descending');
  expect(column(2).slice(0, 3)).toEqual(['+3.00', '+2.50', '+2.00']);
  await head.getByRole('button').click();
  await expect.element(head).toHaveAttribute('aria-sort', 'ascending');
  expect(column(2)[0]).toBe('−3.00');
});

test('keeps order, choice and words when the next batch comes', async () => {
  const screen = await table();
  await screen
    .getByRole('columnheader', { name: /^score/ })
    .getByRole('button')
    .click();
  await screen.getByRole('radio', { name: 'passes' }).click({ force: true });
  await screen.getByRole('searchbox').fill('one');
  expect(column(2)).toEqual(['+2.00', '+0.50']);
  const { rows, view } = propsOf(
    batchOf({}, 4),
    truths.map((truth) => (truth === 1 ? 0 : 1)),
  );
  await screen.rerender({ rows, view });
  expect(column(2)).toEqual(['+1.00', '−2.00']);
  await expect.element(screen.getByText('2 of 12 responses')).toBeVisible();
});

test('shows in one click what scores high and is wrong, and says by what rule', async () => {
  const screen = await table();
  await screen.getByRole('radio', { name: 'high score but wrong' }).click({ force: true });
  expect(column(1)).toEqual(['return 10;']);
  await expect
    .element(screen.getByText(/A score of \+2\.00 or more, which the best-scored quarter/))
    .toBeVisible();
  const { rows, view } = propsOf(batchOf({}, 4), null);
  await screen.rerender({ rows, view });
  await expect.element(screen.getByText('The unit tests of this batch are still running.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Save as CSV' })).toBeDisabled();
});

describe('by keyboard', () => {
  test('Tab finds one cell, arrows walk through rows and columns, Enter opens', async () => {
    const screen = await table();
    const stops = () => [...document.querySelectorAll<HTMLElement>('td[tabindex="0"]')];
    expect(stops()).toHaveLength(1);
    stops()[0].focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}');
    expect(place()).toBe('2-1');
    expect(stops()).toHaveLength(1);
    await userEvent.keyboard('{Enter}');
    expect(onopen).toHaveBeenCalledExactlyOnceWith(3);
    await userEvent.keyboard('{End}{PageDown}');
    expect(place()).toBe('11-10');
    await screen.rerender({ selected: 3 });
    const open = bodyRows().filter((row) => row.getAttribute('aria-selected') === 'true');
    expect(open.map((row) => row.getAttribute('aria-rowindex'))).toEqual(['4']);
  });

  test('the focus stays in the table when there are fewer rows, and is not taken from elsewhere', async () => {
    const screen = await table();
    document.querySelector<HTMLElement>('td[tabindex="0"]')!.focus();
    await userEvent.keyboard('{Control>}{End}{/Control}');
    expect(place()).toBe('11-10');
    await screen.rerender({ rows: propsOf().rows.slice(0, 4) });
    expect(place()).toBe('3-10');
    (document.activeElement as HTMLElement).blur();
    await screen.rerender({ rows: propsOf().rows.slice(0, 2) });
    expect(document.activeElement).toBe(document.body);
  });
});

describe('of 64 × 16 responses', () => {
  const view = () =>
    propsOf(
      large(64),
      Float32Array.from({ length: 1024 }, (_, row) => Number(row % 3 === 0)),
    );

  test('only those in sight are made, wherever one scrolls', async () => {
    const screen = await table(view());
    const grid = screen.getByRole('grid').element();
    expect(grid.getAttribute('aria-rowcount')).toBe('1025');
    expect(bodyRows().length).toBeLessThan(30);
    const scroller = grid.parentElement!;
    scroller.scrollTop = 500 * ROW;
    await expect.poll(() => bodyRows().some((row) => row.getAttribute('aria-rowindex') === '510')).toBe(true);
    expect(bodyRows().length).toBeLessThan(30);
    const box = scroller.getBoundingClientRect();
    const seen = bodyRows().map((row) => row.getBoundingClientRect());
    expect(Math.min(...seen.slice(1).map(({ top }) => top))).toBeLessThan(box.top + ROW);
    expect(Math.max(...seen.map(({ bottom }) => bottom))).toBeGreaterThan(box.bottom);
  });

  test('keys reach every one of them, and what has the focus is there wherever one scrolls', async () => {
    const screen = await table(view());
    document.querySelector<HTMLElement>('td[tabindex="0"]')!.focus();
    await userEvent.keyboard('{PageDown}');
    expect(place()).toBe('12-0');
    await userEvent.keyboard('{Control>}{End}{/Control}');
    expect(place()).toBe('1023-10');
    const scroller = screen.getByRole('grid').element().parentElement!;
    const [own, around] = [document.activeElement!, scroller].map((element) =>
      element.getBoundingClientRect(),
    );
    expect(own.bottom).toBeLessThanOrEqual(around.bottom + 1);
    scroller.scrollTop = 0;
    await expect.poll(() => bodyRows().some((row) => row.getAttribute('aria-rowindex') === '2')).toBe(true);
    expect(place()).toBe('1023-10');
    await userEvent.keyboard('{ArrowUp}');
    expect(place()).toBe('1022-10');
    expect(scroller.scrollTop).toBeGreaterThan(1000 * ROW);
  });
});

test('what is shown is saved as CSV, in its order', async () => {
  const saved: Blob[] = [];
  const make = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    saved.push(blob as Blob);
    return 'blob:none';
  });
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  const screen = await table();
  await screen
    .getByRole('columnheader', { name: /^score/ })
    .getByRole('button')
    .click();
  await screen.getByRole('radio', { name: 'fails' }).click({ force: true });
  await screen.getByRole('button', { name: 'Save as CSV' }).click();
  const link = clicked.mock.contexts[0] as HTMLAnchorElement;
  make.mockRestore();
  clicked.mockRestore();
  expect(link.download).toBe('responses-update-3.csv');
  const text = await saved[0].text();
  expect([...text.matchAll(/^3,"[\w-]+",(\d+),/gm)].map(([, row]) => Number(row))).toEqual([10, 0, 11, 1, 7]);
});

test('what is shown in place of the filter that was set is said', async () => {
  const screen = await table({ ...propsOf(), why: 'single cannot be tried here.' });
  await expect.element(screen.getByText('single cannot be tried here.')).toBeVisible();
});
