import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { RunEvent } from '../../../src/protocol/events.ts';
import type { Answer, Loading, Notice, Question } from '../../../src/protocol/messages.ts';
import type { TrainingState } from '../../../src/protocol/state.ts';
import type { OwnTask } from '../../../src/protocol/task.ts';
import { taskById } from '../../../src/tasks/tasks.ts';
import { hashOf } from '../../../src/tasks/vocabulary.ts';
import { RunClient } from '../../../src/ui/run/run-client.ts';
import type { Beginning } from '../../../src/ui/run/threads.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const learner = {
  parameters: new Float32Array(),
  firstMoment: new Float32Array(),
  secondMoment: new Float32Array(),
  steps: 0,
};
const stateOf = (update: number): TrainingState => ({
  ...{ update, knobs: defaultKnobs, recent: [] },
  ...{ learner, critic: learner },
});
const opened: RunEvent = {
  ...{ type: 'opened', update: 0, config: defaultConfig, engine: 'webgpu' },
  ...{ why: 'WebGPU.', preset: 'tiny', parameterCount: 1 },
};
const paused: RunEvent = { type: 'state', update: 0, state: 'paused' };
const failed = (kind: 'device' | 'numbers' | 'filter' | 'files', message = 'It broke.'): RunEvent => ({
  ...{ type: 'failed', update: 3, kind, stage: 'update', name: 'Error', message, stack: '' },
});

it('knows the tasks of one’s own that its judge will be asked about', () => {
  const tasks: OwnTask[] = [
    {
      statement: 'sum of a',
      signature: 'function f(a) {',
      split: 'train',
      tests: [{ args: [[7]], expected: 7 }],
    },
  ];
  const [{ statement, signature, tests }] = tasks;
  const id = `own/${hashOf(JSON.stringify([statement, signature, tests])).toString(16)}`;
  expect(() => taskById(id)).toThrow();
  const threads = {
    send: () => undefined,
    ask: () => new Promise<Answer>(() => undefined),
    close: () => undefined,
  };
  const on = {
    onEvent: () => undefined,
    onLoading: () => undefined,
    onSaved: () => undefined,
    onBack: () => undefined,
  };
  new RunClient({ config: { ...defaultConfig, tasks } }, defaultKnobs, () => threads, on).close();
  expect(taskById(id).statement).toBe('sum of a');
});

/** A client whose threads do what the test says. */
function client(engine: 'auto' | 'webgpu' | 'cpu' = 'auto') {
  const pairs: {
    beginning: Beginning;
    sent: { type: string }[];
    say: (notice: Notice) => void;
    lose: (why: string) => void;
    answers: boolean;
    closed: boolean;
  }[] = [];
  const events: RunEvent[] = [];
  const backs: [number | undefined, string][] = [];
  const loading: (Loading | undefined)[] = [];
  const config = { ...defaultConfig, engine };
  const run = new RunClient(
    { config },
    config.knobs,
    (beginning, say, lose) => {
      const pair = { beginning, sent: [] as { type: string }[], say, lose, answers: true, closed: false };
      pairs.push(pair);
      return {
        send: (command) => pair.sent.push(command),
        ask: (_: Question) =>
          pair.answers ? Promise.resolve({ type: 'pong' as const }) : new Promise(() => undefined),
        close: () => (pair.closed = true),
      };
    },
    {
      onEvent: (event) => events.push(event),
      onLoading: (now) => loading.push(now),
      onSaved: () => undefined,
      onBack: (update, why) => backs.push([update, why]),
    },
  );
  const now = () => pairs.at(-1)!;
  const begin = (update?: number) => {
    now().say(opened);
    now().say(paused);
    if (update !== undefined) now().say({ type: 'saved', state: stateOf(update) });
  };
  const orders = () =>
    now()
      .sent.map(({ type }) => type)
      .filter((type) => type !== 'knobs');
  return { run, pairs, events, backs, loading, now, begin, orders };
}

describe('a step that is asked for before the threads are ready', () => {
  it('is taken when they are, once', () => {
    const { run, now, begin, orders } = client();
    run.step('update');
    expect(orders()).toEqual([]);
    begin();
    expect(now().sent.at(-1)).toEqual({ type: 'step', unit: 'update' });
    now().say(paused);
    expect(orders()).toEqual(['step']);
  });

  it('is forgotten where the visitor then pauses, or trains', () => {
    for (const other of ['pause', 'play'] as const) {
      const { run, begin, orders } = client();
      run.step('phase');
      run[other]();
      begin();
      expect(orders().filter((type) => type !== 'pause')).toEqual(other === 'play' ? ['play'] : []);
    }
  });
});

