import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Judge } from '../../../src/judge/host/judge.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import { MOST_CODE, type Knobs } from '../../../src/protocol/config.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import type { Bench, Shown } from '../../../src/ui/own/own-code.svelte.ts';
import { OwnScore } from '../../../src/ui/own/own-score.svelte.ts';
import OwnScorePanel from '../../../src/ui/own/OwnScorePanel.svelte';
import TeacherChoice from '../../../src/ui/recipe/TeacherChoice.svelte';
import { tryFilter } from '../../../src/ui/tried.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import { batchOf, truths } from '../batch.ts';

/** As the page has it: in a sandboxed frame. */
const judge = new Judge();
const call = vi.fn<Bench['call']>((request) => judge.call(request));
const testsOf = vi.fn<Bench['testsOf']>(async () =>
  Array.from(truths, (truth) => [truth === 1, truth > 0, true, truth > 0]),
);
const policyFacts = () => Promise.reject(new Error('no policy'));
const [someTask] = trainTasks;
const task = { ...someTask, promptIds: [1] };
const ownScore = () => new OwnScore({ call, policyFacts, testsOf, task: () => task });
const shown = (part: Partial<Knobs> = {}): Shown => ({
  judged: { batch: batchOf(), testScores: truths },
  seed: 1,
  knobs: { ...defaultKnobs, ...part },
});
const open = async (own: OwnScore, on = shown(), onuse = (_: Partial<Knobs>) => undefined as void) => {
  own.open();
  const screen = await render(OwnScorePanel, { own, shown: on, waiting: true, onuse });
  return {
    screen,
    use: screen.getByRole('button', { name: 'Use this score' }),
    says: screen.getByRole('status'),
  };
};
const returning = (expression: string) => `function score(answer) {\n  return ${expression};\n}`;

beforeAll(() => page.viewport(1000, 800));
beforeEach(() => {
  vi.clearAllMocks();
  sessionStorage.clear();
});

test('what is written is tried as it stands, says how far it tells the truth, and teaches once it is used', async () => {
  const own = ownScore();
  const on = shown();
  const onuse = vi.fn();
  const { use, says, screen } = await open(own, on, onuse);
  await expect
    .element(says)
    .toHaveTextContent(
      /^It scored the 12 responses that were sampled last\. R² against their tests is \d\.\d\d; of the \d that it scores highest 0 are wrong\. Until you press “Use this score”, what scores is the chain reader\.$/,
    );
  await expect.element(screen.getByText(/so that every update waits for them/)).toBeVisible();
  expect(testsOf).toHaveBeenCalledOnce();
  own.edit(returning('answer.program.length > 30 ? 9 : -answer.tokens'));
  await expect
    .element(says)
    .toHaveTextContent(/\d+ of them it scores beyond ±5, where scores are cut off\..* [1-9]\d* are wrong\./);
  expect(testsOf).toHaveBeenCalledOnce();
  expect(onuse).not.toHaveBeenCalled();
  await use.click();
  const part = { teacher: 'own-score', teacherCode: own.text } as const;
  await expect.poll(() => onuse.mock.calls).toEqual([[part]]);
  await screen.rerender({ own, shown: shown(part), waiting: true, onuse });
  await expect.element(says).toHaveTextContent(/^This is what scores, from the next update on\./);
  await expect.element(use).toBeDisabled();
});

test('the batch is shown as it would be scored, and none of that as learned from', async () => {
  const own = ownScore();
  const on = shown();
  await open(own, on);
  own.edit(returning('Number(/return (\\d+)/.exec(answer.program)?.[1] ?? 0) / 4'));
  await expect.poll(() => own.trial).toMatchObject({ kind: 'sound', code: own.text });
  const judged = own.rescored(on.judged!);
  expect(Array.from(judged.batch.scores)).toEqual(Array.from({ length: 12 }, (_, row) => row / 4));
  const tried = tryFilter(judged, on.knobs.filter, true, 1, on.knobs);
  expect([tried.why, tried.view.kept, tried.view.preview]).toEqual([undefined, [0, 3, 4, 7, 8, 11], true]);
  expect(tryFilter(judged, { ...on.knobs.filter, name: 'none' }, true, 1).view.preview).toBe(true);
  own.edit(returning('nothing'));
  await expect.poll(() => own.trial.kind).toBe('unsound');
  expect(own.rescored(on.judged!)).toBe(on.judged);
});

test('what is wrong has its line, and cannot be used', async () => {
  const own = ownScore();
  const { use, says } = await open(own);
  own.edit(returning('answer.ended ? 1 : 0 / 0'));
  await expect
    .element(says)
    .toHaveTextContent(
      /^Line 1, on a made-up response that was cut off: a score is a finite number: it returned NaN\. What scores stays the chain reader\.$/,
    );
  await expect.element(use).toBeDisabled();
  await vi.waitFor(() => expect(document.querySelector('.squiggly-error')).not.toBeNull(), 30_000);
});

test.each(['address', 'file'] as const)(
  'code from the %s is shown, and none of it runs before the visitor says so',
  async (from) => {
    const own = ownScore();
    const onuse = vi.fn();
    const { says, use } = await open(own, shown(), onuse);
    await expect.poll(() => own.trial.kind).toBe('sound');
    call.mockClear();
    own.open(returning('answer.tokens'), from);
    await expect
      .element(says)
      .toHaveTextContent(
        `This code came with the ${from}. None of it has run: read it, and press “Use this score” if you want it to. Until then what scores is the chain reader.`,
      );
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([call.mock.calls, own.held]).toEqual([[], own.text]);
    await use.click();
    await expect.poll(() => onuse.mock.calls).toEqual([[{ teacher: 'own-score', teacherCode: own.text }]]);
    expect(own.held).toBeUndefined();
  },
);

test('too long for an address, it says what carries it', async () => {
  const own = ownScore();
  const { screen } = await open(own);
  const words = screen.getByText(/a link to this page does not carry it\. A run that is exported as a file/);
  await expect.element(words).not.toBeInTheDocument();
  own.edit(`${returning('1')}\n// ${'é'.repeat(MOST_CODE / 2)}`);
  await expect.element(words).toBeVisible();
  await expect.poll(() => own.trial.kind).toBe('sound');
});

test('the teacher’s choice opens it, and offers it without an editor only where one is written', async () => {
  const onchange = vi.fn();
  const own = { isOpen: false, open: vi.fn(), close: vi.fn() };
  const screen = await render(TeacherChoice, { knobs: defaultKnobs, preset: undefined, own, onchange });
  const chip = screen.getByRole('radio', { name: 'own score', exact: true });
  await chip.click({ force: true });
  expect([own.open.mock.calls, onchange.mock.calls]).toEqual([[[]], []]);
  await screen.rerender({ knobs: defaultKnobs, preset: undefined, own: { ...own, isOpen: true }, onchange });
  await expect.element(chip).toBeChecked();
  await expect.element(screen.getByText(/Until you use it, what scores is the chain reader\./)).toBeVisible();
  await screen.getByRole('radio', { name: 'unit tests', exact: true }).click({ force: true });
  expect([own.close.mock.calls.length, onchange.mock.calls]).toEqual([1, [['tests']]]);
  await screen.rerender({ knobs: defaultKnobs, preset: undefined, own: undefined, onchange });
  await expect.element(chip).not.toBeInTheDocument();
  await screen.rerender({
    knobs: { ...defaultKnobs, teacherCode: 'x' },
    preset: undefined,
    own: undefined,
    onchange,
  });
  await chip.click({ force: true });
  expect(onchange).toHaveBeenLastCalledWith('own-score');
});
