import type { CallReply, CallRequest, JudgeReply, JudgeRequest } from '../../protocol/messages.ts';
import { serve } from '../../protocol/remote.ts';
import type { Task } from '../../protocol/task.ts';
import type { Judge } from './judge.ts';

/**
 * Answers the policy worker's requests on a port, several at a time: the batch that is trained on before an evaluation, and calls, which
 * training waits for, before both.
 *
 * @param taskById throws where there is no such task
 * @returns stops answering, and takes back what still waits
 */
export function serveJudge(
  port: MessagePort,
  judge: Pick<Judge, 'judge' | 'call'>,
  taskById: (id: string) => Task,
): () => void {
  const stopped = new AbortController();
  serve<JudgeRequest | CallRequest, JudgeReply | CallReply>(port, async (request) => {
    if ('args' in request) return { outcomes: [...(await judge.call(request, stopped.signal))] };
    const { taskIds, programs, purpose } = request;
    const items = programs.map((program, row) => {
      const { entryPoint, tests } = taskById(taskIds[row]);
      return { program, entryPoint, tests };
    });
    const verdicts = await judge.judge(items, { priority: purpose, signal: stopped.signal });
    return {
      verdicts: verdicts.map(({ name, testScore, tests }) => ({
        ...{ name, testScore },
        passes: tests.map(({ verdict }) => verdict === 'passed'),
      })),
      problem: verdicts.find(({ name }) => name === 'infra')?.tests[0].message,
    };
  });
  return () => {
    stopped.abort(new Error('the run has ended'));
    port.onmessage = null;
    port.close();
  };
}
