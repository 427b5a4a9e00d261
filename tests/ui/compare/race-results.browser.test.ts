import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { ranked } from '../../../src/course/capstone.ts';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import { scenarios } from '../../../src/ppo/scenarios.ts';
import type { Knobs, RunConfig } from '../../../src/protocol/config.ts';
import type { Evaluation, Run } from '../../../src/evidence/results.ts';
import type { OwnName } from '../../../src/protocol/own-model.ts';
import RaceResults from '../../../src/ui/compare/RaceResults.svelte';
import { learn } from '../../../src/ui/learn/learn.svelte.ts';
import { raceOf } from './race-of.svelte.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import '../../../src/ui/css/view.css';
import '../../../src/ui/css/curves.css';

const onplay = vi.fn();
const onlook = vi.fn<(arm: number, seed: number, update: number) => Promise<void>>(() => Promise.resolve());
beforeEach(() => page.viewport(1000, 900));

const names = ['held-out pass@1', 'score of the teacher', 'KL to the reference, nats'];
const chart = (name = names[0], axis = 'updates') =>
  page.getByRole('img', { name: new RegExp(`^${name} against ${axis}`) });
const chartOf = (name = names[0]) => chart(name).element().closest('.chart')!;
/** Of the plot of a chart, in pixels of its figure. */
function plotOf(name?: string) {
  const plot = chartOf(name).querySelector('clipPath rect')!;
  const [left, top, width, height] = ['x', 'y', 'width', 'height'].map((side) =>
    Number(plot.getAttribute(side)),
  );
  return { left, width, bottom: top + height };
}
const numbersBelow = (name?: string) => {
  const { bottom } = plotOf(name);
  return [...chartOf(name).querySelectorAll('svg text')]
    .filter((text) => Number(text.getAttribute('y')) === bottom + 14)
    .map(({ textContent }) => textContent);
};
const frame = () => new Promise(requestAnimationFrame);

function tell(type: string, share: number, pointerType = 'mouse') {
  const figure = chart().element();
  const plot = plotOf();
  const clientX = figure.getBoundingClientRect().left + plot.left + share * plot.width;
  figure.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType, clientX }));
}
async function drag(from: number, to: number, then = 'pointerup') {
  tell('pointerdown', from);
  tell('pointermove', to);
  tell(then, to);
  await frame();
}
async function open() {
  const screen = await render(RaceResults, { race: raceOf(), onplay, onlook });
  await screen.getByRole('radiogroup', { name: 'At equal' }).getByText('updates', { exact: true }).click();
  // They are drawn once their width is known.
  for (const name of names) await expect.element(chart(name)).toBeInTheDocument();
  await frame();
  return screen;
}
const whole = ['0', '20', '40', '60', '80', '100'];

