import { describe, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Controls from '../../src/ui/Controls.svelte';
import type { Status } from '../../src/ui/status.ts';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

type Recorded = Extract<Status, { kind: 'recording' }>;

describe('controls', () => {
  const handlers = {
    ...{ ontrain: vi.fn(), onpause: vi.fn(), onstep: vi.fn(), onagain: vi.fn() },
    ...{ onseed: vi.fn(), onstoprules: vi.fn(), onrecording: vi.fn(), onnow: vi.fn() },
  };
  const calm = { seed: 1, warning: undefined, hasChanged: false, stopRules: {}, ...handlers };
  test('Train waits for the models', async () => {
    const screen = await render(Controls, { status: { kind: 'starting' }, ...calm });
    await expect.element(screen.getByRole('button', { name: 'Train' })).toBeDisabled();
    await expect.element(screen.getByRole('status')).toHaveTextContent('Starting.');
  });
  test('Train becomes Pause while it trains', async () => {
    const status = { kind: 'running', update: 1, phase: 'score', last: undefined } as const;
    const screen = await render(Controls, { status, ...calm });
    await screen.getByRole('button', { name: 'Pause' }).click();
    expect(handlers.onpause).toHaveBeenCalledOnce();
    await expect.element(screen.getByRole('button', { name: 'Step update' })).toBeDisabled();
    await expect.element(screen.getByRole('status')).toHaveAttribute('aria-live', 'off');
  });
  test('when it is to pause is typed, and what cannot be is no rule', async () => {
    const screen = await render(Controls, { status: { kind: 'starting' }, ...calm });
    await screen.getByRole('button', { name: 'until …' }).click();
    const field = screen.getByLabelText('when held-out pass@1 reaches');
    await field.fill('0.8');
    expect(handlers.onstoprules).toHaveBeenLastCalledWith({ passRate: 0.8 });
    await field.fill('80');
    expect(handlers.onstoprules).toHaveBeenLastCalledWith({});
    await screen.rerender({ stopRules: { updates: 40, kl: 2 } });
    await expect.element(screen.getByRole('button', { name: 'until update 40 or KL 2' })).toBeVisible();
  });
  test('a recording is called one, can be paused, and Train live is there before the models', async () => {
    const status: Recorded = {
      ...{ kind: 'recording', seed: 1, preset: 'tiny', update: 3, updates: 25, last: undefined },
      ...{ isPlaying: true, isOver: false, live: { kind: 'starting' } },
    };
    const screen = await render(Controls, { status, ...calm });
    await expect.element(screen.getByRole('status')).toHaveTextContent(/^A recording, update 3 of 25:/);
    await expect.element(screen.getByRole('status')).toHaveAttribute('aria-live', 'off');
    await expect.element(screen.getByRole('button', { name: 'Step update' })).toBeDisabled();
    await screen.getByRole('button', { name: 'Pause it' }).click();
    expect(handlers.onrecording).toHaveBeenCalledOnce();
    await screen.getByRole('button', { name: 'Train live' }).click();
    expect(handlers.ontrain).toHaveBeenCalledOnce();
    await screen.rerender({ status: { ...status, isPlaying: false }, ...calm });
    await expect.element(screen.getByRole('button', { name: 'Play on' })).toBeVisible();
    await screen.rerender({ status: { ...status, isPlaying: false, isOver: true }, ...calm });
    await expect.element(screen.getByRole('button', { name: 'Play it again' })).toBeVisible();
    await screen.rerender({ status: { kind: 'starting' }, ...calm });
    expect(screen.getByRole('button', { name: 'Play it again' }).elements()).toHaveLength(0);
    await expect.element(screen.getByRole('button', { name: 'Train' })).toBeDisabled();
  });
  test('leads back to now from an earlier update; Train is there as well', async () => {
    const live: Status = { kind: 'paused', update: 9, phase: 'prompts', finished: true, last: undefined };
    const status: Status = { kind: 'looking', update: 2, updates: 9, last: undefined, live };
    const screen = await render(Controls, { status, ...calm });
    await expect.element(screen.getByRole('status')).toHaveTextContent(/^Looking at update 2 of 9:/);
    await screen.getByRole('button', { name: 'Back to now' }).click();
    expect(handlers.onnow).toHaveBeenCalledOnce();
    await expect.element(screen.getByRole('button', { name: 'Train' })).toBeEnabled();
    await screen.rerender({ status: live, ...calm });
    expect(screen.getByRole('button', { name: 'Back to now' }).elements()).toHaveLength(0);
  });
  test('Reset is one of two where the settings are others than the run began with', async () => {
    const screen = await render(Controls, { status: { kind: 'starting' }, ...calm });
    await screen.getByRole('button', { name: 'Reset' }).click();
    expect(handlers.onagain).toHaveBeenLastCalledWith('as-it-was');
    await screen.rerender({ status: { kind: 'starting' }, ...calm, hasChanged: true });
    await screen.getByRole('button', { name: 'Again with these settings' }).click();
    expect(handlers.onagain).toHaveBeenLastCalledWith('with-these-settings');
  });
  test('what goes wrong stands beside what is so', async () => {
    const screen = await render(Controls, {
      status: { kind: 'starting' },
      ...calm,
      warning: 'It runs away.',
    });
    await expect.element(screen.getByRole('status')).toHaveTextContent('Starting. It runs away.');
  });
});