describe('threads that are lost', () => {
  it('are replaced, and the run goes on from its last state as the visitor wanted it', () => {
    const { run, pairs, events, backs, now, begin, orders } = client();
    begin(2);
    run.play();
    run.setKnobs({ ...defaultKnobs, learningRate: 1e-4 });
    now().lose('it ran out of memory');
    expect(pairs.map(({ closed }) => closed)).toEqual([true, false]);
    expect(now().beginning.from).toEqual(stateOf(2));
    expect(now().sent).toEqual([{ type: 'knobs', knobs: { ...defaultKnobs, learningRate: 1e-4 } }]);
    expect(backs).toEqual([
      [2, 'A thread of this page stopped: it ran out of memory. The run is back at the end of update 2.'],
    ]);
    begin();
    expect(orders()).toEqual(['play']);
    expect(events.some(({ type }) => type === 'failed')).toBe(false);
  });

  it('say nothing any more', () => {
    const { pairs, events, now, begin } = client();
    begin(1);
    now().lose('it ended');
    const heard = events.length;
    pairs[0].say({ type: 'updated', update: 2, metrics: {} });
    pairs[0].lose('again');
    expect(events).toHaveLength(heard);
    expect(pairs).toHaveLength(2);
  });

  it('again and again, without an update in between, are a failure', () => {
    const { pairs, events, now, begin } = client();
    begin(1);
    for (let i = 0; i < 3; i++) now().lose('it ended');
    expect(pairs).toHaveLength(4);
    now().lose('it ended');
    expect(pairs).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ type: 'failed', kind: 'worker' });
  });

  it('are counted anew after an update', () => {
    const { pairs, now, begin } = client();
    begin(1);
    for (let i = 1; i <= 9; i++) {
      now().say({ type: 'updated', update: i, metrics: {} });
      now().lose('it ended');
    }
    expect(pairs).toHaveLength(10);
  });

  it('count as lost when they do not answer for 20 s, and not while they answer', async () => {
    const { pairs, backs, now, begin } = client();
    begin(1);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(pairs).toHaveLength(1);
    now().answers = false;
    await vi.advanceTimersByTimeAsync(19_000);
    expect(pairs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(pairs).toHaveLength(2);
    expect(backs[0][1]).toContain('does not answer');
  });
});

describe('a GPU that is lost', () => {
  it('is asked for once more, and then the CPU trains', () => {
    const { backs, now, begin } = client('webgpu');
    begin(4);
    now().say(failed('device', 'The GPU was lost: reset.'));
    expect(now().beginning.config.engine).toBe('webgpu');
    now().say(failed('device', 'WebGPU was asked for. There is none.'));
    expect(now().beginning.config.engine).toBe('cpu');
    expect(now().beginning.from?.update).toBe(4);
    expect(backs.at(-1)?.[1]).toBe(
      'WebGPU was asked for. There is none. The run is back at the end of update 4, on the CPU.',
    );
  });

  it('and what auto chose stay: the state is of those models', () => {
    const { now, begin, pairs } = client();
    expect(pairs[0].beginning.config.preset).toBe('auto');
    now().say({ ...opened, preset: 'small' });
    now().say(paused);
    now().say({ type: 'saved', state: stateOf(2) });
    for (let loss = 0; loss < 2; loss++) now().say(failed('device'));
    begin();
    expect(pairs.slice(1).map(({ beginning: { config } }) => config.preset)).toEqual(['small', 'small']);
  });

  it('that was never there is for the visitor to decide', () => {
    const { pairs, events, now } = client('webgpu');
    now().say(failed('device', 'WebGPU was asked for. There is none.'));
    expect(pairs).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'failed', kind: 'device' });
  });
});

describe('what threads say', () => {
  it('that they run: they are not told to again', () => {
    const { run, now, begin, orders } = client();
    begin();
    run.play();
    now().say({ type: 'state', update: 0, state: 'running' });
    now().say(paused);
    expect(orders()).toEqual(['play']);
  });

  it('of files: what is on its way, and nothing once it is there', () => {
    const { loading, now } = client();
    const half = { type: 'loading', what: 'policy', received: 5, total: 10 } as const;
    now().say(half);
    now().say({ ...half, received: 10 });
    expect(loading).toEqual([half, undefined]);
  });
});

describe('other failures', () => {
  it('a number that is not finite: back to the last good state, waiting, with the knob to lower', () => {
    const { run, backs, now, begin, orders } = client();
    begin(2);
    run.play();
    now().say(failed('numbers', 'Update 3, Adam step 1: policyLoss is NaN. Lower the learning rate.'));
    expect(backs[0]).toEqual([
      2,
      'Update 3, Adam step 1: policyLoss is NaN. Lower the learning rate. ' +
        'The run is back at the end of update 2: lower it, then press Train.',
    ]);
    begin();
    expect(orders()).toEqual([]);
    run.play();
    expect(orders()).toEqual(['play']);
  });

  it('a visitor’s own filter that fails: back to the last state, waiting, with nothing lost', () => {
    const { run, events, backs, now, begin, orders } = client();
    begin(2);
    run.play();
    now().say(
      failed('filter', 'Update 3: your own filter failed at prompt 2, line 3. TypeError: not a function.'),
    );
    expect(backs[0]).toEqual([
      2,
      'Update 3: your own filter failed at prompt 2, line 3. TypeError: not a function. ' +
        'The run is back at the end of update 2: mend the filter or choose another, then press Train.',
    ]);
    begin();
    expect(orders()).toEqual([]);
    expect(events.some(({ type }) => type === 'failed')).toBe(false);
  });

  it('files that are missing end the run; what is asked then is rejected in words', async () => {
    const { run, pairs, events, now } = client();
    now().say(failed('files', 'models/tiny/policy.safetensors is missing.'));
    expect(pairs).toHaveLength(1);
    expect(pairs[0].closed).toBe(true);
    expect(events).toEqual([failed('files', 'models/tiny/policy.safetensors is missing.')]);
    await expect(run.ask({ type: 'ping' })).rejects.toThrow('The run has stopped.');
  });

  it('a run that is closed asks nobody any more', async () => {
    const { run, pairs } = client();
    run.close();
    expect(pairs[0].closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await expect(run.ask({ type: 'ping' })).rejects.toThrow('The run has stopped.');
  });
});
