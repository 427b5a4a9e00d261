import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveModels } from './models-site.ts';
import { ProgramEngine } from '../../src/judge/core/program-engine.ts';
import { ownName } from '../../src/ppo/filter.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';
import type { Notice } from '../../src/protocol/messages.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import { quickJsWasm } from '../judge/core/quickjs-wasm.ts';
import { config, openSession, paused, type Neighbours } from './open-session.ts';
import { passes, sessionThreads } from './threads.ts';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => {
  site = await serveModels();
});
afterAll(() => site.close());

const open = (neighbours?: Neighbours) => openSession(site.url, neighbours);
/** Without the states, which come when the truth does. */
const untimed = (events: Notice[]) => events.filter(({ type }) => type !== 'saved');
const failed = (event: Notice) => event.type === 'failed';
const phasesOf = (events: Notice[]) =>
  events.flatMap((e) => (e.type === 'phase' ? [`${e.update} ${e.phase}`] : []));

describe('a session', () => {
  it('opens on a judged batch of the untrained policy and waits there', async () => {
    const { events, next, close } = open();
    await next(paused);
    const types = events.map((event) => event.type);
    for (const type of ['opened', 'batch', 'judged', 'evaluated', 'evaluation'])
      expect(types).toContain(type);
    expect(events.every((event) => !('update' in event) || event.update === 0)).toBe(true);
    expect(untimed(events).at(-1)).toEqual({ type: 'state', state: 'paused', update: 0 });
    close();
  });

  it('asks the judge for a few programs at a time, and puts its answers together in their order', async () => {
    const sizes: number[] = [];
    const openThreads = sessionThreads({
      baseUrl: site.url,
      onJudge: (programs) => void sizes.push(programs.length),
    });
    const events: Notice[] = [];
    const judged = new Promise<Float32Array>((settle) => {
      const threads = openThreads(
        { config },
        (event) => {
          events.push(event);
          if (event.type !== 'judged') return;
          threads.close();
          settle(event.testScores);
        },
        () => undefined,
      );
    });
    const testScores = await judged;
    const { batch } = events.find((event) => event.type === 'batch')!;
    expect([...testScores]).toEqual(batch.programs.map((program) => (passes(program) ? 1 : 0.5)));
    expect(new Set(testScores).size).toBe(2);
    expect(sizes.slice(0, 2)).toEqual([16, 16]);
  });

  it('steps by phase and by update, and stops at the boundary', async () => {
    const { threads, events, next, close } = open();
    await next(paused);
    const opened = events.length;
    threads.send({ type: 'step', unit: 'phase' });
    await next(paused);
    expect(phasesOf(events.slice(opened))).toEqual(['1 prompts', '1 rollouts']);
    threads.send({ type: 'step', unit: 'update' });
    await next(paused);
    expect(phasesOf(events).at(-1)).toBe('2 prompts');
    expect(untimed(events).at(-1)).toMatchObject({ type: 'state', state: 'paused', update: 2 });
    close();
  });

  it('a step by phase takes all minibatches of an update together', async () => {
    const { threads, events, next, close } = open();
    await next(paused);
    const stops: (string | undefined)[] = [];
    while (stops.at(-1) !== '2 prompts') {
      threads.send({ type: 'step', unit: 'phase' });
      await next(paused);
      stops.push(phasesOf(events).at(-1));
    }
    const stages = ['rollouts', 'score', 'filter', 'judge', 'experience', 'advantages', 'update'];
    expect(stops).toEqual([...stages.map((stage) => `1 ${stage}`), '2 prompts']);
    expect(phasesOf(events).filter((phase) => phase === '1 update')).toHaveLength(4);
    close();
  });

  it('pauses by itself after the update that it was told to train until, its evaluation made', async () => {
    const { threads, events, next, close } = open();
    await next(paused);
    threads.send({ type: 'play', until: { update: 2 } });
    await next(paused);
    expect(phasesOf(events).at(-1)).toBe('3 prompts');
    expect(events.filter(({ type }) => type === 'updated')).toHaveLength(2);
    close();
  });

  it.each([
    ['KL', { kl: -1e3 }],
    ['pass rate', { passRate: 0 }],
  ])(
    'pauses at the end of the update whose evaluation has the %s, however late the truth is',
    async (_, until) => {
      const late = { isOn: false };
      const onJudge = () => (late.isOn ? new Promise<void>((go) => setTimeout(go, 400)) : undefined);
      const { threads, events, next, close } = open({ onJudge });
      await next(paused);
      late.isOn = true;
      const knobs = { ...config.knobs, evalEvery: 2 };
      threads.send({ type: 'knobs', knobs });
      threads.send({ type: 'play', until: { update: 9, kl: 1e3, passRate: 2, ...until } });
      await next(paused);
      expect(phasesOf(events).at(-1)).toBe('3 prompts');
      expect(events.filter(({ type }) => type === 'evaluated')).toMatchObject([{ update: 0 }, { update: 2 }]);
      late.isOn = false;
      // Reached by neither, it goes on.
      threads.send({ type: 'play', until: { update: 4, kl: 1e3, passRate: 2 } });
      await next(paused);
      expect(phasesOf(events).at(-1)).toBe('5 prompts');
      close();
    },
  );

  it('is at rest once what it learned can be kept, however long the judge takes', async () => {
    let isHeld = false;
    const held: (() => void)[] = [];
    const onJudge = () => (isHeld ? new Promise<void>((release) => held.push(release)) : undefined);
    const { threads, events, next, close } = open({ onJudge });
    await next(paused);
    isHeld = true;
    threads.send({ type: 'play', until: { update: 1 } });
    await next((event) => event.type === 'phase' && event.update === 2);
    const quiet = events.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events.slice(quiet)).toEqual([]);
    held.forEach((release) => release());
    await next(paused);
    expect(events.slice(quiet).filter(({ type }) => type === 'saved')).toMatchObject([
      { state: { update: 1 } },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'paused' });
    close();
  });

  it('says that it is paused once it is, and then sends nothing until it goes on', async () => {
    const { threads, events, next, close } = open();
    await next(paused);
    threads.send({ type: 'play' });
    await next((event) => event.type === 'updated');
    threads.send({ type: 'pause' });
    await next(paused);
    const quiet = events.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events.slice(quiet).filter(({ type }) => type !== 'judged')).toEqual([]);
    threads.send({ type: 'knobs', knobs: { ...config.knobs, groupSize: 2, promptsPerUpdate: 4 } });
    threads.send({ type: 'play' });
    await next((event) => event.type === 'batch' && event.batch.groupSize === 2);
    threads.send({ type: 'pause' });
    await next(paused);
    close();
  });

  it('scores an edited program, and says which lexeme the policy does not know', async () => {
    const { threads, next, close } = open();
    await next(paused);
    const [task] = trainTasks;
    const ask = (program: string) =>
      threads.ask({ type: 'score', teacher: 'strong', taskId: task.id, program });
    const length = task.promptIds.length + 3 + 1; // return 1 ; and the end token
    expect(await ask(`${task.signature}\n  return 1;\n}`)).toEqual({
      type: 'scored',
      score: Math.fround(-length / 30),
    });
    expect(await ask(`${task.signature} return frobnicate; }`)).toMatchObject({
      problem: expect.stringContaining('frobnicate') as string,
    });
    await expect(
      threads.ask({ type: 'score', teacher: 'strong', taskId: 'no/such/task', program: '' }),
    ).rejects.toThrow('no/such/task');
    expect(await threads.ask({ type: 'ping' })).toEqual({ type: 'pong' });
    close();
  });

  it('follows gradients between two stages, paused or not, and the run is the same as without', async () => {
    const batches = async (asks: boolean) => {
      const { threads, events, next, close } = open();
      await next(paused);
      const batch = (update: number) =>
        events.find((event) => event.type === 'batch' && event.update === update) as Extract<
          Notice,
          { type: 'batch' }
        >;
      const { testScores } = events.find((event) => event.type === 'judged')!;
      const known = testScores.map((_, r) => (r % 3 === 0 ? 1 : 0));
      const all = Array.from(known.keys());
      const ask = () =>
        threads.ask({
          ...{ type: 'cosines', batch: batch(0).batch, testScores: known, knobs: config.knobs },
          kept: [all, all.filter((r) => r % 4 < 2), all.slice(0, 1)],
        });
      const first = asks ? await ask() : undefined;
      const end = next((event) => event.type === 'batch' && event.update === 2);
      threads.send({ type: 'play' });
      await next(({ type }) => type === 'updated');
      const second = asks ? await ask() : undefined;
      await end;
      const told = events.filter(({ type }) => type === 'state');
      close();
      return { first, second, told, tokens: batch(2).batch.tokens };
    };
    const { first, second, told, tokens } = await batches(true);
    for (const answer of [first!, second!]) {
      if (answer.type !== 'cosines') throw new Error(answer.type);
      expect(answer.cosines).toHaveLength(3);
      for (const cosine of answer.cosines.slice(0, 2)) {
        expect(Math.abs(cosine!.value)).toBeLessThanOrEqual(1);
        expect(cosine!.low).toBeLessThan(cosine!.high);
      }
    }
    expect(second).not.toEqual(first);
    const without = await batches(false);
    expect(tokens).toEqual(without.tokens);
    expect(told).toEqual(without.told);
  });

  it('follows gradients also where it is asked in the midst of a stage at whose end it pauses', async () => {
    const hold: { ask?: () => Promise<void> } = {};
    const { threads, events, next, close } = open({ beforeScore: async () => hold.ask?.() });
    await next(paused);
    const { batch } = events.find((event) => event.type === 'batch')!;
    const testScores = Float32Array.from(batch.scores, (_, r) => r % 2);
    let asked: Promise<unknown> | undefined;
    hold.ask = async () => {
      threads.send({ type: 'pause' });
      asked = threads.ask({ type: 'cosines', batch, testScores, kept: [[0, 1]], knobs: config.knobs });
      await threads.ask({ type: 'ping' }); // answered after what was asked before it was heard
    };
    threads.send({ type: 'play' });
    await next(paused);
    expect(await asked).toMatchObject({ type: 'cosines' });
    close();
  });

  it('sends a state at the end of every update, from which another goes on', async () => {
    const { threads, events, next, close } = open();
    await next(paused);
    threads.send({ type: 'step', unit: 'update' });
    await next(({ type }) => type === 'updated');
    const saved = await next((event) => event.type === 'saved' && event.state.update === 1);
    expect(events.filter(({ type }) => type === 'saved')).toHaveLength(2);
    expect(saved).toMatchObject({ state: { update: 1, learner: { steps: 4 }, critic: { steps: 4 } } });
    close();
  });
});

