import { beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import TimePanel from '../../src/ui/TimePanel.svelte';
import { chart, run, said, settle } from './charts.ts';
import '../../src/ui/css/fonts.css';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

beforeEach(() => page.viewport(400, 700));

async function panel(history = run(100)) {
  const props = { history, version: history.version, markers: [], evalPromptsAt: () => 200, evalEvery: 5 };
  const screen = await render(TimePanel, props);
  await settle();
  return screen;
}

describe('zoom', () => {
  const names = ['pass@1', 'score', 'R²', 'KL', 'entropy'];
  const menu = (name: string) => page.getByRole('button', { name: `${name}: axes` });
  const choose = async (
    name: string,
    role: 'menuitem' | 'menuitemradio' | 'menuitemcheckbox',
    item: string,
  ) => {
    await menu(name).click();
    await page.getByRole(role, { name: item }).click();
    await settle();
  };
  /** The update that a pointer at this share of the plot means. */
  async function at(share: number) {
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const clientX = plot.left + share * plot.width;
    chart()
      .element()
      .dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX }));
    await settle();
    return Number(chart().element().getAttribute('aria-valuenow'));
  }
  function drag(from: number, to: number, then: 'pointerup' | 'pointercancel' = 'pointerup') {
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const tell = (type: string, share: number) =>
      chart()
        .element()
        .dispatchEvent(
          new PointerEvent(type, {
            bubbles: true,
            pointerType: 'mouse',
            clientX: plot.left + share * plot.width,
          }),
        );
    tell('pointerdown', from);
    tell('pointermove', to);
    tell(then, to);
    return settle();
  }

  test('by dragging shows that stretch in every chart, and a button leads back', async () => {
    const screen = await panel();
    await drag(0.6, 0.2);
    expect([await at(0), await at(0.5), await at(1)]).toEqual([20, 40, 60]);
    for (const name of names) await expect.element(chart(name)).toHaveAttribute('aria-valuenow', '60');
    await expect.element(screen.getByText('In sight: 20 to 60 updates.')).toBeInTheDocument();
    await screen.getByRole('button', { name: 'Whole run' }).click();
    await settle();
    expect(document.activeElement).toBe(chart().element());
    expect([await at(0), await at(1)]).toEqual([0, 100]);
    expect(screen.getByRole('button', { name: 'Whole run' }).elements()).toHaveLength(0);
  });

  test('is not what a click is, nor a drag that is broken off', async () => {
    await panel();
    await drag(0.3, 0.305);
    expect(await at(1)).toBe(100);
    await drag(0.3, 0.6, 'pointercancel');
    expect(await at(1)).toBe(100);
  });

  test('by keyboard goes in around the crosshair, follows it, and comes out again', async () => {
    await panel();
    (chart().element() as HTMLElement).focus();
    // From 100 to 80, which stays where it is: at four fifths of what is in sight.
    await userEvent.keyboard('{PageDown}{PageDown}+');
    await settle();
    expect([await at(0), await at(0.8), await at(1)]).toEqual([40, 80, 90]);
    await userEvent.keyboard('{Home}');
    await settle();
    expect([await at(0), await at(1)]).toEqual([0, 50]);
    await userEvent.keyboard('-');
    await settle();
    expect(await at(1)).toBe(100);
    await userEvent.keyboard('=0');
    await settle();
    expect(await at(1)).toBe(100);
    await userEvent.keyboard('+{Escape}');
    await settle();
    // First the crosshair goes, then the zoom.
    expect(document.querySelector('.crosshair')).toBeNull();
    await userEvent.keyboard('{Escape}');
    await settle();
    expect([await at(0), await at(1)]).toEqual([0, 100]);
  });

  test('ends where another run is not that long', async () => {
    const screen = await panel();
    await drag(0.5, 0.9);
    const short = run(30);
    await screen.rerender({ history: short, version: short.version });
    await settle();
    expect([await at(0), await at(1)]).toEqual([0, 30]);
  });

  test('an axis of responses has the run where it was, and one of seconds is not there without a clock', async () => {
    const history = run(10);
    for (let update = 1; update <= 10; update++)
      history.set(update, { 'policy/loss': 1, 'cost/drawn': update > 5 ? 30 : 10 });
    const screen = await panel(history);
    await choose('score', 'menuitemradio', 'Along responses drawn');
    await expect
      .element(page.getByRole('slider', { name: 'KL, by responses drawn' }))
      .toHaveAttribute('aria-valuenow', '10');
    const plot = document.querySelector('.u-over')!.getBoundingClientRect();
    const slider = page.getByRole('slider', { name: 'pass@1, by responses drawn' });
    // 200 were drawn, of an axis of 400 that twenty updates would fill: 50 after five.
    const clientX = plot.left + (plot.width * 50) / 400;
    slider.element().dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX }));
    await expect.element(slider).toHaveAttribute('aria-valuenow', '5');
    const crosshair = document.querySelector('.crosshair')!.getBoundingClientRect();
    expect(Math.abs(crosshair.left - clientX)).toBeLessThan(2);
    await menu('KL').click();
    const seconds = screen.getByRole('menuitemradio', { name: /^Along seconds/ });
    await expect.element(seconds).toHaveAttribute('aria-disabled', 'true');
    await expect.element(seconds).toHaveTextContent('nobody looked at the clock');
    await userEvent.keyboard('{Escape}');
    // A run without them is drawn by its updates.
    const other = run(8);
    other.set(1, { 'policy/loss': 1 });
    await screen.rerender({ history: other, version: other.version });
    await settle();
    await expect.element(chart('KL')).toBeInTheDocument();
  });

  test('an axis of logarithms says what it leaves out, and is offered where ratios mean something', async () => {
    const history = run(10);
    [0, -0.01, 0.01, 1].forEach((value, update) => history.set(update, { 'eval/kl': value }));
    const screen = await panel(history);
    await choose('KL', 'menuitemcheckbox', 'Log axis');
    const own = screen.container.querySelectorAll('.chart')[3];
    expect(own.textContent).toMatch(/KL\s*, log; 2 values ≤ 0 left out/);
    (chart('KL').element() as HTMLElement).focus();
    await userEvent.keyboard('{Home}');
    await settle();
    // It is told, and has no dot.
    expect(said('KL')).toBe('update 0: sampled 0.00');
    expect(own.querySelectorAll('.dot')).toHaveLength(0);
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
    await settle();
    expect(own.querySelectorAll('.dot')).toHaveLength(1);
    await menu('R²').click();
    expect(screen.getByRole('menuitemcheckbox').elements()).toHaveLength(0);
  });
});

