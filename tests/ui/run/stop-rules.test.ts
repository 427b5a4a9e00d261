import { describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import type { LiveRun } from '../../../src/ui/run/live-run.ts';
import { RunModel } from '../../../src/ui/run/run-model.ts';
import {
  recalledRules,
  rememberedRules,
  rulesText,
  StopWatch,
  type StopRules,
} from '../../../src/ui/run/stop-rules.ts';

/** A run of which only what a rule looks at is there. */
function run() {
  const model = new RunModel(defaultConfig);
  const client = { play: vi.fn(), pause: vi.fn() };
  const update = (n: number) => model.apply({ type: 'updated', update: n, metrics: {} });
  const evaluate = (n: number, kl: number, passRate: number) =>
    model.apply({
      type: 'evaluated',
      update: n,
      metrics: { 'eval/kl': kl, 'eval/pass@1_held_out': passRate },
    });
  return { live: { model, client } as unknown as LiveRun, client, update, evaluate };
}

function watched(rules: StopRules) {
  const watch = new StopWatch();
  const of = run();
  watch.play(of.live, rules);
  return { ...of, watch, heed: () => watch.heed(of.live) };
}

describe('a run pauses by itself', () => {
  it('after an update, at its end and not before its evaluation; told again to go on, it goes on', () => {
    const { live, client, update, watch, heed } = watched({ updates: 2 });
    expect(client.play).toHaveBeenLastCalledWith({ update: 2 });
    update(1);
    expect(heed()).toBeUndefined();
    update(2);
    expect(heed()).toBe('Paused as was set, after update 2.');
    expect(heed()).toBeUndefined();
    expect(client.pause).not.toHaveBeenCalled();
    watch.play(live, { updates: 2 });
    expect(client.play).toHaveBeenLastCalledWith({});
    update(3);
    expect(heed()).toBeUndefined();
  });

  it('at a KL or a pass rate, as evaluations measure them, whichever comes first', () => {
    const { client, update, evaluate, heed } = watched({ kl: 2, passRate: 0.8, updates: 50 });
    // The run itself looks at what it measures, so that it stops there and not some updates later.
    expect(client.play).toHaveBeenLastCalledWith({ update: 50, kl: 2, passRate: 0.8 });
    update(5);
    evaluate(5, 1.9, 0.7);
    expect(heed()).toBeUndefined();
    update(10);
    evaluate(10, 1.95, 0.81);
    expect(heed()).toBe('Paused as was set: held-out pass@1 was 0.81 after update 10, and 0.8 was the goal.');
    expect(client.pause).toHaveBeenCalledOnce();
  });

  it('after minutes of training since Train was pressed', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(5e6);
    const { client, heed } = watched({ minutes: 0.5 });
    now.mockReturnValue(5e6 + 29_000);
    expect(heed()).toBeUndefined();
    now.mockReturnValue(5e6 + 30_000);
    expect(heed()).toBe('Paused as was set, after 0.5 min of training.');
    expect(client.pause).toHaveBeenCalledOnce();
    now.mockRestore();
  });

  it('never where nothing is set', () => {
    const { client, update, evaluate, heed } = watched({});
    update(1000);
    evaluate(1000, 100, 1);
    expect(heed()).toBeUndefined();
    expect(client.play).toHaveBeenLastCalledWith({});
    expect([rulesText({}), rulesText({ updates: 40, kl: 2 })]).toEqual([undefined, 'update 40 or KL 2']);
  });
});

describe('a tab', () => {
  it('remembers the rules that can be, and none where it has no storage', () => {
    expect(recalledRules()).toEqual({});
    const kept = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    rememberedRules({ updates: 8, kl: 2.5 });
    expect(recalledRules()).toEqual({ updates: 8, kl: 2.5 });
    rememberedRules({ updates: 0, passRate: 2, minutes: NaN });
    expect(recalledRules()).toEqual({});
    kept.forEach((_, key) => kept.set(key, '{'));
    expect(recalledRules()).toEqual({});
    vi.unstubAllGlobals();
  });
});
