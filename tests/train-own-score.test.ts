/** Training under a score that a visitor wrote, run in the judge's own QuickJS. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ProgramEngine } from '../src/judge/core/program-engine.ts';
import type { Call } from '../src/ppo/own/own-code.ts';
import { scoreExamples } from '../src/ppo/own/score-examples.ts';
import type { Knobs } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import { quickJsWasm } from './judge/core/quickjs-wasm.ts';
import { batches, run } from './tiny-run.ts';

let engine: ProgramEngine;
let call: Call;
beforeAll(async () => {
  engine = await ProgramEngine.open(quickJsWasm);
  // One at a time, as the judge's worker does it.
  let last: Promise<unknown> = Promise.resolve();
  call = (request) => {
    const outcomes = last.then(() => engine.run(request));
    last = outcomes.catch(() => undefined);
    return outcomes;
  };
});

const own = (expression: string): Partial<Knobs> => ({
  ...{ teacher: 'own-score', evalEvery: 1 },
  teacherCode: `function score(answer) {\n  return ${expression};\n}\n`,
});
/** What a run tells of itself besides its teacher. */
const told = (events: RunEvent[]) =>
  events.map((event) =>
    event.type === 'batch'
      ? { ...event, batch: { ...event.batch, teacher: undefined, teacherCode: undefined } }
      : event,
  );
const evaluations = (events: RunEvent[]) =>
  events.flatMap((event) => (event.type === 'evaluated' ? [event.metrics] : []));

describe('training under a score', () => {
  it('that is written like the unit tests is training under them, bit for bit', async () => {
    const plain = await run({ knobs: { teacher: 'tests', evalEvery: 1 } });
    const { code } = scoreExamples.find(({ title }) => title === 'tests passed, if it ended')!;
    const coded = await run({ knobs: { ...own(''), teacherCode: code }, call });
    expect(coded.weights).toEqual(plain.weights);
    expect(told(coded.events)).toEqual(told(plain.events));
    expect(batches(coded.events)[1]).toMatchObject({ teacher: 'own-score', teacherCode: code });
  });

  it('is the same again, and goes on from a state as if it had never stopped', async () => {
    const options = { knobs: own('answer.passes[0] - answer.tokens / 40'), call };
    const whole = await run({ ...options, updates: 4 });
    engine = await ProgramEngine.open(quickJsWasm);
    const again = await run({ ...options, updates: 4 });
    expect(again.weights).toEqual(whole.weights);
    expect(again.events).toEqual(whole.events);
    const half = await run({ ...options, updates: 2 });
    const rest = await run({ ...options, updates: 4, from: structuredClone(half.state) });
    expect(rest.weights).toEqual(whole.weights);
  });

  it('measures the truth as ever, and the score of the same samples', async () => {
    const plain = await run({ updates: 1, knobs: { teacher: 'tests', evalEvery: 1 } });
    const constant = await run({ updates: 1, knobs: own('0.25'), call });
    const [first] = evaluations(constant.events);
    const [truth] = evaluations(plain.events);
    expect(first).toEqual({ ...truth, 'eval/scores': 0.25 });
  });

  it('does not know of the tests where it names none: permuted truths change nothing', async () => {
    const options = { knobs: own('answer.tokens / 20'), call };
    const plain = await run(options);
    const turned = await run({ ...options, truths: (truths) => truths.toReversed() });
    expect(turned.weights).toEqual(plain.weights);
    const reading = { ...options, knobs: own('answer.passed') };
    const read = await run({ ...reading, truths: (truths) => truths.toReversed() });
    expect(read.weights).not.toEqual((await run(reading)).weights);
  });

  it('does not train where a program that it asks about could not be judged', async () => {
    const truths = (all: Float32Array) => all.map((truth, row) => (row === 3 ? NaN : truth));
    await expect(run({ knobs: own('answer.passed'), call, truths })).rejects.toMatchObject({ kind: 'judge' });
    await run({ updates: 1, knobs: own('answer.tokens'), call, truths });
  });
});

describe('code that fails in mid-run', () => {
  const failing = { ...own('answer.tokens'), evalEvery: 100 };
  /** Breaks the requests from the `from`-th to the `to`-th: a batch is one here, and so is an evaluation. */
  const broken = (from: number, to = Infinity): Call => {
    let asked = 0;
    return (request) => {
      const isBroken = ++asked >= from && asked <= to;
      const program = request.program.replace('answer.tokens', 'answer.no.where');
      return call(isBroken ? { ...request, program } : request);
    };
  };

  it('stops the run with update, response and line; what was learned before can be gone on from', async () => {
    await expect(run({ updates: 5, knobs: failing, call: broken(4) })).rejects.toMatchObject({
      name: 'RunError',
      kind: 'score',
      message:
        "Update 2: your own score failed at response 1, line 2. TypeError: cannot read property 'where' of undefined.",
    });
    const { state } = await run({ updates: 1, knobs: failing, call });
    const mended = await run({ updates: 3, knobs: failing, call, from: structuredClone(state) });
    expect(mended.weights).toEqual((await run({ updates: 3, knobs: failing, call })).weights);
  });

  it('is told of an evaluation, too', async () => {
    await expect(
      run({ updates: 5, knobs: { ...failing, evalEvery: 1 }, call: broken(4, 4) }),
    ).rejects.toMatchObject({
      kind: 'score',
      message: expect.stringMatching(/^The evaluation after update 1: your own score failed/) as string,
    });
  });

  it('is not replaced by another teacher where there is nothing that could run it', async () => {
    await expect(run({ knobs: own('1') })).rejects.toMatchObject({ kind: 'score' });
  });
});
