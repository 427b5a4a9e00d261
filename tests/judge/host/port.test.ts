import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createNodeJudge } from '../../../scripts/node-judge.ts';
import type { NodeJudge } from '../../../scripts/node-judge.ts';
import { Remote } from '../../../src/protocol/remote.ts';
import { serveJudge } from '../../../src/judge/host/port.ts';
import type { CallReply, CallRequest, JudgeReply, JudgeRequest } from '../../../src/protocol/messages.ts';
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
  const stop = serveJudge(port, judge, taskById);
  const asker = new Remote<JudgeRequest, JudgeReply>(worker);
  const request: JudgeRequest = {
    taskIds: ['double', 'add-one', 'double'],
    programs: ['f = (x) => x * x', 'f = (x) => x * x', 'f = ('],
    purpose: 'batch',
  };
  expect(await asker.ask(request)).toEqual({
    verdicts: [
      { name: 'passed', testScore: 1, passes: [true] },
      { name: 'failed', testScore: 0, passes: [false] },
      { name: 'syntax', testScore: 0, passes: [false] },
    ],
  });
  const calls = new Remote<CallRequest, CallReply>(worker);
  const program = 'function f(x) {\n  return x.y.z;\n}';
  expect(await calls.ask({ program, entryPoint: 'f', args: ['[{"y":{"z":0.5}}]', '[{}]'] })).toEqual({
    outcomes: [
      { kind: 'value', text: '#3fe0000000000000' },
      { kind: 'threw', text: "TypeError: cannot read property 'z' of undefined", line: 2 },
    ],
  });
  await expect(
    new Remote<JudgeRequest, JudgeReply>(worker).ask({ ...request, taskIds: ['unknown'] }),
  ).rejects.toThrow('no task unknown');
  stop();
  worker.close();
});

test('a run that ends takes back what it still waits for', async () => {
  const { port1: port, port2: worker } = new MessageChannel();
  const signals: (AbortSignal | undefined)[] = [];
  const priorities: unknown[] = [];
  const stop = serveJudge(
    port,
    {
      judge: (_items, options) => {
        signals.push(options?.signal);
        priorities.push(options?.priority);
        return new Promise(() => undefined);
      },
      call: (_request, signal) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    },
    taskById,
  );
  const asker = new Remote<JudgeRequest | CallRequest, JudgeReply | CallReply>(worker);
  void asker.ask({ taskIds: ['double'], programs: ['f = 1'], purpose: 'evaluation' });
  void asker.ask({ program: 'f = () => 1', entryPoint: 'f', args: ['[]'] });
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  expect(priorities).toEqual(['evaluation']);
  expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  stop();
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  worker.close();
});
