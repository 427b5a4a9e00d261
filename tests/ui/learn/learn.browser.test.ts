import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { sheets } from '../../../src/course/sheets.ts';
import { course } from '../../../src/course/course.ts';
import { answerFrom, BEFORE, learn } from '../../../src/ui/learn/learn.svelte.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import { scenarioOf } from '../../../src/ppo/scenarios.ts';
import { setupOf } from '../../../src/ui/compare/link.ts';
import { sheetOf } from '../../../src/ui/learn/sheet.ts';
import { isCapstone } from '../../../src/ui/learn/capstone.ts';
import type { Answers } from '../../../src/course/answers.ts';
import { dock } from '../../../src/ui/learn/dock.svelte.ts';
import LearnDock from '../../../src/ui/learn/LearnDock.svelte';
import type { Verdict } from '../../../src/protocol/verdict.ts';
import { knobsOf } from '../../../src/ui/learn/trial.ts';
import Voice from '../../../src/ui/Voice.svelte';
import { batchOf, truths } from '../batch.ts';
import { listen } from '../heard.ts';
import { languagesOf } from '../said-in.ts';
import { FakeRun } from './learners-run.svelte.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const part = page.getByRole('complementary', { name: 'Learn' });
const button = (name: string | RegExp) => part.getByRole('button', { name, exact: typeof name === 'string' });
const at = course.findIndex(({ id }) => id === 'two-of-eight');
const exercise = course[at];
const [all, two] = exercise.trials;
const judged = { batch: batchOf(), testScores: truths };

beforeEach(() => {
  localStorage.clear();
  learn.answers = {};
  learn.grade = undefined;
  learn.goTo(at);
  dock.isOpen = true;
  dock.before = undefined;
});

/** What a lesson reads of a run that went from one held-out pass rate to another. */
function evaluate(run: FakeRun, before: number, after: number, updates: number): void {
  run.history.set(0, { 'eval/pass@1_held_out': before });
  for (const update of [updates - 5, updates]) run.history.set(update, { 'eval/pass@1_held_out': after });
  run.shown = judged;
}

async function predict(option: string): Promise<void> {
  await part.getByRole('radio', { name: option }).click();
  await button('That is my prediction').click();
}

test('what was set before the lessons can be set again after them', async () => {
  const run = new FakeRun();
  const own = { ...defaultKnobs, klCoef: 0.3 };
  run.config = { ...run.config, preset: 'small', knobs: own };
  await render(LearnDock, { run });
  const back = button('Set all as it was before the lessons');
  await predict(exercise.options[0]);
  expect(back.query()).toBeNull();
  await button(all.does).click();
  evaluate(run, 0.4, 0.7, all.updates);
  run.rest(all.updates);
  await button(two.does).click();
  expect(run.config).toMatchObject({ preset: 'tiny', knobs: knobsOf(two) });
  await back.click();
  expect(run.config).toMatchObject({ preset: 'small', knobs: own });
  expect(back.query()).toBeNull();
});

test('a lesson is predicted, run and compared: nothing is run before, and a prediction stays', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  await expect.element(part.getByRole('heading')).toHaveFocus();
  await expect.element(button('That is my prediction')).toBeDisabled();
  expect(button(all.does).query()).toBeNull();
  await predict(exercise.options[0]);
  await expect.element(part.getByRole('radio').first()).toBeDisabled();

  await button(all.does).click();
  expect(run.beginAs).toHaveBeenCalledExactlyOnceWith({
    ...{ knobs: knobsOf(all), policy: undefined, tasks: undefined, preset: 'tiny' },
  });
  expect(run.play).toHaveBeenCalledExactlyOnceWith({ updates: all.updates });
  await expect.element(part).toHaveTextContent('getting ready');
  run.finished = 7;
  run.status = { kind: 'running', update: 8, phase: undefined, last: undefined };
  await expect.element(part).toHaveTextContent(`update 7 of ${all.updates}`);
  // Paused in the midst by the learner, it can be gone on with.
  run.rest(9);
  await button('Go on').click();
  expect(run.play).toHaveBeenLastCalledWith({ updates: all.updates });
  evaluate(run, 0.4, 0.7, all.updates);
  run.rest(all.updates);

  await button(two.does).click();
  expect(run.isAs(knobsOf(two))).toBe(true);
  evaluate(run, 0.4, 0.6, two.updates);
  run.rest(two.updates);
  await expect.element(part).toHaveTextContent('Not as you predicted.');
  await expect
    .element(part)
    .toHaveTextContent('rose by +30 points with all eight, and by +20 points with two: 67 % of it');
  await expect.element(part).toHaveTextContent(`That is: “${exercise.options[2]}”`);
  await expect.element(part).toHaveTextContent('1 of 10 done');
});