describe('a filter of the visitor’s own', () => {
  const code =
    'function filter(group) {\n  return group.responses.map((r) => r.rank < 1 || r.logprob > 0);\n}';
  const filter: FilterConfig = { ...config.knobs.filter, name: ownName, code };

  it('trains by what its code returns, told by the policy what it names', async () => {
    const engine = await ProgramEngine.open(quickJsWasm);
    const { threads, events, next, close } = open({ filter, call: (request) => engine.run(request) });
    await next(paused);
    threads.send({ type: 'step', unit: 'update' });
    await next(paused);
    const batches = events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));
    expect(batches.map(({ kept }) => kept.length)).toEqual([8, 8]);
    expect(batches[1].filter).toEqual(filter);
    const facts = await threads.ask({ type: 'policy-facts', batch: batches[0], temperature: 1 });
    if (facts.type !== 'policy-facts') expect.unreachable();
    expect(facts.logprob).toHaveLength(32);
    expect(facts.logprob.every((logprob) => logprob < 0)).toBe(true);
    expect(facts.entropy.every((entropy) => entropy > 0)).toBe(true);
    // An update has been taken since.
    expect(facts.kl.some((kl) => kl !== 0)).toBe(true);
    close();
  });

  it('that fails is told with update, prompt and line, as a failure of its own kind', async () => {
    const outcome = { kind: 'threw', text: 'TypeError: not a function', line: 3 };
    const { next, close } = open({ filter, call: async ({ args }) => args.map(() => outcome) });
    expect(await next(failed)).toMatchObject({
      ...{ kind: 'filter', stage: 'filter', update: 0 },
      message: 'Update 0: your own filter failed at prompt 1, line 2. TypeError: not a function.',
    });
    close();
  });

  it('is not blamed where the sandbox fails', async () => {
    const { next, close } = open({ filter, call: () => Promise.reject(new Error('no frame')) });
    expect(await next(failed)).toMatchObject({ kind: 'judge', message: 'no frame.' });
    close();
  });
});

describe('the models', () => {
  it.each([
    ['auto', 'tiny'],
    ['small', 'small'],
  ])('are those that %s stands for: %s', async (preset, meant) => {
    const { threads, events, next, close } = open({ preset });
    await next(paused);
    expect(events.find(({ type }) => type === 'opened')).toMatchObject({ preset: meant, config: { preset } });
    threads.send({ type: 'step', unit: 'update' });
    await next(({ type }) => type === 'updated');
    close();
  });
});

describe('what goes wrong is told once, with its stage and what to do', () => {
  it('a preset that is not there', async () => {
    const { next, close } = open({ preset: 'absent' });
    expect(await next(failed)).toMatchObject({
      kind: 'files',
      stage: 'loading',
      message: expect.stringContaining('models/absent/manifest.json is missing (HTTP 404)') as string,
    });
    close();
  });

  it('a judge that cannot run anything', async () => {
    const { events, next, close } = open({ verdict: 'infra' });
    expect(await next(failed)).toMatchObject({
      kind: 'judge',
      message: expect.stringContaining('no frame') as string,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(events.filter(failed)).toHaveLength(1);
    close();
  });
});
