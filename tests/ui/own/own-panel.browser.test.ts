import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Judge } from '../../../src/judge/host/judge.ts';
import { ownExamples, ownName } from '../../../src/ppo/filter.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import { MOST_CODE, type FilterConfig, type Knobs } from '../../../src/protocol/config.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import { tryFilter } from '../../../src/ui/tried.ts';
import type { Bench, Shown } from '../../../src/ui/own/own-code.svelte.ts';
import { OwnFilter } from '../../../src/ui/own/own-filter.svelte.ts';
import OwnFilterPanel from '../../../src/ui/own/OwnFilterPanel.svelte';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import { batchOf, truths } from '../batch.ts';

/** As the page has it: in a sandboxed frame. */
const judge = new Judge();
const call = vi.fn<Bench['call']>((request) => judge.call(request));
const policyFacts = vi.fn<Bench['policyFacts']>(() => Promise.reject(new Error('The policy is not here.')));
const [someTask] = trainTasks;
const ownFilter = () =>
  new OwnFilter({
    call,
    policyFacts,
    testsOf: () => Promise.reject(new Error('no judge')),
    task: () => someTask,
  });
const shown = (filter: Partial<FilterConfig> = {}): Shown => ({
  judged: { batch: batchOf(), testScores: truths },
  seed: 1,
  knobs: { ...defaultKnobs, filter: { ...defaultKnobs.filter, ...filter } },
});
const open = async (own: OwnFilter, on = shown(), onuse = (_: Partial<Knobs>) => undefined as void) => {
  own.open();
  const screen = await render(OwnFilterPanel, { own, shown: on, waiting: true, onuse });
  return {
    screen,
    use: screen.getByRole('button', { name: 'Use this filter' }),
    says: screen.getByRole('status'),
  };
};
const returning = (expression: string) => `function filter(group) {\n  return ${expression};\n}`;

beforeAll(() => page.viewport(1000, 800));
beforeEach(() => {
  vi.clearAllMocks();
  sessionStorage.clear();
});

