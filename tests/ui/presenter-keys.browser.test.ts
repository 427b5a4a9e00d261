import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { keys, press } from '../../src/ui/lecture/keys.ts';
import { FakeRun } from './tour/tours-run.svelte.ts';

const run = Object.assign(new FakeRun(), { newSeed: vi.fn() });
const listen = (event: KeyboardEvent) => press(event, run);
beforeEach(() => addEventListener('keydown', listen));
afterEach(() => {
  removeEventListener('keydown', listen);
  document.body.innerHTML = '';
  vi.clearAllMocks();
});

test('no two keys are the same', () => {
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
});

test('a key does what it says, and nothing while a run trains that waiting is for', async () => {
  await userEvent.keyboard('u');
  expect(run.step).toHaveBeenCalledExactlyOnceWith('update');
  await userEvent.keyboard('t');
  expect(run.play).toHaveBeenCalledOnce();
  const rest = run.status;
  run.status = { kind: 'running', update: 3, phase: 'rollouts', last: undefined };
  await userEvent.keyboard('ust');
  expect(run.step).toHaveBeenCalledOnce();
  expect(run.pause).toHaveBeenCalledOnce();
  run.status = rest;
});

test.each([
  '<textarea></textarea>',
  '<input>',
  '<select><option>u</option></select>',
  '<div role="grid" tabindex="0"></div>',
])('where it is typed, it is a letter: %s', async (html) => {
  document.body.innerHTML = html;
  (document.body.firstElementChild as HTMLElement).focus();
  await userEvent.keyboard('utn');
  expect([run.step, run.play, run.newSeed].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
});

test('with another key it is the browser’s', async () => {
  await userEvent.keyboard('{Control>}u{/Control}{Alt>}t{/Alt}');
  expect([run.step, run.play].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});
