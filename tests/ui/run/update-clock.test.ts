import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/protocol/events.ts';
import { UpdateClock } from '../../../src/ui/run/update-clock.ts';

const phase = (update: number, name: 'prompts' | 'update' | 'evaluate'): RunEvent => ({
  type: 'phase',
  update,
  phase: name,
});
const updated = (update: number): RunEvent => ({ type: 'updated', update, metrics: {} });
const state = (name: 'running' | 'paused'): RunEvent => ({ type: 'state', update: 1, state: name });

/** What the clock says of each event, at these milliseconds. */
function told(heard: readonly [event: RunEvent, isRunning: boolean, at: number][]) {
  const clock = new UpdateClock();
  return heard.map(([event, isRunning, at]) => clock.hear(event, isRunning, at));
}

it('times an update from its prompts until it is done, and not the evaluation between two', () => {
  const seconds = told([
    [state('running'), true, 0],
    [phase(1, 'prompts'), true, 100],
    [phase(1, 'update'), true, 600],
    [updated(1), true, 1100],
    [phase(1, 'evaluate'), true, 1200],
    [phase(2, 'prompts'), true, 9000],
    [updated(2), true, 9250],
  ]);
  expect(seconds).toEqual([undefined, undefined, undefined, 1, undefined, undefined, 0.25]);
});

it('stands while the run waits in mid-update', () => {
  const seconds = told([
    [phase(1, 'prompts'), true, 0],
    [phase(1, 'update'), true, 500],
    [state('paused'), false, 600],
    [state('running'), true, 60_600],
    [updated(1), true, 61_000],
  ]);
  expect(seconds.at(-1)).toBe(1);
});

it('says nothing of an update whose beginning was not heard', () => {
  expect(told([[updated(3), true, 10]])).toEqual([undefined]);
  // Its threads were lost in mid-update: it is begun anew, and timed from there.
  const again = told([
    [phase(3, 'prompts'), true, 0],
    [state('paused'), false, 5000],
    [phase(3, 'prompts'), true, 8000],
    [updated(3), true, 8500],
    [updated(3), true, 9000],
  ]);
  expect(again).toEqual([undefined, undefined, undefined, 0.5, undefined]);
});
