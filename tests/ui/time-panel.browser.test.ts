import type { ComponentProps } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { RunHistory } from '../../src/ui/history.ts';
import TimePanel from '../../src/ui/TimePanel.svelte';
import { type } from '../../src/ui/type.svelte.ts';
import { chart, run, said, settle, written } from './charts.ts';
import '../../src/ui/css/fonts.css';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

/** Counts drawings: each begins with a clean canvas. */
const drawings = vi.spyOn(CanvasRenderingContext2D.prototype, 'clearRect');

beforeEach(() => page.viewport(400, 700));
afterEach(() => {
  vi.clearAllMocks();
});

describe('the panel', () => {
  const names = ['pass@1', 'score', 'R²', 'KL', 'entropy'];
  type Props = ComponentProps<typeof TimePanel>;
  const panelOf = (history: RunHistory, others: Partial<Props> = {}): Props => ({
    history,
    ghosts: [],
    version: history.version,
    markers: [],
    evalPromptsAt: () => 200,
    evalEvery: 5,
    ...others,
  });

  test('shows what is known of the untrained policy, and says in words what is not', async () => {
    const history = new RunHistory();
    history.set(0, { 'eval/pass@1_held_out': 0.44, 'eval/scores': 0.01, 'eval/kl': 0 });
    const screen = await render(TimePanel, panelOf(history));
    await settle();
    expect(names.map(said)).toEqual([
      'update 0: held-out 0.44',
      'update 0: sampled 0.01',
      'update 0: from update 1 on',
      'update 0: sampled 0.00',
      'update 0: from update 1 on',
    ]);
    await expect.element(screen.getByText('from update 1 on').first()).toBeVisible();
    history.set(1, { 'policy/entropy': 0.7, 'filter/r2': 0.5, 'filter/r2_binned': 0.8 });
    await screen.rerender({ version: history.version });
    await settle();
    expect(said('R²')).toBe('update 1: kept 0.50, bins 0.80');
    expect(screen.getByText('from update 1 on').elements()).toHaveLength(0);
  });

  test('draws each chart once for news, on the canvas that is there, and not without', async () => {
    const history = run(20);
    const screen = await render(
      TimePanel,
      panelOf(history, { ghosts: [{ history: run(30), label: 'none' }] }),
    );
    await settle();
    const before = [...document.querySelectorAll('canvas')];
    drawings.mockClear();
    await screen.rerender({ version: history.version, markers: [] });
    await settle();
    expect(drawings).toHaveBeenCalledTimes(0);
    history.set(21, { 'policy/entropy': 0.5 });
    await screen.rerender({ version: history.version });
    await settle();
    expect(drawings).toHaveBeenCalledTimes(names.length);
    expect([...document.querySelectorAll('canvas')]).toEqual(before);
  });

  test('a click in a chart, or Enter, leads to that update; a drag and what nobody points at do not', async () => {
    const onlook = vi.fn();
    await render(TimePanel, panelOf(run(20), { onlook }));
    await settle();
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const figure = chart().element().getBoundingClientRect();
    const place = (update: number) => ({ x: plot.left - figure.left + (plot.width * update) / 20, y: 60 });
    await chart().click({ position: place(7) });
    expect(onlook.mock.calls).toEqual([[7]]);
    await chart().dropTo(chart(), { sourcePosition: place(4), targetPosition: place(12) });
    expect(onlook).toHaveBeenCalledOnce();
    await userEvent.keyboard('{Escape}{Escape}');
    chart().element().focus();
    await userEvent.keyboard('{Enter}');
    expect(onlook).toHaveBeenCalledOnce();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{Enter}');
    expect(onlook.mock.calls[1]).toEqual([18]);
  });

  test('leads to the programs of the last evaluation where they are known', async () => {
    const onprograms = vi.fn();
    const screen = await render(TimePanel, panelOf(run(20), { onprograms }));
    await screen.getByRole('button', { name: 'see the last ones' }).click();
    expect(onprograms).toHaveBeenCalledOnce();
    await screen.rerender({ onprograms: undefined });
    expect(screen.getByRole('button', { name: 'see the last ones' }).elements()).toEqual([]);
  });

  test('has one crosshair for all charts', async () => {
    const screen = await render(TimePanel, panelOf(run(20)));
    await settle();
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const figure = chart().element().getBoundingClientRect();
    await chart().hover({ position: { x: plot.left - figure.left + (plot.width * 7) / 20, y: 60 } });
    for (const name of names) await expect.element(chart(name)).toHaveAttribute('aria-valuenow', '7');
    expect(document.querySelectorAll('.crosshair')).toHaveLength(names.length);
    await screen.getByRole('heading', { name: 'Score and truth' }).hover();
    for (const name of names) await expect.element(chart(name)).toHaveAttribute('aria-valuenow', '20');
  });

  test('keeps the crosshair of a finger that is lifted, not that of a mouse that leaves', async () => {
    await render(TimePanel, panelOf(run(20)));
    await settle();
    const slider = chart().element();
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const point = (type: string, pointerType: string) =>
      slider.dispatchEvent(
        new PointerEvent(type, { pointerType, bubbles: true, clientX: plot.left + plot.width / 4 }),
      );
    point('pointerdown', 'touch');
    point('pointerleave', 'touch');
    await expect.element(chart()).toHaveAttribute('aria-valuenow', '5');
    point('pointerleave', 'mouse');
    await expect.element(chart()).toHaveAttribute('aria-valuenow', '20');
  });

  test('draws in as many pixels as the window shows, in large type too', async () => {
    for (const isLarge of [false, true]) {
      if (isLarge) type.toggle();
      const { unmount } = await render(TimePanel, panelOf(run(20)));
      await settle();
      const canvas = document.querySelector('canvas')!;
      const shown = canvas.getBoundingClientRect();
      const figure = chart().element().getBoundingClientRect();
      const pixels = [canvas.width, canvas.height].map((length) => length / devicePixelRatio);
      if (isLarge) type.toggle();
      expect(Math.abs(pixels[0] - shown.width)).toBeLessThan(1);
      expect(Math.abs(pixels[1] - shown.height)).toBeLessThan(1);
      expect(Math.abs(figure.width - shown.width)).toBeLessThan(1);
      await unmount();
    }
  });

  test('has its crosshair under the pointer in large type too', async () => {
    type.toggle();
    await render(TimePanel, panelOf(run(20)));
    await settle();
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const clientX = plot.left + plot.width / 2;
    chart()
      .element()
      .dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX }));
    await expect.element(chart()).toHaveAttribute('aria-valuenow', '10');
    const crosshair = document.querySelector('.crosshair')!.getBoundingClientRect();
    type.toggle();
    expect(Math.abs(crosshair.left - clientX)).toBeLessThan(2);
  });

  test('loses its crosshair with the focus', async () => {
    await render(TimePanel, panelOf(run(20)));
    await settle();
    const slider = chart().element() as HTMLElement;
    slider.focus();
    await userEvent.keyboard('{Home}');
    (chart('KL').element() as HTMLElement).focus();
    expect(chart().element().getAttribute('aria-valuenow')).toBe('0');
    (chart('KL').element() as HTMLElement).blur();
    await expect.element(chart()).toHaveAttribute('aria-valuenow', '20');
  });

  test('says what the band is and what is grey, and tells its lines apart', async () => {
    const ghosts = [
      { history: run(10), label: 'best-worst, seed 1' },
      { history: run(30), label: 'none, seed 2' },
    ];
    const screen = await render(TimePanel, panelOf(run(20), { ghosts, evalPromptsAt: () => 150 }));
    await settle();
    const about = screen.container.querySelector('.about')!.textContent.replace(/\s+/g, ' ');
    expect(about).toContain(
      '150 prompts, one response to each. Shaded: 95 % intervals; responses of a batch',
    );
    const others = screen.getByRole('list', { name: 'In grey, other runs' }).getByRole('listitem').elements();
    expect(others.map(({ textContent }) => textContent?.trim())).toEqual(ghosts.map(({ label }) => label));
    const dashes = others.map((other) => other.querySelector('line')!.getAttribute('stroke-dasharray'));
    expect(new Set(dashes).size).toBe(2);
    const swatch = (label: RegExp) =>
      [...document.querySelectorAll('.end')]
        .find(({ textContent }) => label.test(textContent ?? ''))!
        .querySelector('line')!;
    expect(swatch(/train/).getAttribute('stroke-dasharray')).toBe('4 3');
    expect(swatch(/held-out/).getAttribute('stroke-dasharray')).toBeNull();
    expect(swatch(/held-out/).getAttribute('stroke-width')).toBe('2.2');
    expect(swatch(/batch/).getAttribute('stroke-width')).toBe('1.2');
  });

  test('draws the words of every axis, also where the scales stay while the values come', async () => {
    const { texts, restore } = written();
    const history = new RunHistory();
    const screen = await render(TimePanel, panelOf(history));
    await settle();
    const grow = async (update: number, metrics: Parameters<RunHistory['set']>[1]) => {
      history.set(update, metrics);
      texts.length = 0;
      await screen.rerender(panelOf(history));
      await settle();
    };
    await grow(0, { 'objective/pass_rate': 0.4 });
    await grow(0, {
      'eval/pass@1_held_out': 0.44,
      'eval/pass@1_train': 0.46,
      'eval/scores': 0.03,
      'eval/kl': 0,
    });
    await grow(1, { 'objective/scores': -0.1, 'policy/entropy': 0.08, 'policy/kl_kept': 0.01 });
    restore();
    // pass@1, score, KL and entropy, whose least span is 0.1; below it the updates.
    const all = texts.map(({ text }) => text);
    for (const tick of ['0.5', '0.1', '−0.1']) expect(all).toContain(tick);
    expect(all.filter((text) => text === '0').length).toBeGreaterThanOrEqual(4);
  });
});
