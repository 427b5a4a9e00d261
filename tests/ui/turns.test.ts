import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ownTurn } from '../../src/ui/turns.ts';

/** Tasks that were asked for, not begun. */
let tasks: (() => void)[];
beforeEach(() => {
  tasks = [];
  vi.stubGlobal('setTimeout', (task: () => void) => tasks.push(task));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A task, and what promises make of it; to begin with, there is none to run. */
async function nextTask() {
  tasks.shift()?.();
  for (let depth = 0; depth < 10; depth++) await Promise.resolve();
}

test('everyone has a task of their own, in the order in which they asked', async () => {
  const had: string[] = [];
  for (const who of ['first', 'second']) void ownTurn().then(() => had.push(who));
  await nextTask();
  expect(had).toEqual([]);
  await nextTask();
  expect(had).toEqual(['first']);
  void ownTurn().then(() => had.push('third'));
  await nextTask();
  expect(had).toEqual(['first', 'second']);
  await nextTask();
  expect(had).toEqual(['first', 'second', 'third']);
  expect(tasks).toEqual([]);
});

test('one who asks in a turn has a later one', async () => {
  const had: string[] = [];
  void ownTurn().then(() => {
    had.push('outer');
    void ownTurn().then(() => had.push('inner'));
  });
  await nextTask();
  await nextTask();
  expect(had).toEqual(['outer']);
  await nextTask();
  expect(had).toEqual(['outer', 'inner']);
});
