import type { ComponentProps } from 'svelte';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { PlotColumns } from '../../src/ui/figures/plot-columns.ts';
import TimeChart from '../../src/ui/figures/TimeChart.svelte';
import type { RunHistory } from '../../src/ui/history.ts';
import { theme } from '../../src/ui/theme.svelte.ts';
import { batch, chart, held, run, said, settle, written } from './charts.ts';
import '../../src/ui/css/fonts.css';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

type Props = ComponentProps<typeof TimeChart>;
const chartOf = (history: RunHistory, others: Partial<Props> = {}): Props => ({
  name: 'pass@1',
  term: 'pass-at-1',
  lines: [batch, held],
  history,
  ghosts: [],
  version: history.version,
  markers: [],
  height: 120,
  limits: [0, 1],
  ...others,
});

const canvas = () => document.querySelector('canvas')!;

/** Counts drawings: each begins with a clean canvas. */
const drawings = vi.spyOn(CanvasRenderingContext2D.prototype, 'clearRect');

beforeAll(async () => {
  document.body.style.margin = '0';
  await Promise.all(['12px', 'bold 12px'].map((font) => document.fonts.load(`${font} "Inter Variable"`)));
});
beforeEach(() => page.viewport(400, 700));
afterEach(() => {
  document.documentElement.style.fontSize = '';
  vi.clearAllMocks();
});

