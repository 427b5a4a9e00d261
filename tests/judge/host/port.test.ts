import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createNodeJudge } from '../../../scripts/node-judge.ts';
import type { NodeJudge } from '../../../scripts/node-judge.ts';
import { serveJudge } from '../../../src/judge/host/port.ts';
import type { JudgeReply, JudgeRequest } from '../../../src/protocol/messages.ts';
import type { Task } from '../../../src/protocol/task.ts';

function task(id: string, expected: number): Task {
  const tests = [{ args: [2], expected }];
  return { id, statement: '', promptIds: [], signature: '', entryPoint: 'f', split: 'train', tests };
}
const tasks = new Map(
  [task('double', 4), task('square', 4), task('add-one', 3)].map((known) => [known.id, known]),
);
function taskById(id: string): Task {
  const found = tasks.get(id);
  if (!found) throw new Error(`no task ${id}`);
  return found;
}

let judge: NodeJudge;
beforeAll(async () => {
  judge = await createNodeJudge();
});
afterAll(() => judge.close());

test('requests are answered with names and scores; our own mistakes are told apart', async () => {
  const { port1: port, port2: worker } = new MessageChannel();
  const onFailure = vi.fn();
  const stop = serveJudge(port, judge, taskById, onFailure);
  const request: JudgeRequest = {
    id: 7,
    taskIds: ['double', 'add-one', 'double'],
    programs: ['f = (x) => x * x', 'f = (x) => x * x', 'f = ('],
  };
  const answered = new Promise<JudgeReply>((resolve) => {
    worker.onmessage = (event: MessageEvent<JudgeReply>) => resolve(event.data);
  });
  worker.postMessage(request);
  expect(await answered).toEqual({
    id: 7,
    verdicts: [
      { name: 'passed', testScore: 1 },
      { name: 'failed', testScore: 0 },
      { name: 'syntax', testScore: 0 },
    ],
  });
  worker.postMessage({ id: 8, taskIds: ['unknown'], programs: ['f = 1'] });
  await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith(new Error('no task unknown')));
  stop();
  worker.close();
});
