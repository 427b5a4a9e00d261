import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import CompareView from '../../../src/ui/compare/CompareView.svelte';
import { LaidLogs, laidLogs } from '../../../src/ui/compare/laid-logs.svelte.ts';
import RaceResults from '../../../src/ui/compare/RaceResults.svelte';
import type { Run } from '../../../src/ui/run.svelte.ts';
import { raceOf } from './race-of.svelte.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import '../../../src/ui/css/view.css';
import '../../../src/ui/css/curves.css';

const row = (step: number, data: Record<string, unknown>) => JSON.stringify({ step, data });
/** Of three updates, 0, 50 and 150: twice evaluated, of which the scores are far from ours. */
const content = [
  row(0, { 'val-core/sums/acc/mean@1': 0.125 }),
  row(50, { 'critic/score/mean': 700, 'actor/ppo_kl': 0.01, 'timing_s/gen': 3 }),
  row(150, { 'critic/score/mean': 900, 'val-core/sums/acc/mean@1': 0.875 }),
].join('\n');
const file = (name = 'theirs.jsonl', text = content) => new File([text], name);
/** With KL of a response, as TRL's PPOTrainer has it. */
const trl = (name = 'trl.jsonl') =>
  file(name, JSON.stringify({ step: 20, 'objective/kl': 0.25, 'objective/scores': 1 }));

beforeEach(async () => {
  await page.viewport(1000, 900);
  for (const laid of laidLogs.all) laidLogs.remove(laid);
});

const label = 'theirs.jsonl, verl, from a file';
const chart = (name: string) => page.getByRole('img', { name: new RegExp(`^${name} against updates`) });

describe('dropped on Compare', () => {
  const takeIn = vi.fn(() => Promise.resolve());
  /** As much of a run as the view asks for where nothing is pressed. */
  const run = {
    ...{ config: defaultConfig, knobs: defaultKnobs, engine: undefined, status: { kind: 'idle' } },
    openThreads: () => Promise.reject(new Error('nothing trains here')),
    runs: { kept: [], takeIn, refresh: () => Promise.resolve() },
  } as unknown as Run;
  const drop = (...files: File[]) => {
    const dataTransfer = new DataTransfer();
    for (const one of files) dataTransfer.items.add(one);
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector('main h2')!.dispatchEvent(event);
    return event;
  };

  test('a log is drawn before anything trains, says what it is not, and is taken away', async () => {
    const screen = await render(CompareView, { run });
    expect(screen.getByRole('heading', { name: 'How it comes about' }).elements()).toHaveLength(0);
    expect(drop(file(), new File(['x'], 'run.pfppo')).defaultPrevented).toBe(true);
    const panel = screen.getByRole('region', { name: 'Runs from elsewhere' });
    await expect
      .element(panel.getByRole('status'))
      .toHaveTextContent('“theirs.jsonl” is drawn, from update 0 to 150.');
    // What is no log is taken as on any view.
    await expect.poll(() => takeIn.mock.calls).toEqual([[[expect.objectContaining({ name: 'run.pfppo' })]]]);
    await expect
      .element(chart('held-out pass@1'))
      .toHaveAccessibleName(new RegExp(`${label} ends at 0\\.875$`));
    await expect
      .element(chart('score in the files, each in a unit of its own'))
      .toHaveAccessibleName(/ends at 900\.000$/);
    expect(chart('KL to the reference, nats').elements()).toHaveLength(0);

    const laid = panel.getByRole('article', { name: label });
    await expect.element(laid).toHaveTextContent('Its scores are in the unit of its own reward');
    await laid.getByText('Not shown: 2 metrics').click();
    await expect.element(laid).toHaveTextContent(/between one policy and the next.*actor\/ppo_kl/);
    await laid.getByRole('button', { name: 'Take theirs.jsonl away' }).click();
    await expect.element(laid).not.toBeInTheDocument();
    expect(chart('held-out pass@1').elements()).toHaveLength(0);
    expect(document.activeElement).toBe(panel.element());
  });

  test('what is wrong with one is said, by line and field, and nothing is drawn', async () => {
    const screen = await render(CompareView, { run });
    drop(file('bad.jsonl', `${content}\n${row(200, { 'critic/score/mean': 'high' })}`));
    await expect
      .element(screen.getByRole('region', { name: 'Runs from elsewhere' }).getByRole('status'))
      .toHaveTextContent(
        'bad.jsonl was not taken in. Its line 4, critic/score/mean: it is “high”, expected a number.',
      );
    expect(laidLogs.all).toEqual([]);
  });
});

