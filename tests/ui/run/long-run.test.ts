import { expect, it, vi } from 'vitest';
import { drawKept, filterWeights } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { stream } from '../../../src/ppo/random.ts';
import { phases, type Batch } from '../../../src/protocol/batch.ts';
import type { RunEvent } from '../../../src/protocol/events.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import { replay, restore } from '../../../src/ui/run/live-run.ts';
import { REMEMBERED, RunModel } from '../../../src/ui/run/run-model.ts';
import { stateAt } from '../runs/saved.ts';

/** Programs that were written out of their tokens. */
let written = 0;
vi.mock(import('../../../src/tasks/program-text.ts'), async (original) => {
  const module = await original();
  const programText: typeof module.programText = (...args) => {
    written++;
    return module.programText(...args);
  };
  return { ...module, programText };
});

const UPDATES = 10_000;
const MEGABYTE = 2 ** 20;

const rows = 256;
const { filter } = defaultKnobs;
const scores = Float32Array.from({ length: rows }, (_, r) => Math.sin(r));
const same = {
  weights: filterWeights(scores, 8, filter),
  kept: drawKept(scores, 8, filter, stream(1, 'filter')),
};

/** A batch of 32 × 8 responses of 30 tokens. */
function batchOf(update: number): Batch {
  return {
    ...{ update, promptCount: 32, groupSize: 8, teacher: 'strong', noise: defaultKnobs.noise, filter },
    scores: scores.map((score) => score + update),
    taskIds: trainTasks.slice(0, 32).map(({ id }) => id),
    tokens: new Uint32Array(rows * 64),
    lengths: new Uint32Array(rows).fill(30),
    programs: new Array<string>(rows).fill('function f(a) {}'),
    ended: new Array<boolean>(rows).fill(true),
    ...same,
  };
}

function* eventsOf(update: number): Generator<RunEvent> {
  for (const phase of phases.slice(0, 7)) yield { type: 'phase', update, phase };
  yield { type: 'batch', update, batch: batchOf(update) };
  const numbers = new Float32Array(64);
  yield { type: 'experience', update, kl: numbers, advantages: numbers };
  for (const index of [0, 1])
    yield { type: 'phase', update, phase: 'update', minibatch: { index, count: 2 } };
  yield { type: 'updated', update, metrics: { 'policy/entropy': 1 / update, 'policy/kl_kept': update } };
  const testScores = new Float32Array(256).fill(1);
  yield { type: 'judged', update, testScores, metrics: { 'objective/pass_rate': 0.5 } };
  if (update % 5 === 0) yield { type: 'evaluated', update, metrics: { 'eval/kl': update } };
}

/** The updates whose batches a record still has. */
const batchesOf = (record: RunRecord) =>
  [...record.events()].flatMap((event) => (event.type === 'batch' ? [event.update] : []));
const upTo = (update: number) => Array.from({ length: 16 }, (_, i) => update - 15 + i);

it('a run of 10,000 updates stays small: metrics whole, programs thinned, the page a few batches', () => {
  const model = new RunModel(defaultConfig);
  const record = new RunRecord(defaultConfig);
  let most = 0;
  let thinned = 0;
  for (let update = 1; update <= UPDATES; update++) {
    for (const event of eventsOf(update)) {
      model.apply(event);
      record.push(event);
    }
    // Thinned for the first time, it still has the newest.
    if (record.heavyBytes < most && thinned++ === 0)
      expect(batchesOf(record).slice(-16)).toEqual(upTo(update));
    most = Math.max(most, record.heavyBytes);
  }
  expect(most).toBeLessThan(17 * MEGABYTE);
  expect(most).toBeGreaterThan(14 * MEGABYTE); // thinned no earlier than it must
  expect(model.batches).toHaveLength(4);
  const bytes = record.encode();
  expect(bytes.length).toBeLessThan(32 * MEGABYTE);

  const again = replay(RunRecord.decode(bytes));
  for (const name of ['policy/entropy', 'policy/kl_kept', 'objective/pass_rate', 'eval/kl'] as const)
    expect(again.history.known(name)).toEqual(model.history.known(name));
  const [mine, theirs] = [model.shown!.batch, again.shown!.batch];
  expect(theirs.update).toBe(UPDATES);
  expect(theirs.scores).toEqual(mine.scores);
  expect(theirs.kept).toEqual(mine.kept);
  const kept = batchesOf(record);
  expect(kept.slice(-16)).toEqual(upTo(UPDATES));
  expect(kept.length).toBeGreaterThan(300);
});

it('to open a run of 1,000 updates, or to thin it, no more of its programs are unpacked than are shown', async () => {
  const record = new RunRecord(defaultConfig);
  const push = (update: number) => [...eventsOf(update)].forEach((event) => record.push(event));
  written = 0;
  for (let update = 1; update <= 1010; update++) push(update);
  expect(batchesOf(record).length).toBeLessThan(1000); // it was thinned
  const read = written; // by the line above
  expect(read).toBe(rows * batchesOf(record).length);

  written = 0;
  const saved = { id: 'long', savedAt: 0, record: record.encode(), knobs: defaultKnobs };
  const restored = await restore({ ...saved, state: stateAt(1000) });
  expect(written).toBe(rows * REMEMBERED);
  expect(restored.model.finished).toBe(1000);
  expect(restored.model.shown!.batch.update).toBe(1000);
  expect(restored.record.lastUpdate).toBe(1000);
  const [mine, theirs] = [restored.record.encode(), record.upTo(1000).encode()];
  expect(mine.length === theirs.length && mine.every((byte, i) => byte === theirs[i])).toBe(true);
});