test('a lesson’s run is told of by quarters, and by nobody else', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  const said = await render(Voice, { status: run.status });
  await predict(exercise.options[0]);
  await button(all.does).click();
  await expect.element(part).toHaveTextContent('getting ready');
  const heard = listen();
  for (let update = 0; update <= all.updates; update++) {
    run.finished = update;
    const last = { update, programs: 32, passed: 9, kept: 16, kl: 0, filter: knobsOf(all).filter };
    run.status = { kind: 'running', update: update + 1, phase: undefined, last };
    await said.rerender({ status: run.status });
    await expect.element(part).toHaveTextContent(`update ${update} of ${all.updates}`);
  }
  const quarters = [1, 2, 3].map((n) => Math.ceil((n * all.updates) / 4));
  expect(heard).toEqual(quarters.map((update) => `Update ${update} of ${all.updates}.`));
});

test('what changed against the learner’s run before is said of each run, kept, and on the sheet', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  await predict(exercise.options[2]);
  await button(all.does).click();
  evaluate(run, 0.4, 0.7, all.updates);
  run.rest(all.updates);
  await expect.element(part).toHaveTextContent('This page knows of no run of yours before it');
  const { config, changes, engine, history } = run;
  run.past = { config, changes, engine, history, id: 'first', label: 'the first', isBranch: false };
  await button(two.does).click();
  evaluate(run, 0.4, 0.6, two.updates);
  run.rest(two.updates);
  const says = `After update ${two.updates}: held-out pass@1 0.60 against 0.70 (\u22120.10).`;
  await expect.element(part).toHaveTextContent(`none → best-worst. ${says}`);
  const kept = JSON.parse(localStorage.getItem('pf-ppo-course')!) as { answers: Record<string, unknown> };
  const answer = answerFrom(exercise, kept.answers[exercise.id]);
  expect(answer.changed?.length).toBe(2);
  expect(sheets([exercise], () => answer)).toContain(says);
  await button('Do it again').click();
  await expect.element(part).not.toHaveTextContent('against 0.70');
});

test('what a learner’s own run shows decides, also where it is not what usually happens', async () => {
  const run = new FakeRun();
  learn.amend(exercise, {
    predicted: 1,
    numbers: [
      { before: 0.4, after: 0.7 },
      { before: 0.4, after: 0.45 },
    ],
  });
  await render(LearnDock, { run });
  await expect.element(part).toHaveTextContent('As you predicted.');
  await expect
    .element(part)
    .toHaveTextContent(`That is not what usually happens, which is “${exercise.options[2]}”`);
  await button('Do it again').click();
  await expect.element(part.getByRole('radio').first()).toBeEnabled();
  expect(learn.isDone(exercise)).toBe(false);
});

test('a run that is no longer the lesson’s is not read, and can be begun again', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  await predict(exercise.options[2]);
  await button(all.does).click();
  evaluate(run, 0.4, 0.7, all.updates);
  run.hasChanged = true;
  run.rest(all.updates);
  await expect.element(button(all.does)).toBeVisible();
  expect(learn.answerTo(exercise).numbers).toEqual([]);
  run.hasChanged = false;
  await expect.element(button(two.does)).toBeVisible();
});

