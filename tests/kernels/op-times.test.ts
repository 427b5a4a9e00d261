import { afterEach, expect, test, vi } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { op, type Engine, type Slot } from '../../src/kernels/engine.ts';
import { createReferenceEngine } from '../../src/kernels/reference-engine.ts';

afterEach(() => void vi.restoreAllMocks());

/** Two ops over three numbers. */
function sums(engine: Engine, name = 'sums') {
  const x = engine.slot('x', 'f32', 6);
  const out: Slot = engine.slot('sums', 'f32', 2);
  engine.write(x, new Float32Array([1, 2, 3, 4, 5, 6]));
  const M = { most: 3, now: 2 };
  const plan = engine.plan(name, [
    op('column-sum', { x, sums: out }, { M, N: 2 }),
    op('square-partials', { x, partials: out }, { L: 6, G: 2 }),
  ]);
  return { plan, out };
}

/** A clock that stands at these milliseconds one after the other, then at the last. */
function clock(...at: number[]) {
  let i = 0;
  return vi.spyOn(performance, 'now').mockImplementation(() => at[Math.min(i++, at.length - 1)]);
}

const steps = [
  { kernel: 'column-sum', dims: { M: { most: 3, now: 2 }, N: 2 } },
  { kernel: 'square-partials', dims: { L: 6, G: 2 } },
];
const timed = (ms: number[]) =>
  steps.map((step, i) => expect.objectContaining({ ...step, ms: ms[i] }) as object);

test('a run that nobody asked about looks at no clock', async () => {
  const engine = await createCpuEngine();
  const { plan } = sums(engine);
  const now = clock(0);
  engine.run(plan);
  expect(now).not.toHaveBeenCalled();
  expect(engine.times.plans).toEqual([{ name: 'sums', runs: 0, steps: timed([0, 0]) }]);
});

test.each(['cpu', 'reference'])('%s: the next runs are timed op by op, and give the same', async (name) => {
  const engine = name === 'cpu' ? await createCpuEngine() : createReferenceEngine();
  const { plan, out } = sums(engine);
  engine.run(plan);
  const [untimed] = await engine.read(out);
  engine.times.next();
  engine.write(out, new Float32Array(2));
  clock(10, 11, 13, 20, 24, 26);
  engine.run(plan);
  expect(engine.times.plans).toEqual([{ name: 'sums', runs: 1, steps: timed([1, 2]) }]);
  expect((await engine.read(out))[0]).toEqual(untimed);
  engine.times.next();
  engine.run(plan);
  expect(engine.times.plans).toEqual([{ name: 'sums', runs: 2, steps: timed([2.5, 2]) }]);
});

test('each plan is timed as often as was asked for, and no more', async () => {
  const engine = await createCpuEngine();
  const [once, often] = [sums(engine, 'once').plan, sums(engine, 'often').plan];
  engine.times.next();
  engine.run(once);
  for (let i = 0; i < 20; i++) engine.run(often);
  expect(engine.times.plans.map(({ name, runs }) => [name, runs])).toEqual([
    ['once', 1],
    ['often', 8],
  ]);
  engine.free();
  expect(engine.times.plans).toEqual([]);
});

test('what is told is the mean of the last runs, not of all', async () => {
  const engine = createReferenceEngine();
  const { plan } = sums(engine);
  const times = (ms: number, count: number) => {
    for (let i = 0; i < count; i++) engine.times.record(plan, [ms, 0]);
  };
  times(5, 64);
  expect(engine.times.plans[0]).toMatchObject({ runs: 64, steps: [{ ms: 5 }, { ms: 0 }] });
  times(1, 33);
  const [{ runs, steps: told }] = engine.times.plans;
  expect(runs).toBe(33);
  expect(told[0].ms).toBe(1);
});
