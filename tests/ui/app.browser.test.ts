import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultConfig, defaultKnobs, fitKnobs } from '../../src/ppo/knobs.ts';
import type { Knobs } from '../../src/protocol/config.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import App from '../../src/ui/App.svelte';
import { Follow } from '../../src/ui/follow/follow.svelte.ts';
import { RunHistory } from '../../src/ui/history.ts';
import { OwnCodes } from '../../src/ui/own/own-codes.ts';
import type { JudgedBatch } from '../../src/ui/run/run-model.ts';
import type { Run } from '../../src/ui/run.svelte.ts';
import { Runs } from '../../src/ui/runs/runs.svelte.ts';
import type { Status } from '../../src/ui/status.ts';
import Term from '../../src/ui/Term.svelte';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';
import { batchOf, truths } from './batch.ts';
import { languagesOf } from './said-in.ts';

type Recorded = Extract<Status, { kind: 'recording' }>;

const play = vi.fn();
const [someTask] = trainTasks;
const first = { update: 0, programs: 12, passed: 6, filter: defaultKnobs.filter, kept: 6, kl: undefined };

/** Not written yet, and nothing to run it in. */
const ownCodes = () =>
  new OwnCodes({
    call: () => Promise.reject(new Error('no sandbox')),
    policyFacts: () => Promise.reject(new Error('no policy')),
    testsOf: () => Promise.reject(new Error('no judge')),
    task: () => someTask,
  });

/** The state of the page at Ready, as `Run` has it. */
const ready = (shown: JudgedBatch, part: Partial<Run> = {}) => {
  const run: Partial<Run> = {
    config: defaultConfig,
    knobs: defaultKnobs,
    hasChanged: false,
    notices: [],
    status: { kind: 'ready', first },
    finished: 0,
    inForce: defaultKnobs,
    shown,
    newest: shown,
    version: 0,
    history: new RunHistory(),
    markers: [],
    evalPromptsAt: () => 200,
    stopRules: {},
    own: ownCodes(),
    follow: new Follow({
      answers: () => Promise.reject(new Error('no policy')),
      judge: () => Promise.reject(new Error('no judge')),
    }),
    ghosts: [],
    runs: new Runs({
      ...{ openId: () => undefined, keepNow: () => undefined },
      ...{ open: () => Promise.resolve(), openBranch: () => Promise.resolve() },
    }),
    play,
    drawFor: () => undefined,
    task: (id) => ({ ...someTask, id, statement: `the task ${id}`, promptIds: [7], tests: [] }),
    judge: () => new Promise(() => undefined),
    ...part,
  };
  return { run: run as Run };
};

const withFilter = (name: string, part: Partial<Knobs> = {}, keep = 2) =>
  fitKnobs({ ...defaultKnobs, ...part, filter: { ...defaultKnobs.filter, name, keep } });
const judged = (): JudgedBatch => ({ batch: batchOf({}, 0), testScores: truths });

beforeEach(() => {
  sessionStorage.clear();
  return page.viewport(1440, 900);
});

describe('one batch, one filter', () => {
  test.each(['none', 'best-random', 'random-k'])(
    '%s: strip, figure, legend and cells agree',
    async (name) => {
      const screen = await render(App, ready(judged(), { knobs: withFilter(name) }));
      const row = screen.getByRole('listitem', { name, exact: true });
      await expect.element(row).toHaveClass('active');
      await screen.getByRole('radio', { name: 'R²', exact: true }).click({ force: true });
      const [r2, kept] = ['.value', '.kept'].map((part) => row.element().querySelector(part)!.textContent);
      expect(document.querySelector('.sink')!.textContent).toContain(`of the kept ${r2}`);
      const by = name === 'none' ? 'without a filter' : `by ${name}`;
      await expect.element(screen.getByText(new RegExp(`${kept}\\s+would be kept ${by}`))).toBeVisible();
      await expect.poll(() => document.querySelectorAll('.cell.kept')).toHaveLength(Number(kept));
    },
  );

  test('settings for other groups than the batch has are fitted to it', async () => {
    const screen = await render(
      App,
      ready(judged(), { knobs: withFilter('best-worst', { groupSize: 16 }, 12) }),
    );
    await expect.element(screen.getByText(/12\s+would be kept by best-worst/)).toBeVisible();
    await screen.rerender(ready(judged(), { knobs: withFilter('none', { groupSize: 16 }, 12) }));
    await expect.element(screen.getByText(/12\s+would be kept without a filter/)).toBeVisible();
    expect(document.body.textContent).not.toContain('could not be drawn');
  });

  test('a way of sampling is said to be one', async () => {
    const screen = await render(App, ready(judged(), { knobs: withFilter('single') }));
    await expect.element(screen.getByText(/single is a way of sampling/)).toBeVisible();
    await expect.element(screen.getByText(/6\s+would be kept by best-worst/)).toBeVisible();
    await expect.element(screen.getByRole('listitem', { name: 'best-worst' })).toHaveClass('active');
  });
});