test('of a run that went on beyond the lesson, what is of the lesson is read', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  await predict(exercise.options[2]);
  await button(all.does).click();
  evaluate(run, 0.4, 0.7, all.updates);
  for (const update of [5, 10]) run.history.set(all.updates + update, { 'eval/pass@1_held_out': 0.1 });
  run.rest(all.updates + 10);
  await expect.element(button(two.does)).toBeVisible();
  expect(learn.answerTo(exercise).numbers).toEqual([{ before: 0.4, after: 0.7 }]);
});

test('a recording, an update that is looked at, a policy or tasks of one’s own: none is the lesson’s run', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  await predict(exercise.options[2]);
  await button(all.does).click();
  evaluate(run, 0.4, 0.7, all.updates);
  run.config = { ...run.config, tasks: [] };
  run.rest(all.updates);
  await expect.element(button(all.does)).toBeVisible();
  run.config = { ...run.config, tasks: undefined, preset: 'small' };
  await expect.element(button(all.does)).toBeVisible();
  const live = run.status;
  const looking = { kind: 'looking', update: 3, updates: all.updates, last: undefined, live } as const;
  run.status = looking;
  run.config = { ...run.config, preset: 'tiny' };
  await expect.element(button(all.does)).toBeVisible();
  expect(learn.answerTo(exercise).numbers).toEqual([]);
});

test('what was not measured is not read: a run whose evaluations are missing', async () => {
  const run = new FakeRun();
  await render(LearnDock, { run });
  await predict(exercise.options[2]);
  await button(all.does).click();
  run.shown = judged;
  run.rest(all.updates);
  await expect.element(part).toHaveTextContent('on their way');
  expect(learn.answerTo(exercise).numbers).toEqual([]);
  await button('Begin it again').click();
  expect(run.beginAs).toHaveBeenCalledTimes(2);
});

test('goes from lesson to lesson by keyboard, and is closed by Escape', async () => {
  await render(LearnDock, { run: new FakeRun() });
  await button('Next lesson').click();
  await expect.element(part.getByRole('heading')).toHaveTextContent(course[at + 1].title);
  await expect.element(part.getByRole('heading')).toHaveFocus();
  await button(/^Lesson 10/).click();
  await expect.element(part.getByRole('heading')).toHaveTextContent('lesson 10 of 10');
  expect(button('Next lesson').query()).toBeNull();
  await button('To the test').click();
  await expect.element(part.getByRole('heading')).toHaveTextContent('Rank four filters');
  const race = part.getByRole('link', { name: 'Predict, and let them race' }).element() as HTMLAnchorElement;
  const { setup, problems } = setupOf(race.hash.split('?')[1]);
  expect(problems).toEqual([]);
  expect(setup.predicted).toEqual([0, 1, 2, 3]);
  expect(new Set(setup.arms.map(({ knobs }) => knobs.filter.name)).size).toBe(4);
  expect(new Set(setup.arms.map(({ knobs }) => scenarioOf(knobs)?.id))).toEqual(new Set(['hacked top']));
  expect(setup.seeds).toEqual([1, 2, 3]);
  expect(isCapstone(setup.arms.toReversed())).toBe(true);
  expect(isCapstone(setup.arms.slice(1))).toBe(false);
  expect(isCapstone(setup.arms.map(() => setup.arms[0]))).toBe(false);
  await userEvent.keyboard('{Escape}');
  expect(dock.isOpen).toBe(false);
});

test('Tab leads from the heading to what closes it, and on to the lessons', async () => {
  await render(LearnDock, { run: new FakeRun() });
  await expect.element(part.getByRole('heading')).toHaveFocus();
  await userEvent.keyboard('{Tab}');
  await expect.element(button('Close')).toHaveFocus();
  await userEvent.keyboard('{Tab}');
  await expect.element(button('Before the lessons: be the policy')).toHaveFocus();
});