describe('a chart is drawn', () => {
  const markers = () => [{ update: 12, text: 'best-worst → none' }];

  test('when something has changed, and at no other time', async () => {
    const history = run(30);
    const props = chartOf(history, { markers: markers() });
    const screen = await render(TimeChart, props);
    await settle();
    expect(drawings).toHaveBeenCalled();

    drawings.mockClear();
    for (let asked = 0; asked < 10; asked++) {
      // What the page hands over ten times a second: fresh lists of what was there before.
      await screen.rerender({ ...props, markers: markers(), version: history.version });
      await settle();
    }
    expect(drawings).toHaveBeenCalledTimes(0);

    history.set(31, { [batch.metric]: 0.5 });
    await screen.rerender({ version: history.version });
    await settle();
    expect(drawings).toHaveBeenCalledTimes(1);

    await screen.rerender({ markers: [...markers(), { update: 31, text: 'none → best-of-n' }] });
    await settle();
    expect(drawings).toHaveBeenCalledTimes(2);

    await screen.rerender({ history: run(3), version: history.version });
    await settle();
    expect(drawings).toHaveBeenCalledTimes(3);
  });

  test('not for a crosshair, which lies above', async () => {
    await render(TimeChart, chartOf(run(30)));
    await settle();
    drawings.mockClear();
    await chart().hover({ position: { x: 100, y: 60 } });
    (chart().element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
    await settle();
    expect(document.querySelector('.crosshair')).not.toBeNull();
    expect(drawings).toHaveBeenCalledTimes(0);
  });

  test('again in another theme', async () => {
    await render(TimeChart, chartOf(run(30)));
    await settle();
    drawings.mockClear();
    theme.toggle();
    await settle();
    theme.toggle();
    await settle();
    expect(drawings).toHaveBeenCalledTimes(2);
  });

  test('from at most three points a pixel at 10,000 updates, with exact values under the crosshair', async () => {
    const handed = vi.spyOn(PlotColumns.prototype, 'fitted');
    await render(TimeChart, chartOf(run(10_000)));
    await settle();
    const [x] = handed.mock.results.at(-1)!.value;
    expect(x.length).toBeLessThanOrEqual(3 * 400);
    expect(x.length).toBeGreaterThan(200);
    (chart().element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}{PageDown}');
    expect(said()).toBe('update 9987: batch 0.26, held-out 0.50 (at 9985)');
    handed.mockRestore();
  });
});

test('a chart takes the size it is given, without being made anew', async () => {
  const screen = await render(TimeChart, chartOf(run(30)));
  await settle();
  const before = canvas();
  expect(before.getBoundingClientRect()).toMatchObject({ width: 400, height: 120 });
  await screen.rerender({ height: 200 });
  await settle();
  expect(before.getBoundingClientRect()).toMatchObject({ width: 400, height: 200 });
  await page.viewport(320, 700);
  await settle();
  expect(before.getBoundingClientRect()).toMatchObject({ width: 320, height: 200 });
  expect(canvas()).toBe(before);
});

describe('words on the canvas', () => {
  test("a marker's stay inside the plot and apart, also at the left edge", async () => {
    const { texts, restore } = written();
    const markers = [
      { update: 0, text: 'reward model strong → weak' },
      { update: 3, text: 'best-worst → none, learning rate 2e−4 → 1e−4, whitening kept → off' },
      { update: 29, text: 'none → best-of-n' },
    ];
    await render(TimeChart, chartOf(run(30), { markers, showMarkerText: true }));
    await settle();
    restore();
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const shown = texts.filter(({ text }) => /[a-z]/.test(text)).sort((a, b) => a.left - b.left);
    expect(shown.map(({ text }) => text)).toContain('none → best-of-n');
    expect(shown.length).toBeGreaterThan(1);
    let end = plot.left;
    for (const { left, right } of shown) {
      expect(left).toBeGreaterThanOrEqual(end);
      end = right;
    }
    expect(end).toBeLessThanOrEqual(plot.right);
  });

  test('grow with the type of the page, and so does the chart', async () => {
    const { texts, restore } = written();
    const screen = await render(TimeChart, chartOf(run(30), { showUpdates: true }));
    await settle();
    expect(new Set(texts.map(({ font }) => font.split(' ')[0]))).toEqual(new Set(['12px']));
    texts.length = 0;
    document.documentElement.style.fontSize = '24px';
    await settle();
    await screen.rerender({});
    restore();
    expect(new Set(texts.map(({ font }) => font.split(' ')[0]))).toEqual(new Set(['18px']));
    expect(canvas().getBoundingClientRect().height).toBe(180);
  });
});

describe('the band of 200 prompts', () => {
  /** How opaque the canvas is in the middle of the plot, at a value of the y axis. */
  function inkAt(value: number): number {
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const figure = canvas().getBoundingClientRect();
    const x = plot.left + plot.width * 0.53 - figure.left;
    const y = plot.top + plot.height * (1 - value) - figure.top;
    const context = canvas().getContext('2d')!;
    return context.getImageData(x * devicePixelRatio, y * devicePixelRatio, 1, 1).data[3];
  }

  test('reaches as far as chance would', async () => {
    // Wilson: 0.5 of 200 is 0.431 to 0.569.
    await render(TimeChart, chartOf(run(20), { lines: [{ ...held, trials: () => 200 }] }));
    await settle();
    expect([0.41, 0.45, 0.55, 0.59].map((value) => inkAt(value) > 0)).toEqual([false, true, true, false]);
  });
  test('is not there without a number of trials', async () => {
    await render(TimeChart, chartOf(run(20), { lines: [held] }));
    await settle();
    expect([0.41, 0.45, 0.55, 0.59].map((value) => inkAt(value) > 0)).toEqual([false, false, false, false]);
  });
});

describe('by keyboard', () => {
  test('the crosshair moves, at both ends too, and goes', async () => {
    await render(TimeChart, chartOf(run(30)));
    await settle();
    const at = async (keys: string) => {
      await userEvent.keyboard(keys);
      return chart().element().getAttribute('aria-valuenow');
    };
    (chart().element() as HTMLElement).focus();
    expect(said()).toBe('update 30: batch 0.25, held-out 0.50');
    expect(await at('{ArrowLeft}{ArrowLeft}{ArrowLeft}')).toBe('27');
    expect(await at('{ArrowRight}')).toBe('28');
    expect(await at('{PageDown}{PageDown}')).toBe('8');
    expect(await at('{PageUp}')).toBe('18');
    expect(await at('{Home}{ArrowLeft}')).toBe('0');
    expect(await at('{End}{ArrowRight}')).toBe('30');
    expect(document.querySelector('.crosshair')).not.toBeNull();
    await userEvent.keyboard('{Escape}');
    expect(document.querySelector('.crosshair')).toBeNull();
  });

  test('a value that is older than the crosshair says so, seen and spoken', async () => {
    const screen = await render(TimeChart, chartOf(run(4)));
    await settle();
    (chart().element() as HTMLElement).focus();
    await userEvent.keyboard('{End}');
    expect(said()).toBe('update 4: batch 0.25, held-out 0.50 (at 0)');
    expect(screen.container.querySelector('.chart')!.textContent).toMatch(/held-out 0\.50\s+\(at 0\)/);
    await userEvent.keyboard('{Home}');
    expect(said()).toBe('update 0: batch 0.25, held-out 0.50');
    expect(screen.container.textContent).not.toContain('(at 0)');
  });

  test("a marker's text is there in full, seen and spoken", async () => {
    const text = 'best-worst → none, learning rate 2e−4 → 1e−4, whitening kept → off';
    const markers = [{ update: 29, text }];
    const screen = await render(TimeChart, chartOf(run(30), { markers, showMarkerText: true }));
    await settle();
    (chart().element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowLeft}');
    await expect.element(screen.getByText(`update 29: ${text}`)).toBeVisible();
    expect(said()).toBe(`update 29: batch 0.25, held-out 0.50 (at 25); changed: ${text}`);
    await userEvent.keyboard('{ArrowLeft}');
    expect(screen.getByText(text).elements()).toHaveLength(0);
  });
});
