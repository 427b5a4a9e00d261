import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveModels } from './models-site.ts';
import type { Answer, Notice } from '../../src/protocol/messages.ts';
import { config, openSession, paused } from './open-session.ts';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => {
  site = await serveModels();
});
afterAll(() => site.close());

const open = () => openSession(site.url);

describe('a session that is asked between two stages', () => {
  it('tells a response token by token, paused or not, and the run is the same as without', async () => {
    const told = async (asks: boolean) => {
      const { threads, events, next, close } = open();
      await next(paused);
      const batchOf = (update: number) =>
        events
          .flatMap((event) => (event.type === 'batch' ? [event.batch] : []))
          .find((b) => b.update === update)!;
      const ask = async (update: number, row: number) => {
        const batch = batchOf(update);
        const answer = await threads.ask({
          type: 'tokens',
          batch,
          row,
          kept: batch.kept,
          knobs: config.knobs,
        });
        if (answer.type !== 'tokens') throw new Error(answer.type);
        return answer;
      };
      const untrained = asks ? await ask(0, 5) : undefined;
      threads.send({ type: 'step', unit: 'update' });
      await next(paused);
      const { kept } = batchOf(1);
      const learned = asks ? await ask(1, kept[0]) : undefined;
      threads.send({ type: 'play' });
      const running = asks ? await ask(1, kept[0]) : undefined;
      await next((event) => event.type === 'batch' && event.update === 2);
      close();
      const experience = events.find((event) => event.type === 'experience')!;
      return { untrained, learned, running, kl: experience.kl[0], tokens: batchOf(2).tokens };
    };
    const { untrained, learned, running, kl, tokens } = await told(true);
    expect(untrained).toMatchObject({ isAuthor: true, isRemembered: false, policy: { update: 0, steps: 0 } });
    expect(untrained!.oldLogprobs).toEqual(untrained!.logprobs);
    expect(learned).toMatchObject({ isAuthor: false, isRemembered: true, policy: { update: 1, steps: 0 } });
    expect(learned!.oldLogprobs).not.toEqual(learned!.logprobs);
    expect(running!.oldLogprobs).toEqual(learned!.oldLogprobs);
    const sum = learned!.oldLogprobs!.reduce(
      (total, logprob, t) => total + logprob - learned!.refLogprobs[t],
      0,
    );
    expect(sum).toBeCloseTo(kl, 5);
    expect(tokens).toEqual((await told(false)).tokens);
  });

  it('answers a prompt again, paused or not, as the same policy does, and the run is the same as without', async () => {
    const told = async (asks: boolean) => {
      const { threads, events, next, close } = open();
      const ask = async () => {
        const [first] = events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));
        const question = { type: 'answers', taskId: first.taskIds[0], count: 3 } as const;
        return asks ? threads.ask(question) : undefined;
      };
      await next(paused);
      const untrained = [await ask(), await ask()];
      threads.send({ type: 'step', unit: 'update' });
      await next(paused);
      const learned = await ask();
      threads.send({ type: 'play' });
      await ask();
      await next((event) => event.type === 'batch' && event.update === 2);
      close();
      const tokens = events.flatMap((event) => (event.type === 'batch' ? [event.batch.tokens] : []));
      return { untrained, learned, tokens };
    };
    const { untrained, learned, tokens } = await told(true);
    const text = expect.stringMatching(/^function f\(/) as string;
    expect(untrained[0]).toMatchObject({ type: 'answers', update: 0, programs: [text, text, text] });
    expect(untrained[1]).toEqual(untrained[0]);
    expect(learned).toMatchObject({ update: 1 });
    if (learned?.type !== 'answers') expect.unreachable();
    expect(learned.scores).toHaveLength(3);
    expect(tokens).toEqual((await told(false)).tokens);
  });

  it('answers a prompt by the policy after an update, and waits for it where that one’s steps are being taken', async () => {
    const { threads, events, next, close } = openSession(site.url, { knobs: { evalEvery: 1 } });
    await next(paused);
    const [{ taskIds }] = events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));
    const question = { type: 'answers', taskId: taskIds[0], count: 3 } as const;
    // To where update 1 is evaluated: its steps are taken, and it is not done.
    const isThere = (event: Notice) =>
      event.type === 'phase' && event.phase === 'evaluate' && event.update === 1;
    let early: Answer | undefined;
    while (!events.some(isThere)) {
      threads.send({ type: 'step', unit: 'phase' });
      await next(paused);
    }
    const asked = threads.ask(question).then((answer) => (early = answer));
    expect(await threads.ask({ type: 'ping' })).toEqual({ type: 'pong' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(early).toBeUndefined();
    threads.send({ type: 'step', unit: 'update' });
    expect(await asked).toMatchObject({ type: 'answers', update: 1 });
    close();
  });

  it('says of a response that is not there that it is not', async () => {
    const { threads, events, next, close } = open();
    await next(paused);
    const { batch } = events.find((event) => event.type === 'batch')!;
    const ask = (row: number) =>
      threads.ask({ type: 'tokens', batch, row, kept: batch.kept, knobs: config.knobs });
    await expect(ask(32)).rejects.toThrow('There is no response 32 in this batch of 32.');
    await expect(ask(-1)).rejects.toThrow('There is no response -1');
    expect(await threads.ask({ type: 'ping' })).toEqual({ type: 'pong' });
    close();
  });
});