describe("the corner's menu", () => {
  const focused = () => document.activeElement?.textContent?.trim();

  test('is walked through by keyboard, and gives the focus back', async () => {
    const screen = await panel(run(20));
    const button = screen.getByRole('button', { name: 'pass@1: axes' });
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(focused).toContain('Along updates');
    await userEvent.keyboard('{ArrowUp}');
    expect(focused()).toBe('Save as PNG');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(focused()).toContain('Along responses drawn');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => document.activeElement).toBe(button.element());
  });

  test('opens the numbers as a table, of which the rows in sight are made', async () => {
    const screen = await panel(run(5000));
    await screen.getByRole('button', { name: 'pass@1: axes' }).click();
    await screen.getByRole('menuitem', { name: 'Show as a table' }).click();
    const table = screen.getByRole('table');
    await expect.element(table).toHaveAttribute('aria-rowcount', '5002');
    const cells = (row: number) =>
      [...table.element().querySelectorAll(`[aria-rowindex="${row}"] > *`)].map(
        ({ textContent }) => textContent,
      );
    expect(cells(1)).toEqual([
      ...['update', 'batch', 'pass@4', 'train', 'train low', 'train high', 'train n'],
      ...['held-out', 'held-out low', 'held-out high', 'held-out n'],
    ]);
    expect(cells(7)).toEqual([
      '5',
      '0.250',
      '–',
      '0.600',
      '0.531',
      '0.665',
      '200',
      '0.500',
      '0.431',
      '0.569',
      '200',
    ]);
    expect(table.element().querySelectorAll('tr').length).toBeLessThan(80);
    const scroller = screen.getByRole('region', { name: 'Numbers of pass@1' }).element();
    scroller.scrollTop = scroller.scrollHeight;
    await expect.poll(() => cells(5002)[0]).toBe('5,000');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => screen.getByRole('table').elements()).toHaveLength(0);
  });
});
