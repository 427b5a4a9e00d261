import { expect, test } from 'vitest';
import { headless } from '../scripts/headless.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import { stream } from '../src/ppo/random.ts';
import type { RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import { RunRecord } from '../src/record/run-record.ts';
import { readTasks } from '../src/tasks/own-tasks.ts';
import { taskById, trainTasks } from '../src/tasks/tasks.ts';
import { drawTasks } from '../src/train.ts';
import { exampleTasks } from '../src/ui/tasks/example.ts';

test('of a pool each task is drawn before any comes again', () => {
  const pool = trainTasks.slice(0, 3);
  const drawn = drawTasks(pool, 8, stream(1, 'prompts', 1));
  for (const [from, to] of [
    [0, 3],
    [3, 6],
  ])
    expect(new Set(drawn.slice(from, to))).toEqual(new Set(pool));
  expect(new Set(drawn.slice(6)).size).toBe(2);
});

test('a run trains on tasks of one’s own, is measured on them, and its record knows them', async () => {
  const knobs = { ...defaultKnobs, promptsPerUpdate: 5, groupSize: 4, evalEvery: 1, evalPrompts: 6 };
  const { tasks } = readTasks(exampleTasks);
  const config: RunConfig = { ...defaultConfig, preset: 'tiny', engine: 'cpu', knobs, tasks };
  const record = new RunRecord(config);
  const events: RunEvent[] = [];
  const hear = (event: RunEvent) => {
    events.push(event);
    record.push(event);
  };
  const run = await headless(config, hear);
  for await (const event of run.events) {
    hear(event);
    if (event.type === 'phase' && event.update === 2) break;
  }
  await run.settled();
  run.free();
  const [, batch] = events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));
  const statements = batch.taskIds.map((id) => taskById(id).statement);
  const mine = tasks!.filter(({ split }) => split === 'train').map(({ statement }) => statement);
  expect(statements).toHaveLength(5);
  expect(new Set(statements)).toEqual(new Set(mine));
  const evaluated = events.flatMap((event) => (event.type === 'evaluated' ? [event.metrics] : []));
  expect(evaluated).toHaveLength(2);
  // Of the one task that is held out six responses.
  expect((evaluated[1]['eval/pass@1_held_out']! * 6) % 1).toBeCloseTo(0);
  const read = RunRecord.decode(record.encode());
  expect(read.config.tasks).toEqual(tasks);
  expect(Array.from(read.events()).find(({ type }) => type === 'batch')).toMatchObject({
    batch: { taskIds: expect.arrayContaining([batch.taskIds[0]]) as string[] },
  });
  const broken = new RunRecord({ ...config, tasks: [{ ...tasks![0], signature: 'function f(x' }] });
  expect(() => RunRecord.decode(broken.encode())).toThrow(
    'The recorded run cannot be read: Task 1: signature is no line such as "function f(a) {".',
  );
});