test('answers are kept, and what cannot be one is as if it had not been given', async () => {
  learn.amend(exercise, {
    predicted: 2,
    numbers: [{ before: 0.4, after: 0.7 }],
    changed: ['x'],
    note: 'because',
  });
  const kept = JSON.parse(localStorage.getItem('pf-ppo-course')!) as { answers: Record<string, unknown> };
  expect(answerFrom(exercise, kept.answers[exercise.id])).toEqual(learn.answerTo(exercise));
  const nothing = { predicted: undefined, numbers: [], changed: [], note: '' };
  for (const broken of [
    null,
    'x',
    { predicted: 9, numbers: [{ before: 1 }] },
    { numbers: [{}], changed: ['x'], note: 4 },
  ])
    expect(answerFrom(exercise, broken)).toEqual(nothing);
  expect(answerFrom(exercise, { predicted: 0, numbers: [{ before: 'x' }], note: 'y' })).toEqual({
    ...{ predicted: 0, numbers: [], changed: [], note: 'y' },
  });
});

test('what was answered, and what came of the order at the end, is kept and stands on the sheet', async () => {
  expect(learn.given).toBeUndefined();
  learn.amend(exercise, { note: 'because' });
  const at = [{ cost: 'FLOPs', agreement: 0.8, measured: ['none', 'random-k'] }];
  learn.setGrade({ said: ['random-k', 'none'], at, seeds: [1], updates: 20 });
  expect(Object.keys(learn.given!.lessons)).toEqual([exercise.id]);
  expect(JSON.parse(localStorage.getItem('pf-ppo-course')!)).toMatchObject({ grade: learn.grade });
  expect(sheetOf(learn.given!)).toContain('none, then random-k');
  // Whatever a file has said of a lesson, its sheet can be made.
  const odd = {
    lessons: { [exercise.id]: { predicted: 9, numbers: [{}, {}, {}], note: 'n' }, other: exercise },
  };
  expect(sheetOf(odd as unknown as Answers)).not.toContain('☒');
  learn.goTo(course.length);
  await render(LearnDock, { run: new FakeRun() });
  await expect.element(part).toHaveTextContent('agrees with what came out by 0.80 at equal FLOPs');
});

test('who is the policy sees scores first, and the truth when they ask for it', async () => {
  learn.goTo(BEFORE);
  const run = new FakeRun();
  run.shown = judged;
  const tests = [{ verdict: 'passed' }, { verdict: 'failed' }] as Verdict['tests'];
  const verdict = { name: 'failed', tests, testScore: 0.5 } as Verdict;
  run.judgeAndScore.mockResolvedValueOnce({ verdict, score: 1.25, problem: undefined });
  run.judgeAndScore.mockResolvedValueOnce({ verdict, score: undefined, problem: 'It says “foo”.' });
  run.judgeAndScore.mockRejectedValueOnce(new Error('There is no judge.'));
  await render(LearnDock, { run });
  await expect.element(part).toHaveTextContent('The policy’s own 4 scored from \u22122.00 to +2.00');
  await part.getByRole('textbox').fill('function f(a) { return 1 }');
  for (const says of ['+1.25', 'It says “foo”.', 'could not be scored: There is no judge.']) {
    await button('What does it score?').click();
    await expect.element(part).toHaveTextContent(says);
  }
  await expect.element(part).not.toHaveTextContent('1 of 2 tests');
  await button('See the truth').click();
  await expect.element(part).toHaveTextContent('Your best-scored program passes 1 of 2 tests');
  await button('Another task').click();
  await expect.element(part).toHaveTextContent('task two');
  expect(languagesOf(/^task two$/)).toEqual(['en']);
  await expect.element(part).not.toHaveTextContent('1.25');
  await button('First lesson').click();
  await expect.element(part.getByRole('heading')).toHaveTextContent('lesson 1 of 10');
});