describe('what is written', () => {
  test('is tried as it stands, and says what it would keep of what is shown; used, it is the run’s', async () => {
    const own = ownFilter();
    const onuse = vi.fn();
    const { use, says, screen } = await open(own, shown(), onuse);
    await expect
      .element(says)
      .toHaveTextContent(
        /^Of the 12 responses that were sampled last it would keep 6\. Until you press “Use this filter”, the run’s filter is best-worst\.$/,
      );
    own.edit(returning('group.responses.map((r) => r.rank < 1)'));
    await expect.element(says).toHaveTextContent(/would keep 3\./);
    const { filter } = shown().knobs;
    const wanted = own.wanted(filter);
    expect(wanted).toEqual({ ...filter, name: ownName, code: own.text });
    expect(onuse).not.toHaveBeenCalled();
    await use.click();
    await expect.poll(() => onuse.mock.calls).toEqual([[{ filter: wanted }]]);
    await screen.rerender({ own, shown: shown(wanted), waiting: true, onuse });
    await expect.element(says).toHaveTextContent(/^This is the run’s filter, from the next batch on\./);
    await expect.element(use).toBeDisabled();
    own.close();
    expect(own.wanted(filter)).toBe(filter);
  });

  test('is shown in the figures from the very batch that it was run on', async () => {
    const own = ownFilter();
    const on = shown();
    await open(own, on);
    own.edit(returning('group.responses.map((r) => r.score > group.mean)'));
    await expect.poll(() => own.trial).toMatchObject({ kind: 'sound', kept: 8 });
    const tried = tryFilter(on.judged!, own.wanted(on.knobs.filter), true, 1, on.knobs);
    expect([tried.why, tried.view.kept]).toEqual([undefined, [0, 2, 3, 4, 5, 8, 9, 10]]);
  });

  test('that is wrong says so with the line, marks it, and cannot be used', async () => {
    const own = ownFilter();
    const { use, says } = await open(own);
    await vi.waitFor(
      () => expect(document.querySelector('.monaco-editor .view-line')).not.toBeNull(),
      30_000,
    );
    expect(document.querySelector('.squiggly-error')).toBeNull();
    own.edit('function filter(group) {\n  return group.rows;\n}');
    await expect
      .element(says)
      .toHaveTextContent(
        /^Line 1, on a made-up batch with ties, prompt 1: filter must return an array of 4 weights: it returned undefined\. The run’s filter stays best-worst\.$/,
      );
    await expect.element(use).toBeDisabled();
    await expect.poll(() => document.querySelector('.squiggly-error')).not.toBeNull();
    const at = (selector: string) => document.querySelector(selector)!.getBoundingClientRect().top;
    const [first] = document.querySelectorAll('.view-line');
    await expect
      .poll(() => Math.abs(at('.squiggly-error') - first.getBoundingClientRect().top))
      .toBeLessThan(10);
    own.edit(returning('group.responses.map(() => 1)'));
    await expect.element(use).toBeEnabled();
    await expect.poll(() => document.querySelector('.squiggly-error')).toBeNull();
  });

  test('asks the policy where it names what only that knows, and says what it costs; without it, it may train', async () => {
    const own = ownFilter();
    const { says, screen } = await open(own);
    const rows = Float32Array.from({ length: 12 }, (_, row) => -row);
    policyFacts.mockResolvedValueOnce({ logprob: rows, kl: rows, entropy: rows });
    own.edit(returning('group.responses.map((r) => r.logprob > -1.5)'));
    await expect.element(says).toHaveTextContent(/would keep 2\./);
    await expect
      .element(screen.getByText(/every update first runs policy and reference once over all/))
      .toBeVisible();
    expect(policyFacts).toHaveBeenCalledOnce();
    own.edit(returning('group.responses.map((r) => r.logprob > -2.5)'));
    await expect
      .element(says)
      .toHaveTextContent(
        /^It may train\. On the responses that are shown it was not run: The policy is not here\./,
      );
  });

  test('is another’s where an example is chosen', async () => {
    const own = ownFilter();
    const { screen } = await open(own);
    const [, second] = ownExamples;
    await screen.getByRole('combobox', { name: /Begin with/ }).selectOptions(second.title);
    expect(own.text).toBe(second.code);
    await expect.poll(() => own.trial).toMatchObject({ kind: 'sound', kept: 3 });
    // It can be chosen again.
    own.edit('x');
    await screen.getByRole('combobox', { name: /Begin with/ }).selectOptions(second.title);
    expect(own.text).toBe(second.code);
  });

  test('is there again after a reload, where somebody here wrote it', () => {
    const [first] = ownExamples;
    ownFilter().edit('mine');
    expect(ownFilter().text).toBe('mine');
    const held = ownFilter();
    held.open('theirs', 'address');
    held.edit('theirs, changed');
    expect(ownFilter().text).toBe('mine');
    sessionStorage.setItem('pf-ppo-own-filter', '7');
    expect(ownFilter().text).toBe(first.code);
  });

  test('is not lost to an example: that can be undone', async () => {
    const own = ownFilter();
    const { screen } = await open(own);
    const mine = returning('[true]');
    own.edit(mine);
    const editor = () =>
      document.querySelector<HTMLElement>(
        '.monaco-editor :is(textarea, [contenteditable], .native-edit-context)',
      );
    await expect.poll(editor).not.toBeNull();
    await screen.getByRole('combobox', { name: /Begin with/ }).selectOptions(ownExamples[1].title);
    await expect.poll(() => own.text).toBe(ownExamples[1].code);
    await expect.poll(() => document.querySelector('.monaco-editor')?.textContent).not.toContain('[true]');
    editor()!.focus();
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect.poll(() => own.text).toBe(mine);
  });

  test('too long is refused in words before it is run', async () => {
    const own = ownFilter();
    const { says, use } = await open(own);
    await expect.poll(() => own.trial.kind).toBe('sound');
    call.mockClear();
    own.edit(`${ownExamples[0].code}${'// '.repeat(MOST_CODE / 3)}`);
    await expect.element(says).toHaveTextContent(/can have up to 4000 characters/);
    await expect.element(use).toBeDisabled();
    expect(call).not.toHaveBeenCalled();
  });

  test('is not blamed where the sandbox fails', async () => {
    const own = ownFilter();
    call.mockRejectedValue(new Error('the judge could not run it: no frame'));
    const { says } = await open(own);
    await expect
      .element(says)
      .toHaveTextContent(/^It could not be tried: the judge could not run it: no frame/);
    call.mockImplementation((request) => judge.call(request));
  });
});

