import { expect, test } from 'vitest';
import type { Answers } from '../../../src/protocol/messages.ts';
import type { Verdict } from '../../../src/protocol/verdict.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import { Follow, mostFrequent } from '../../../src/ui/follow/follow.svelte.ts';

const [task, another] = trainTasks;

/** Answers that are given when `answer` is called, one after the other. */
function policy() {
  const open: { taskId: string; give: (answers: Answers) => void; fail: (why: Error) => void }[] = [];
  const asked: string[] = [];
  const answers = (taskId: string) =>
    new Promise<Answers>((give, fail) => {
      asked.push(taskId);
      open.push({ taskId, give, fail });
    });
  const judge = (_: unknown, program: string) => {
    const name = program === 'right' ? 'passed' : program === 'broken' ? 'infra' : 'failed';
    return Promise.resolve({ name, testScore: 0, tests: [] } as Verdict);
  };
  return { follow: new Follow({ answers, judge }), open, asked };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('looks again when asked, newest first, an update once, and not while the last question is open', async () => {
  const { follow, open, asked } = policy();
  follow.begin(task);
  void follow.look();
  expect(asked).toEqual([task.id]);
  open[0].give({ update: 0, programs: ['wrong', 'right', 'wrong'], scores: Float32Array.of(0.5, 1, 0) });
  await settled();
  void follow.look();
  open[1].give({ update: 2, programs: ['broken', 'right', 'right'] });
  await settled();
  void follow.look();
  open[2].give({ update: 2, programs: ['right'] });
  await settled();
  expect(follow.looks).toEqual([
    { update: 2, passed: [true], score: undefined, usual: { program: 'right', times: 1 } },
    { update: 0, passed: [false, true, false], score: 0.5, usual: { program: 'wrong', times: 2 } },
  ]);
});

test('says why it could not ask, and goes on; what comes for another prompt is not shown', async () => {
  const { follow, open, asked } = policy();
  follow.begin(task);
  open[0].fail(new Error('There is no run yet.'));
  await settled();
  expect(follow.problem).toBe('There is no run yet.');
  void follow.look();
  follow.begin(another);
  expect(follow.problem).toBeUndefined();
  open[1].give({ update: 1, programs: ['right'] });
  await settled();
  expect(follow.looks).toEqual([]);
  expect(asked).toEqual([task.id, task.id, another.id]);
  open[2].give({ update: 1, programs: ['wrong'] });
  await settled();
  expect(follow.looks).toHaveLength(1);
  follow.end();
  void follow.look();
  expect([follow.looks, asked.length]).toEqual([[], 3]);
});

test('remembers no more than can be read', async () => {
  const { follow, open } = policy();
  follow.begin(task);
  for (let update = 0; update < 210; update++) {
    open[update].give({ update, programs: ['right'] });
    await settled();
    void follow.look();
  }
  expect(follow.looks).toHaveLength(200);
  expect(follow.looks[0].update).toBe(209);
});

test('the usual answer is the first of the most frequent', () => {
  expect(mostFrequent(['a', 'b', 'b', 'a', 'c'])).toEqual({ program: 'a', times: 2 });
});