describe('zoom', () => {
  test('by dragging shows that stretch in all charts; a button and another axis lead back', async () => {
    const screen = await open();
    for (const name of names) expect(numbersBelow(name)).toEqual(whole);
    await drag(0.6, 0.2);
    for (const name of names) expect(numbersBelow(name)).toEqual(['20', '30', '40', '50', '60']);
    await expect.element(screen.getByText('In sight: 20 to 60 updates.')).toBeInTheDocument();
    // The line goes on, but is not drawn over the numbers: marks are of what is in sight.
    expect(chartOf().querySelectorAll('g[clip-path] polyline')).toHaveLength(2);
    for (const mark of chartOf().querySelectorAll('path')) {
      const left = Number(/translate\((\S+)/.exec(mark.getAttribute('transform')!)![1]);
      expect(left).toBeGreaterThanOrEqual(plotOf().left);
    }
    await screen.getByRole('button', { name: 'Whole run' }).click();
    expect(document.activeElement).toBe(chart().element());
    for (const name of names) expect(numbersBelow(name)).toEqual(whole);

    await drag(0.2, 0.6);
    await screen.getByRole('radiogroup', { name: 'At equal' }).getByText('Adam steps').click();
    await expect.element(chart(names[0], 'Adam steps')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Whole run' }).elements()).toHaveLength(0);
  });

  test('is not what a click is, nor a finger, nor a drag that is broken off; a double click ends it', async () => {
    await open();
    await drag(0.3, 0.304);
    await drag(0.3, 0.6, 'pointercancel');
    tell('pointerdown', 0.3, 'touch');
    tell('pointermove', 0.6, 'touch');
    tell('pointerup', 0.6, 'touch');
    await frame();
    expect(numbersBelow()).toEqual(whole);
    await drag(0.2, 0.6);
    chart()
      .element()
      .dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await frame();
    expect(numbersBelow()).toEqual(whole);
  });

  test('by keyboard goes in around the crosshair, follows it, and comes out again', async () => {
    await open();
    (chart(names[1]).element() as unknown as HTMLElement).focus();
    const told = () => [...document.querySelectorAll('.told')].map(({ textContent }) => textContent);
    // From 100 to 80, which stays where it is: at four fifths of what is in sight.
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}+');
    for (const text of told()) expect(text).toMatch(/^at 80 updates: none .*; best-worst /);
    for (const name of names) expect(numbersBelow(name)).toEqual(['40', '50', '60', '70', '80', '90']);
    await userEvent.keyboard('{Home}');
    expect(numbersBelow()).toEqual(['0', '10', '20', '30', '40', '50']);
    await userEvent.keyboard('-');
    expect(numbersBelow()).toEqual(whole);
    await userEvent.keyboard('+{Escape}');
    expect(told()).toEqual(['', '', '']);
    expect(numbersBelow()).not.toEqual(whole);
    await userEvent.keyboard('{Escape}');
    expect(numbersBelow()).toEqual(whole);
    await userEvent.keyboard('=0');
    expect(numbersBelow()).toEqual(whole);
  });
});

test('KL alone can have an axis of logarithms, which says what it leaves out', async () => {
  const screen = await open();
  const menu = (name: string) => screen.getByRole('button', { name: `${name}: axes` });
  const log = screen.getByRole('menuitemcheckbox', { name: 'Log axis' });
  await menu(names[0]).click();
  await expect
    .element(screen.getByRole('menuitem', { name: 'Whole run (0)' }))
    .toHaveAttribute('aria-disabled', 'true');
  expect(log.elements()).toHaveLength(0);
  await userEvent.keyboard('{Escape}');
  await menu(names[2]).click();
  await log.click();
  await frame();
  expect(chartOf(names[2]).textContent).toContain('log axis; 2 values ≤ 0 left out');
  const numbers = [...chartOf(names[2]).querySelectorAll('svg text')].map(({ textContent }) => textContent);
  expect(numbers).toEqual(expect.arrayContaining(['1', '100']));
  // Equal ratios are equal distances: the line through powers of ten is straight.
  const [a, b, c] = chartOf(names[2]).querySelector('polyline')!.getAttribute('points')!.split(' ').map((point) => Number(point.split(',')[1])); // prettier-ignore
  expect(a - b).toBeGreaterThan(1);
  expect(b - c).toBeCloseTo(a - b, 6);
});

test('words are of as many seeds as there are, and of runs that go on or are over', async () => {
  const screen = await render(RaceResults, { race: raceOf([1], 'running'), onplay, onlook });
  const text = () => screen.container.textContent.replaceAll(/\s+/g, ' ');
  expect(text()).toContain('So far “best-worst” has the highest pass@1 in the one seed.');
  expect(text()).toContain('Costs are of a run so far');
  expect(text()).toContain('One seed cannot tell whether that is luck.');
  expect(text()).toContain(
    'As far as its runs have come. Of one seed. Bands of pass@1: the sampling error of an evaluation of 200 prompts (95 %, Wilson), not the spread over seeds.',
  );
  expect(text()).not.toMatch(/standard error|t-interval/);
  // 0.57 is the mean of the last three of the first setting: Wilson's interval of 200.
  expect(text()).toContain('0.570 (0.501 to 0.637)');
  const bands = (name: string) =>
    chart(name, 'FLOPs').element().closest('.chart')!.querySelectorAll('polygon[points]:not([points=""])')
      .length;
  expect(names.map(bands)).toEqual([2, 0, 0]);
  await screen.rerender({ race: raceOf([1, 2], 'over'), onplay, onlook });
  await expect
    .poll(text)
    .toContain('“best-worst” has the highest pass@1. Against “none” it is +0.020 over 2 pairs of seeds');
  expect(text()).not.toMatch(/sampling error/);
  expect(text()).not.toMatch(/so far/i);
  expect(text()).toMatch(/Means over 2 seeds .* bands of ± one standard error/);
});

test('what began at a saved update is counted from there', async () => {
  const race = raceOf([1, 2], 'over');
  const branch = { update: 6, label: 'the parent' };
  race.setup = { ...race.setup, start: { runId: 'a', branch, config: defaultConfig } };
  const screen = await render(RaceResults, { race, onplay, onlook });
  const text = () => screen.container.textContent.replaceAll(/\s+/g, ' ');
  await expect.element(chart(names[0], 'FLOPs beyond update 6')).toBeVisible();
  await expect
    .element(screen.getByRole('listbox', { name: /at equal FLOPs beyond update 6$/ }))
    .toBeVisible();
  expect(text()).toContain('They and the gain are counted from update 6 on, where each run was measured');
  await screen.getByRole('radio', { name: 'updates' }).click({ force: true });
  await expect.element(chart(names[0], 'updates beyond 6')).toBeVisible();
});

test('Play is handed the configuration of a setting, its tasks and its policy included', async () => {
  const own: RunConfig = { ...defaultConfig, tasks: [], policy: 'own_policy' satisfies OwnName };
  const screen = await render(RaceResults, { race: raceOf([7, 8], 'over', own), onplay, onlook });
  await screen.getByRole('button', { name: 'In Play: best-worst' }).click();
  expect(onplay).toHaveBeenLastCalledWith({ ...own, seed: 7 });
  await screen.getByRole('button', { name: 'In Play: none' }).click();
  expect(onplay).toHaveBeenLastCalledWith({ ...defaultConfig, seed: 7 });
  await expect.element(screen.getByRole('listbox')).toBeInTheDocument();
  screen.getByRole('listbox').element().dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })); // prettier-ignore
  await screen.getByRole('button', { name: 'Run this in Play' }).click();
  expect(onplay).toHaveBeenLastCalledWith({ ...own, seed: 7 });
});

