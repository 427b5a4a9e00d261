import { describe, expect, it } from 'vitest';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import type { TrainingState } from '../src/protocol/state.ts';
import { filter, run } from './tiny-run.ts';

/** All that a run reports but for the moments at which the truth arrives. */
const told = (events: RunEvent[], from: number) =>
  events
    .filter((event) => event.update >= from && event.type !== 'phase')
    .sort((a, b) => a.update - b.update || (a.type < b.type ? -1 : 1));

describe('a run that goes on from a state', () => {
  const options = { knobs: { evalEvery: 2, filter: filter({ name: 'random-k' }) } };

  it('is the run that never stopped, bit for bit', async () => {
    const whole = await run({ ...options, updates: 6 });
    const half = await run({ ...options, updates: 3 });
    const rest = await run({ ...options, updates: 6, from: structuredClone(half.state) });
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.state).toEqual(whole.state);
    expect(told(rest.events, 4)).toEqual(told(whole.events, 4));
    expect(rest.events.some((event) => event.update < 4)).toBe(false);
  });

  it('is measured first where it goes another way, and every so many updates from there; nothing else changes', async () => {
    const { state } = await run({ ...options, updates: 3 });
    const evaluated = (events: RunEvent[]) =>
      events.flatMap((event) => (event.type === 'evaluated' ? [event] : []));
    const plain = await run({ ...options, updates: 6, from: structuredClone(state) });
    const rest = await run({ ...options, updates: 6, from: structuredClone(state), evalFrom: 3 });
    expect(evaluated(plain.events).map(({ update }) => update)).toEqual([4, 6]);
    expect(evaluated(rest.events).map(({ update }) => update)).toEqual([3, 5]);
    expect(rest.state).toEqual(plain.state);
    // By the teacher that it goes on with: the tests' scores are other numbers.
    const knobs = { ...options.knobs, teacher: 'tests' } as const;
    const other = await run({ ...{ knobs, updates: 4, evalFrom: 3 }, from: structuredClone(state) });
    const [first, second] = [rest, other].map(({ events }) => evaluated(events)[0].metrics);
    expect(second).toEqual({ ...first, 'eval/scores': second['eval/scores'] });
    expect(second['eval/scores']).not.toBe(first['eval/scores']);
    expect(other.events.find(({ type }) => type === 'knobs')?.update).toBe(4);
    // Trained on later, it is not measured there again.
    const late = await run({ ...options, updates: 7, from: structuredClone(plain.state), evalFrom: 3 });
    expect(evaluated(late.events).map(({ update }) => update)).toEqual([7]);
  });

  it('needs every part of it: moments, steps and the recent window', async () => {
    const whole = await run({ ...options, updates: 4 });
    const { state } = await run({ ...options, updates: 2 });
    const go = (from: TrainingState) => run({ ...options, updates: 4, from });
    for (const name of ['learner', 'critic'] as const) {
      const learner = state[name];
      const zeros = (values: Float32Array) => new Float32Array(values.length);
      const parts = [
        ...[{ parameters: zeros(learner.parameters) }, { firstMoment: zeros(learner.firstMoment) }],
        ...[{ secondMoment: zeros(learner.secondMoment) }, { steps: 0 }],
      ];
      for (const part of parts)
        expect((await go({ ...state, [name]: { ...learner, ...part } })).weights).not.toEqual(whole.weights);
    }
    const forgetful = await go({ ...state, recent: [] });
    expect(forgetful.weights).toEqual(whole.weights);
    expect(told(forgetful.events, 3)).not.toEqual(told(whole.events, 3));
  });

  it('keeps the knobs that were in force, so that a change is said once', async () => {
    const changed = { learningRate: 1e-4 };
    const first = await run({ updates: 2, live: () => changed });
    const second = await run({ updates: 3, live: () => changed, from: first.state });
    expect(first.events.filter((event) => event.type === 'knobs')).toHaveLength(1);
    expect(second.events.filter((event) => event.type === 'knobs')).toEqual([]);
  });

  it('is of the moment at which it is taken, however late it is read', async () => {
    const engine = await createCpuEngine();
    const read = engine.read.bind(engine);
    engine.read = async (...slots) => {
      const copies = read(...slots);
      // Steps read on, as on a GPU.
      if (slots[0].name === 'policy') await new Promise((resolve) => setTimeout(resolve, 500));
      return copies;
    };
    const states: Promise<TrainingState>[] = [];
    await run({
      engine,
      updates: 3,
      onEvent: (event, training) => {
        if (event.type === 'phase' && event.phase === 'prompts' && event.update > 0)
          states.push(training.state());
      },
    });
    const steps = (await Promise.all(states)).map(({ learner }) => learner.steps);
    expect(steps).toEqual([0, steps[1], 2 * steps[1]]);
    expect(steps[1]).toBeGreaterThan(0);
  });

  it('is taken without waiting for the truth, and holds the window as it was then', async () => {
    const states: Promise<TrainingState>[] = [];
    const { events } = await run({
      updates: 4,
      onEvent: (event, training) => {
        if (event.type === 'phase' && event.phase === 'prompts' && event.update > 0)
          states.push(training.state());
      },
    });
    const taken = await Promise.all(states);
    expect(taken.map(({ update }) => update)).toEqual([0, 1, 2, 3]);
    expect(taken.map(({ recent }) => recent.length)).toEqual([1, 2, 3, 4]);
    expect(events.filter((event) => event.type === 'judged').map(({ update }) => update)).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });

  it('of another network is refused in words', async () => {
    const { state } = await run({ updates: 1 });
    const learner = { ...state.learner, parameters: state.learner.parameters.slice(1) };
    await expect(run({ from: { ...state, learner } })).rejects.toThrow('does not fit this network');
  });
});
