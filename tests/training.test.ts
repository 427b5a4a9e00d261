import { describe, expect, it, vi } from 'vitest';
import { Policy } from '../src/model/policy.ts';
import { defaultConfig } from '../src/ppo/knobs.ts';
import { Training, type Given } from '../src/training.ts';
import { filter, run } from './tiny-run.ts';

const { knobs } = defaultConfig;

/** A run of which nothing but what is told beside the loop is looked at. */
const training = (given: Partial<Given> = {}) =>
  new Training({ config: defaultConfig, knobs: () => knobs, ...given } as Given);

/** A truth that comes when the test says so. */
function truth() {
  let come = () => undefined as void;
  const promise = new Promise<Float32Array>((resolve) => (come = () => resolve(new Float32Array())));
  return { promise, come: () => come() };
}
/** Lets everything happen that can. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('what is judged beside the loop', () => {
  it('is told in the order in which it was asked for', async () => {
    const told: number[] = [];
    const t = training();
    const [first, second] = [truth(), truth()];
    t.whenTold('batch', first.promise, () => told.push(1));
    t.whenTold('batch', second.promise, () => told.push(2));
    second.come();
    await settled();
    expect(told).toEqual([]);
    first.come();
    await settled();
    expect(told).toEqual([1, 2]);
  });

  it.each([
    ['batch', 2],
    ['evaluation', 1],
  ] as const)('of purpose %s may be behind by %i, no more', async (purpose, most) => {
    const t = training();
    const truths = Array.from({ length: most + 1 }, truth);
    for (const { promise } of truths.slice(1)) t.whenTold(purpose, promise, () => undefined);
    await t.catchUp(purpose);
    t.whenTold(purpose, truths[0].promise, () => undefined);
    let isThrough = false;
    const through = t.catchUp(purpose).then(() => (isThrough = true));
    await settled();
    expect(isThrough).toBe(false);
    truths[1].come();
    await through;
  });

  it('belongs to a state that is taken before it comes', async () => {
    const learner = { state: () => Promise.resolve({}) };
    const t = training({ policy: { learner, critic: { learner } } as unknown as Policy });
    const evaluation = truth();
    t.whenTold('evaluation', evaluation.promise, () => undefined);
    let isTold = false;
    const told = t.state().then(() => (isTold = true));
    await settled();
    expect(isTold).toBe(false);
    evaluation.come();
    await told;
  });
});

it('of several knobs that change at once, each stage says its own, and once', () => {
  const wanted = { ...knobs, temperature: 0.5, learningRate: 1 };
  const t = training({ knobs: () => wanted });
  const said = (['prompts', 'update', 'prompts', 'update'] as const).map((phase) =>
    [...t.knobsAt(1, phase)].map((event) => event.type === 'knobs' && event.knobs),
  );
  expect(said).toEqual([[{ temperature: 0.5 }], [{ learningRate: 1 }], [], []]);
});

it('every epoch learns from the same responses, in an order of its own', async () => {
  const orders: number[][] = [];
  await run({
    updates: 1,
    knobs: { stepsPerUpdate: 2 },
    observe: (_, name, { values }, step) => {
      if (step !== undefined && name === 'rows') orders.push(Array.from(values));
    },
  });
  const [first, second] = orders; // 16 are kept: one minibatch an epoch
  expect(second).not.toEqual(first);
  expect(second.toSorted()).toEqual(first.toSorted());
});

it('a way of sampling waits for the update that samples so', async () => {
  let now = {};
  const { events } = await run({
    updates: 2,
    live: () => now,
    onEvent: (event) => {
      if (event.type === 'phase' && event.update === 1 && event.phase === 'filter')
        now = { filter: filter({ name: 'single' }) };
    },
  });
  const ways = events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));
  expect(ways.map((batch) => [batch.filter.name, batch.groupSize])).toEqual([
    ['best-worst', 4],
    ['best-worst', 4],
    ['single', 1],
  ]);
});

describe('an evaluation', () => {
  it('gives each split its own share of those that pass, of those that could be judged', async () => {
    const { events } = await run({
      updates: 0,
      // Eight prompts of each split, the training split first.
      truths: (truths) =>
        truths.length === 16
          ? truths.map((_, r) => (r < 8 ? [1, NaN][r % 2] : [0.5, 1, 0, 0][r % 4]))
          : truths,
    });
    expect(events.find((event) => event.type === 'evaluated')).toMatchObject({
      metrics: { 'eval/pass@1_train': 1, 'eval/pass@1_held_out': 0.25 },
    });
  });

  it('samples at one temperature, and from a stream of its own', async () => {
    const sample = vi.spyOn(Policy.prototype, 'sample');
    await run({ updates: 0, knobs: { temperature: 0.7 } });
    const [batch, evaluation] = sample.mock.calls.map(([, source, temperature]) => ({ source, temperature }));
    sample.mockRestore();
    expect(batch.temperature).toBe(0.7);
    expect(evaluation.temperature).toBe(1);
    expect(evaluation.source.key).not.toEqual(batch.source.key);
  });
});
