/** Training under a filter that a visitor wrote, run in the judge's own QuickJS. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ProgramEngine } from '../src/judge/core/program-engine.ts';
import { ownExamples, ownName } from '../src/ppo/filter.ts';
import type { Call } from '../src/ppo/own/own-code.ts';
import type { FilterConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import { quickJsWasm } from './judge/core/quickjs-wasm.ts';
import { batches, filter, run } from './tiny-run.ts';

let engine: ProgramEngine;
let call: Call;
beforeAll(async () => {
  engine = await ProgramEngine.open(quickJsWasm);
  call = (request) => engine.run(request);
});

const own = (code: string): FilterConfig => filter({ name: ownName, code });
const keeping = (condition: string) =>
  own(`function filter(group, batch) {\n  return group.responses.map((r) => ${condition});\n}\n`);
/** What a run tells of itself besides the name of its filter. */
const told = (events: RunEvent[]) =>
  events.map((event) =>
    event.type === 'batch' ? { ...event, batch: { ...event.batch, filter: undefined } } : event,
  );

describe('training under code', () => {
  it.each(ownExamples.filter(({ like }) => like.profile === undefined))(
    'that is written like $title is training under it, bit for bit',
    async ({ code, like }) => {
      const plain = await run({ knobs: { filter: filter(like) } });
      const coded = await run({ knobs: { filter: own(code) }, call });
      expect(coded.weights).toEqual(plain.weights);
      expect(told(coded.events)).toEqual(told(plain.events));
      expect(batches(coded.events)[1].filter).toMatchObject({ name: ownName, code });
    },
  );

  it('goes on from a state as if it had never stopped, chances between 0 and 1 and all', async () => {
    const options = { knobs: { filter: keeping('r.rank === 0 ? 1 : 0.3') }, call };
    const whole = await run({ ...options, updates: 4 });
    const half = await run({ ...options, updates: 2 });
    const rest = await run({ ...options, updates: 4, from: structuredClone(half.state) });
    expect(rest.weights).toEqual(whole.weights);
    const kept = batches(whole.events).map((batch) => batch.kept.length);
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...kept)).toBeLessThan(32);
    expect(new Set(kept).size).toBeGreaterThan(1);
  });

  it('is told what the policy says of its responses, where it asks, and nothing of that changes the run', async () => {
    const asked: string[] = [];
    const listening: Call = (request) => {
      asked.push(...request.args);
      return call(request);
    };
    const plain = await run({ knobs: { filter: filter({ name: 'none' }) } });
    const naming = keeping('r.logprob < 0 && r.entropy > 0 && r.kl < Infinity');
    const named = await run({ knobs: { filter: naming }, call: listening });
    expect(named.weights).toEqual(plain.weights);
    type Told = [{ responses: { length: number; logprob: number; kl: number; entropy: number }[] }, object];
    const responses = asked.flatMap((text) => (JSON.parse(text) as Told)[0].responses);
    expect(responses).toHaveLength(3 * 32);
    // Before the first step the policy is its own reference.
    for (const { kl } of responses.slice(0, 32)) expect(Math.abs(kl)).toBeLessThan(1e-4);
    expect(responses.slice(64).some(({ kl }) => Math.abs(kl) > 1e-3)).toBe(true);
    for (const { logprob, length } of responses) expect(logprob).toBeLessThan(-length / 100);
    const unasked = await run({ updates: 1, knobs: { filter: keeping('r.logprobs === undefined') }, call });
    expect(batches(unasked.events)[1].kept).toHaveLength(32);
  });

  it('sums the log-probs and the KL that training works out for what is kept', async () => {
    const asked: string[] = [];
    const listening: Call = (request) => {
      asked.push(...request.args);
      return call(request);
    };
    const { events } = await run({ updates: 2, knobs: { filter: keeping('r.kl < 99') }, call: listening });
    const experience = events.filter((event) => event.type === 'experience')[1];
    const kls = asked.slice(2 * 8).flatMap((text) => {
      const [{ responses }] = JSON.parse(text) as [{ responses: { kl: number }[] }];
      return responses.map(({ kl }) => kl);
    });
    expect(kls).toHaveLength(32);
    // An update's experience is of the same policy as its filter's.
    kls.forEach((kl, row) => expect(kl).toBeCloseTo(experience.kl[row], 4));
  });
});

describe('code that fails in mid-run', () => {
  const failing = own(
    `function filter(group) {\n  const first = group.responses[0];\n  if (Math.abs(first.kl) > 1e-4) first.no.where();\n  return group.responses.map(() => 1);\n}\n`,
  );

  it('stops the run with update, prompt and line; what was learned before can be gone on from', async () => {
    const states: unknown[] = [];
    const failed = run({
      updates: 5,
      knobs: { filter: failing },
      call,
      onEvent: (event, training) => {
        if (event.type === 'phase' && event.phase === 'prompts' && event.update > 0)
          states.push(training.state());
      },
    });
    await expect(failed).rejects.toMatchObject({
      name: 'RunError',
      kind: 'filter',
      message: expect.stringMatching(
        /^Update 2: your own filter failed at prompt \d, line 3\. TypeError: cannot read property 'where' of undefined\.$/,
      ) as string,
    });
    expect(states).toHaveLength(2);
  });

  it('is not replaced by another filter where there is nothing that could run it', async () => {
    await expect(run({ knobs: { filter: keeping('true') } })).rejects.toMatchObject({ kind: 'filter' });
  });
});
