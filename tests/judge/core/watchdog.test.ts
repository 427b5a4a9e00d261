import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watchdog } from '../../../src/judge/core/watchdog.ts';

const onSilence = vi.fn();
beforeEach(() => {
  vi.useFakeTimers();
  onSilence.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
});

test('barks once, after silence', () => {
  const watchdog = new Watchdog(3_000, onSilence);
  watchdog.start();
  vi.advanceTimersByTime(2_900);
  expect(onSilence).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(onSilence).toHaveBeenCalledTimes(1);
});

test('every sign of life begins the silence anew', () => {
  const watchdog = new Watchdog(3_000, onSilence);
  for (let sign = 0; sign < 5; sign++) {
    watchdog.start();
    vi.advanceTimersByTime(2_500);
  }
  expect(onSilence).not.toHaveBeenCalled();
});

test('sleeps when nothing is owed', () => {
  const watchdog = new Watchdog(3_000, onSilence);
  watchdog.start();
  watchdog.stop();
  vi.advanceTimersByTime(60_000);
  expect(onSilence).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('a machine that slept for an hour is no silence by itself', () => {
  const watchdog = new Watchdog(3_000, onSilence);
  watchdog.start();
  const slept = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3_600_000);
  vi.advanceTimersByTime(250);
  slept.mockRestore();
  expect(onSilence).not.toHaveBeenCalled();
});
