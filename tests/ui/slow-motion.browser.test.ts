import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import Flow from '../../src/ui/Flow.svelte';
import { SlowMotion } from '../../src/ui/slow-motion.svelte.ts';
import { FakeRun } from './tour/tours-run.svelte.ts';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('goes through one update, a stage at a time, and stops by itself or when told', () => {
  const run = new FakeRun();
  const slow = new SlowMotion(run);
  expect(slow.canBegin).toBe(true);
  slow.begin();
  expect(run.step).toHaveBeenCalledExactlyOnceWith('phase');
  vi.advanceTimersByTime(6000);
  expect(run.step).toHaveBeenCalledTimes(3);
  // A stage that is at work is waited for.
  run.status = { kind: 'running', update: 3, phase: 'rollouts', last: undefined };
  vi.advanceTimersByTime(6000);
  expect(run.step).toHaveBeenCalledTimes(3);
  run.finished = 3;
  run.status = { kind: 'paused', update: 3, phase: undefined, finished: true, last: undefined };
  vi.advanceTimersByTime(3000);
  expect(slow.isOn).toBe(false);
  vi.advanceTimersByTime(9000);
  expect(run.step).toHaveBeenCalledTimes(3);

  slow.begin();
  slow.end();
  vi.advanceTimersByTime(9000);
  expect(run.step).toHaveBeenCalledTimes(4);
});

test('the stage at work has its card open meanwhile', async () => {
  vi.useRealTimers();
  const run = new FakeRun();
  const slow = new SlowMotion(run);
  const phase = { update: 3, phase: 'score' as const };
  const rest = { newest: undefined, judged: undefined, shown: undefined, finished: 2, knobs: defaultKnobs };
  const screen = await render(Flow, { ...rest, phase, slow });
  expect(document.querySelector(':popover-open')).toBeNull();
  slow.isOn = true;
  await expect.poll(() => document.querySelector(':popover-open')?.ariaLabel).toBe('Score');
  await screen.rerender({ ...rest, phase: { update: 3, phase: 'update' as const }, slow });
  await expect.poll(() => document.querySelector(':popover-open')?.textContent).toContain('PPO');
  await expect.element(page.getByRole('button', { name: 'Stop the slow motion' })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  expect(slow.isOn).toBe(false);
  await expect.poll(() => document.querySelector(':popover-open')).toBeNull();
});
