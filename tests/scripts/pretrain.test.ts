import { expect, it } from 'vitest';
import { arrived } from '../../scripts/pretrain/reward-models.ts';
import { authorsPool, poolTasks } from '../../src/pretrain.ts';

it('a pool is whole again when it has come from another process', async () => {
  const tasks = poolTasks('train', 5, 1);
  const pool = await authorsPool(tasks, 4, (rows) => Promise.resolve(new Float32Array(rows.length)), 1);
  const sent = structuredClone(pool);
  // What the promise of this test is about: a task's ids are made when they are asked for.
  expect([...sent.values()][0].task.promptIds).toBeUndefined();
  const there = arrived(sent);
  expect(there).toEqual(pool);
  expect([...there.values()].map(({ task }) => task.promptIds)).toEqual(tasks.map((task) => task.promptIds));
});