describe('code from an address', () => {
  test('is shown, and none of it runs before the visitor says so', async () => {
    const own = ownFilter();
    const onuse = vi.fn();
    const { says, use, screen } = await open(own, shown(), onuse);
    await expect.poll(() => own.trial.kind).toBe('sound');
    call.mockClear();
    own.open(returning('group.responses.map((r) => r.rank > 0)'), 'address');
    await expect
      .element(says)
      .toHaveTextContent(/^This code came with the address\. None of it has run: read it/);
    await expect.element(screen.getByLabelText(/Code of your own filter/).first()).toBeInTheDocument();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(call).not.toHaveBeenCalled();
    const { filter } = shown().knobs;
    expect([own.held, own.wanted(filter)]).toEqual([own.text, filter]);
    // Also when a comma is changed.
    own.edit(`${own.text}\n`);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(call).not.toHaveBeenCalled();
    await use.click();
    await expect
      .poll(() => onuse.mock.calls)
      .toEqual([[{ filter: { ...filter, name: ownName, code: own.text } }]]);
    expect(own.held).toBeUndefined();
  });
});

test('a name of the API is told of by keyboard, and where one points at it', async () => {
  const own = ownFilter();
  await open(own);
  own.edit(returning('group.responses.map((r) => r.kl < 1)'));
  const soon = { timeout: 30_000 };
  await expect.poll(() => own.trial.kind, soon).toBe('sound');
  const word = () =>
    [...document.querySelectorAll('.view-line span > span')].find((one) => /\bkl\b/.test(one.textContent));
  await expect.poll(word, soon).toBeDefined();
  const told = () =>
    [...document.querySelectorAll('.monaco-hover')]
      .filter((hover) => hover.checkVisibility({ visibilityProperty: true }))
      .map(({ textContent }) => textContent)
      .join();
  document.querySelector<HTMLElement>('.monaco-editor :is(textarea, .native-edit-context)')!.focus();
  // From the end of its line back over "; ) 1   <  " to the word.
  await userEvent.keyboard('{Control>}{Home}{/Control}{ArrowDown}{End}{ArrowLeft>7/}');
  expect(told()).toBe('');
  await userEvent.keyboard('{Control>}k{/Control}{Control>}i{/Control}');
  await expect.poll(told, soon).toMatch(/^Answer\.kl: number.*an estimate of the KL, in nats/);
  await userEvent.keyboard('{Escape}');
  await expect.poll(told, soon).toBe('');

  // Lines are made anew; what they lie in stays.
  const lines = document.querySelector('.monaco-editor .view-lines')!;
  const text = word()!.firstChild as Text;
  const range = document.createRange();
  range.setStart(text, text.data.indexOf('kl'));
  range.setEnd(text, text.data.indexOf('kl') + 1);
  const at = range.getBoundingClientRect();
  const { left, top } = lines.getBoundingClientRect();
  await userEvent.hover(lines, { position: { x: at.left + 3 - left, y: at.top + 6 - top } });
  await expect.poll(told, soon).toMatch(/^Answer\.kl: number/);
});

test('all that it is given can be read, and the keyboard leaves the editor', async () => {
  const own = ownFilter();
  const { screen } = await open(own);
  await screen.getByText('What it is given').click();
  await expect.element(screen.getByText(/declare function filter/)).toBeVisible();
  await vi.waitFor(() => expect(document.querySelector('.monaco-editor .view-line')).not.toBeNull(), 30_000);
  await userEvent.click(document.querySelector('.monaco-editor .view-line')!);
  await userEvent.keyboard('{Tab}');
  await expect.poll(() => document.activeElement?.textContent).toContain('Use this filter');
});