test('a run behind a curve is looked at where the visitor points, by a click or by keyboard, and by its seed in the table', async () => {
  const screen = await open();
  const figure = chart().element() as unknown as HTMLElement;
  figure.focus();
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await expect
    .poll(() => chartOf().querySelector('.told')!.textContent)
    .toMatch(/^at 90 updates: .* A click or Enter looks at none after update 90$/);
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(onlook.mock.calls).toEqual([[1, 1, 90]]);
  // best-worst lies above none: the pointer is nearer to it at the top.
  const plot = figure.querySelector('clipPath rect')!.getBoundingClientRect();
  const { left, top } = figure.getBoundingClientRect();
  const [x, y] = [left + plotOf().left + 0.5 * plotOf().width, plot.top || top + 18];
  for (const type of ['pointermove', 'pointerdown', 'pointerup', 'click'])
    figure.dispatchEvent(
      new PointerEvent(type, { bubbles: true, pointerType: 'mouse', clientX: x, clientY: y + 4 }),
    );
  expect(onlook).toHaveBeenLastCalledWith(1, 1, 50);
  onlook.mockClear();
  // What was dragged is no click.
  await drag(0.2, 0.6);
  figure.dispatchEvent(new PointerEvent('click', { bubbles: true, pointerType: 'mouse' }));
  expect(onlook).not.toHaveBeenCalled();

  await screen.getByRole('button', { name: 'Look at seed 2 of none' }).click();
  expect(onlook).toHaveBeenLastCalledWith(0, 2, 100);
  onlook.mockImplementationOnce(() => Promise.reject(new Error('It is being trained')));
  await screen.getByRole('button', { name: 'Look at seed 1 of best-worst' }).click();
  await expect.element(screen.getByRole('alert')).toHaveTextContent('It is being trained.');
});

