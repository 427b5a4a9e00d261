import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../scripts/serve.mjs';
import { root } from '../../scripts/install.mjs';
import { join } from 'node:path';
import { defaultConfig, type RunConfig } from '../../src/protocol/config.ts';
import type { JudgeReply, JudgeRequest, RewardRequest, RunEvent } from '../../src/protocol/messages.ts';
import type { VerdictName } from '../../src/protocol/verdict.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import { Session } from '../../src/workers/session.ts';

let site: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  site = await serve(join(root, 'public'), { basePath: '/' });
});
afterAll(() => site.close());

const config: RunConfig = {
  ...defaultConfig,
  engine: 'cpu',
  evalPrompts: 4,
  knobs: { ...defaultConfig.knobs, promptsPerUpdate: 8, groupSize: 4 },
};

interface Neighbours {
  verdict?: VerdictName;
  baseUrl?: string;
  preset?: string;
}

/** A session of the real models between a reward worker that likes short responses and a judge of one verdict. */
function open({ verdict = 'passed', baseUrl = site.url, preset = 'tiny' }: Neighbours = {}) {
  const events: RunEvent[] = [];
  const waiting: { wanted: (event: RunEvent) => boolean; settle: (event: RunEvent) => void }[] = [];
  const session = new Session((event) => {
    events.push(event);
    for (const entry of waiting.filter(({ wanted }) => wanted(event))) {
      waiting.splice(waiting.indexOf(entry), 1);
      entry.settle(event);
    }
  });
  const rewards = new MessageChannel();
  rewards.port1.onmessage = ({ data }: MessageEvent<RewardRequest>) => {
    const { id } = data;
    if (data.type === 'open') rewards.port1.postMessage({ type: 'opened', id });
    else
      rewards.port1.postMessage({ type: 'scored', id, rmScores: Float32Array.from(data.lengths, (l) => -l) });
  };
  const judge = new MessageChannel();
  judge.port1.onmessage = ({ data }: MessageEvent<JudgeRequest>) => {
    const testScore = verdict === 'passed' ? 1 : NaN;
    const verdicts = data.programs.map(() => ({ name: verdict, testScore }));
    judge.port1.postMessage({ id: data.id, verdicts, problem: 'no frame' } satisfies JudgeReply);
  };
  session.handle({
    type: 'open',
    config: { ...config, preset },
    baseUrl,
    rewardPort: rewards.port2,
    judgePort: judge.port2,
  });
  return {
    session,
    events,
    next: (wanted: (event: RunEvent) => boolean) =>
      new Promise<RunEvent>((settle) => waiting.push({ wanted, settle })),
    close: () => [rewards.port1, judge.port1].forEach((port) => port.close()),
  };
}
const paused = (event: RunEvent) => event.type === 'state' && event.state === 'paused';
const failed = (event: RunEvent) => event.type === 'failed';
const phasesOf = (events: RunEvent[]) =>
  events.flatMap((e) => (e.type === 'phase' ? [`${e.update} ${e.phase}`] : []));

describe('a session', () => {
  it('opens on a judged batch of the untrained policy and waits there', async () => {
    const { events, next, close } = open();
    await next(paused);
    const types = events.map((event) => event.type);
    for (const type of ['ready', 'batch', 'judged', 'evaluated']) expect(types).toContain(type);
    expect(events.every((event) => !('update' in event) || event.update === 0)).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'state', state: 'paused', update: 0 });
    close();
  });

  it('steps by phase and by update, and stops at the boundary', async () => {
    const { session, events, next, close } = open();
    await next(paused);
    const opened = events.length;
    session.handle({ type: 'step', unit: 'phase' });
    await next(paused);
    expect(phasesOf(events.slice(opened))).toEqual(['1 prompts', '1 rollouts']);
    session.handle({ type: 'step', unit: 'update' });
    await next(paused);
    expect(phasesOf(events).at(-1)).toBe('2 prompts');
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'paused', update: 1 });
    close();
  });

  it('a step by phase takes all minibatches of an update together', async () => {
    const { session, events, next, close } = open();
    await next(paused);
    const stops: (string | undefined)[] = [];
    while (stops.at(-1) !== '2 prompts') {
      session.handle({ type: 'step', unit: 'phase' });
      await next(paused);
      stops.push(phasesOf(events).at(-1));
    }
    const stages = ['rollouts', 'score', 'filter', 'judge', 'experience', 'advantages', 'update'];
    expect(stops).toEqual([...stages.map((stage) => `1 ${stage}`), '2 prompts']);
    expect(phasesOf(events).filter((phase) => phase === '1 update')).toHaveLength(2);
    close();
  });

  it('says that it is paused once it is, and then sends nothing until it goes on', async () => {
    const { session, events, next, close } = open();
    await next(paused);
    session.handle({ type: 'play' });
    await next((event) => event.type === 'updated');
    session.handle({ type: 'pause' });
    await next(paused);
    const quiet = events.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events.slice(quiet).filter((event) => event.type !== 'judged')).toEqual([]);
    session.handle({ type: 'knobs', knobs: { ...config.knobs, groupSize: 2, promptsPerUpdate: 4 } });
    session.handle({ type: 'play' });
    await next((event) => event.type === 'batch' && event.batch.groupSize === 2);
    session.handle({ type: 'pause' });
    await next(paused);
    close();
  });

  it('scores an edited program, and says which lexeme the policy does not know', async () => {
    const { session, next, close } = open();
    await next(paused);
    const [task] = trainTasks;
    const ask = (id: number, program: string) => {
      const answer = next((event) => event.type === 'scored' && event.id === id);
      session.handle({ type: 'score', id, rewardModel: 'strong', taskId: task.id, program });
      return answer;
    };
    const length = task.promptIds.length + 3 + 1; // return 1 ; and the end token
    expect(await ask(1, `${task.signature}\n  return 1;\n}`)).toEqual({
      type: 'scored',
      id: 1,
      rmScore: -length,
    });
    expect(await ask(2, `${task.signature} return frobnicate; }`)).toMatchObject({
      problem: expect.stringContaining('frobnicate') as string,
    });
    close();
  });
});

describe('what goes wrong is told once, with its stage and what to do', () => {
  it('a preset that is not there', async () => {
    const { next, close } = open({ preset: 'absent' });
    expect(await next(failed)).toMatchObject({
      stage: 'loading',
      message: expect.stringContaining('models/absent/manifest.json is missing (HTTP 404)') as string,
    });
    close();
  });

  it('a judge that cannot run anything', async () => {
    const { events, next, close } = open({ verdict: 'infra' });
    expect(await next(failed)).toMatchObject({ message: expect.stringContaining('no frame') as string });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(events.filter(failed)).toHaveLength(1);
    close();
  });
});