describe('beside a comparison', () => {
  const onlook = vi.fn(() => Promise.resolve());
  async function open() {
    const logs = new LaidLogs();
    await logs.takeIn([file(), trl()]);
    const race = raceOf();
    const screen = await render(RaceResults, { race, logs: logs.all, onplay: vi.fn(), onlook });
    await screen.getByRole('button', { name: 'Compare at equal updates' }).click();
    expect(race.axis).toBe('update');
    return screen;
  }

  test('the curves stand in the charts of the same metric, the scores in one of their own', async () => {
    const screen = await open();
    const own = /none ends at \S+; best-worst ends at \S+/.source;
    await expect
      .element(chart('held-out pass@1'))
      .toHaveAccessibleName(new RegExp(`${own}; ${label} ends at 0\\.875$`));
    await expect
      .element(chart('KL to the reference, nats'))
      .toHaveAccessibleName(new RegExp(`${own}; trl\\.jsonl, TRL, from a file ends at 0\\.250$`));
    await expect.element(chart('score of the teacher')).toHaveAccessibleName(new RegExp(`${own}$`));
    await expect
      .element(chart('score in the files, each in a unit of its own'))
      .toHaveAccessibleName(/: theirs\.jsonl, verl, from a file ends at 900\.000; trl/);
    expect(chart('held-out pass@1').element().querySelectorAll('g[clip-path] polyline')).toHaveLength(3);
    expect(screen.getByRole('button', { name: 'Compare at equal updates' }).elements()).toHaveLength(0);
    await screen.getByRole('radiogroup', { name: 'At equal' }).getByText('Adam steps').click();
    await expect.element(screen.getByText('What is from files is known by update alone.')).toBeVisible();
    expect(page.getByRole('img', { name: /from a file/ }).elements()).toHaveLength(0);
  });

  test('the crosshair reads them, and a click or Enter looks at runs of this page alone', async () => {
    await open();
    const figure = chart('held-out pass@1').element() as SVGElement;
    figure.focus();
    await userEvent.keyboard('{End}');
    const told = () => figure.closest('.chart')!.querySelector('.told')!.textContent;
    await expect.poll(told).toContain(`${label} 0.875`);
    for (const looked of ['best-worst', 'none']) {
      await userEvent.keyboard('{ArrowUp}');
      await expect.poll(told).toContain(`looks at ${looked} after update 100`);
    }
    await userEvent.keyboard('{Enter}');
    expect(onlook.mock.calls).toEqual([[0, 1, 100]]);
    // Of files alone: there is nothing behind them.
    const alone = chart('score in the files, each in a unit of its own').element() as SVGElement;
    alone.focus();
    await userEvent.keyboard('{End}{ArrowUp}{Enter}');
    expect(alone.closest('.chart')!.textContent).not.toContain('looks at');
    expect(onlook).toHaveBeenCalledTimes(1);
  });
});

test('three stand there at most; one of the same name takes the place of the other', async () => {
  const logs = new LaidLogs();
  expect(await logs.takeIn([trl('a.jsonl'), trl('b.jsonl'), trl('c.jsonl'), trl('d.jsonl')])).toEqual([]);
  expect(logs.said).toMatch(/d\.jsonl was not taken in\. 3 logs stand beside the comparison already/);
  expect(logs.all.map(({ name, slot }) => [name, slot])).toEqual([
    ['a.jsonl', 4],
    ['b.jsonl', 5],
    ['c.jsonl', 6],
  ]);
  const [first] = logs.all;
  await logs.takeIn([file('b.jsonl')]);
  expect(logs.all.map(({ name, slot, log }) => [name, slot, log.maker])).toEqual([
    ['a.jsonl', 4, 'TRL'],
    ['c.jsonl', 6, 'TRL'],
    ['b.jsonl', 5, 'verl'],
  ]);
  logs.remove(first);
  await logs.takeIn([trl('e.jsonl')]);
  expect(logs.all.at(-1)).toMatchObject({ name: 'e.jsonl', slot: 4 });
});