test('smoothed, curves have no bands, which is said, and end at the mean that is drawn', async () => {
  const screen = await open();
  const bands = () => chartOf().querySelectorAll('polygon[points]:not([points=""])').length;
  expect(bands()).toBe(2);
  await screen.getByRole('radiogroup', { name: 'Smoothing' }).getByText('0.6').click();
  await expect.poll(bands).toBe(0);
  await expect
    .element(screen.getByText(/^Exponential means of the means over 2 seeds: .* no bands\./))
    .toBeVisible();
  const label = chart().element().getAttribute('aria-label')!;
  // 0.615 was measured last; of a line that rises by 0.04 the mean lags behind.
  expect(Number(/none ends at ([\d.]+)/.exec(label)![1])).toBeCloseTo(0.615 - 0.04 * 1.5, 1);
  await screen.getByRole('radiogroup', { name: 'Smoothing' }).getByText('off').click();
  await expect.poll(bands).toBe(2);
});

test('an order that was predicted is held against the end, not against what is under way', async () => {
  const race = raceOf([1, 2], 'running');
  race.setup = { ...race.setup, predicted: [1, 0] };
  await render(RaceResults, { race, onplay, onlook });
  await frame();
  expect(page.getByText(/^Your order agrees/).query()).toBeNull();
  race.phase = 'over';
  await expect.element(page.getByText(/^Your order agrees with what came out by 1\.00 at/)).toBeVisible();
});

test('of what the course ends with, order and agreement are among the learner’s answers; of other settings they are not', async () => {
  learn.grade = undefined;
  const { knobs } = scenarios.find(({ id }) => id === 'hacked top')!;
  const armOf = (name: string, part: Partial<Knobs> = knobs) => ({
    ...defaultConfig,
    knobs: { ...defaultConfig.knobs, ...part, filter: { ...defaultConfig.knobs.filter, name } },
  });
  const two = raceOf([1, 2], 'over');
  const { runs, arms } = two.results!;
  // Each better than the one before.
  const results = {
    ...two.results!,
    arms: ranked.map((_, arm) => ({ ...arms[0], id: String(arm) })),
    runs: ranked.flatMap((_, arm) =>
      runs.slice(0, 2).map((run: Run) => ({
        ...run,
        arm: String(arm),
        evaluations: run.evaluations.map((one: Evaluation) => ({
          ...one,
          passAt1HeldOut: one.passAt1HeldOut + 0.05 * arm,
        })),
      })),
    ),
  };
  const predicted = [3, 2, 0, 1];
  const raceIn = (part?: Partial<Knobs>) => {
    const setup = { ...two.setup, arms: ranked.map((name) => armOf(name, part)), predicted };
    return { race: { ...two, labels: [...ranked], results, setup }, onplay, onlook };
  };
  const screen = await render(RaceResults, raceIn({}));
  await expect.element(page.getByText(/^Your order agrees with what came out by 0\.80 at/)).toBeVisible();
  expect(learn.grade).toBeUndefined();
  await screen.rerender(raceIn());
  await expect.poll(() => learn.grade?.said).toEqual(predicted.map((arm) => ranked[arm]));
  expect(learn.grade).toMatchObject({ seeds: [1, 2], updates: 100 });
  for (const { agreement, measured } of learn.grade!.at) {
    expect(agreement).toBeCloseTo(0.8, 9);
    expect(measured).toEqual([...ranked].reverse());
  }
  localStorage.clear();
});