test('a recording is labelled beside the button, over the programs and over the curves, and on leaving it nowhere', async () => {
  const status: Recorded = {
    ...{ kind: 'recording', seed: 1, preset: 'tiny', update: 0, updates: 25, last: first },
    ...{ isPlaying: true, isOver: false, live: { kind: 'starting' } },
  };
  const screen = await render(App, ready(judged(), { status }));
  const labels = [/A recording, update 0 of 25:/, /Recorded: what the untrained/, /One recorded run/];
  for (const label of labels) await expect.element(screen.getByText(label)).toBeVisible();
  await expect.poll(() => document.querySelectorAll('.cell')).toHaveLength(12);
  await expect.element(screen.getByRole('button', { name: 'Train live' })).toBeEnabled();
  // The policy that wrote it is not here to be asked.
  const cosine = screen.getByRole('radio', { name: 'cos ∇' });
  expect(cosine.elements()).toHaveLength(0);
  await screen.rerender(ready(judged()));
  await expect.element(screen.getByText(/One run/)).toBeVisible();
  expect(cosine.elements()).toHaveLength(1);
  expect(document.body.textContent).not.toMatch(/record/i);
});

test('what cannot be drawn leaves the rest of the page at work, and the next batch is drawn', async () => {
  const batch = batchOf({}, 0);
  const broken = { ...batch, scores: batch.scores.map(() => NaN) };
  const screen = await render(App, ready({ batch: broken, testScores: truths }));
  await expect.element(screen.getByText(/could not be drawn: Score 0 is NaN/).first()).toBeVisible();
  await screen.getByRole('button', { name: 'Train' }).click();
  expect(play).toHaveBeenCalledOnce();
  await screen.rerender(ready(judged()));
  await expect.element(screen.getByRole('grid')).toBeVisible();
  expect(document.body.textContent).not.toContain('could not be drawn');
});

test('the page is made in turns: what is used first, then the figures', async () => {
  const parts = {
    controls: '.controls',
    scenario: '[aria-label=Scenario]',
    filter: '#filter-title',
    recipe: 'details.panel',
    programs: '#matrix-title',
    curves: '#time-title',
    trust: '#trust-title',
    canvases: 'canvas',
  };
  const there = () =>
    Object.entries(parts).flatMap(([part, where]) => (document.querySelector(where) ? [part] : []));
  const came: string[][] = [];
  const observer = new MutationObserver(() => {
    const fresh = there().filter((part) => !came.flat().includes(part));
    if (fresh.length > 0) came.push(fresh);
  });
  observer.observe(document.body, { childList: true, subtree: true });
  await render(App, ready(judged()));
  await expect.poll(there).toEqual(Object.keys(parts));
  observer.disconnect();
  // In this order, and none with another.
  expect(came).toEqual(Object.keys(parts).map((part) => [part]));
});

describe('by keyboard', () => {
  test('the first stop leads to the programs', async () => {
    const screen = await render(App, ready(judged()));
    await expect.element(screen.getByRole('gridcell').first()).toBeVisible();
    await userEvent.keyboard('{Tab}');
    await expect.element(screen.getByRole('link', { name: 'To the programs' })).toHaveFocus();
    await userEvent.keyboard('{Enter}{Tab}{Tab}'); // past the choice between matrix and table
    expect(document.activeElement?.getAttribute('role')).toBe('gridcell');
    history.replaceState(null, '', location.pathname + location.search);
  });

  test('every word, every group of chips and the matrix is one stop', async () => {
    await render(App, ready(judged()));
    const terms = () => [...document.querySelectorAll<HTMLElement>('.term')];
    await expect.poll(() => terms().filter(({ tabIndex }) => tabIndex === 0).length).toBeGreaterThan(10);
    const cards = (tabIndex: number) =>
      terms()
        .filter((term) => term.tabIndex === tabIndex)
        .map((term) => term.nextElementSibling!.getAttribute('aria-label')!);
    // Panels are made in turns: all of them.
    await expect.poll(() => document.querySelector('#compare-title')).not.toBeNull();
    await expect.poll(() => cards(-1).length).toBeGreaterThan(3);
    const stops = cards(0);
    expect(new Set(stops).size).toBe(stops.length);
    const others = cards(-1);
    for (const other of others) expect(stops).toContain(other);
    for (const group of document.querySelectorAll('[role="radiogroup"]')) {
      const names = [...group.querySelectorAll('input')].map(({ name }) => name);
      expect(new Set(names).size).toBe(1);
    }
    await expect.poll(() => document.querySelectorAll('[role="gridcell"][tabindex="0"]')).toHaveLength(1);
  });

  test('a word that goes leaves its stop to another place that explains it', async () => {
    const [one, two] = [await render(Term, { id: 'kl' }), await render(Term, { id: 'kl' })];
    const stop = (screen: typeof one) => screen.container.querySelector<HTMLElement>('.term')!.tabIndex;
    await expect.poll(() => [stop(one), stop(two)]).toEqual([0, -1]);
    await one.unmount();
    await expect.poll(() => stop(two)).toBe(0);
  });
});

test('what a task asks for is English words, and read as such wherever it stands on a German page', async () => {
  const given = ready(judged());
  const screen = await render(App, given);
  const words = /\btask (one|two|three)\b/;
  const said = () => languagesOf(words);
  await expect.poll(() => document.querySelectorAll('.cell')).toHaveLength(12);
  // Row by row its name, what is seen of it and its hint, and the heading of the response that is shown first.
  await expect.poll(said).toHaveLength(10);
  expect(new Set(said())).toEqual(new Set(['en']));
  document.querySelector<SVGElement>('.cell')!.focus();
  await expect.poll(said).toHaveLength(11);
  given.run.follow.begin(given.run.task('two'));
  await expect.element(screen.getByRole('heading', { name: /^The same prompt/ })).toBeVisible();
  await screen.getByRole('radio', { name: 'table' }).click({ force: true });
  // A cell and its hint in each row, and the two headings.
  await expect.poll(said).toHaveLength(26);
  expect(new Set(said())).toEqual(new Set(['en']));
});
