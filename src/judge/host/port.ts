import type { JudgeReply, JudgeRequest } from '../../protocol/messages.ts';
import type { Task } from '../../protocol/task.ts';
import type { Judge } from './judge.ts';

/**
 * Answers the policy worker's requests on a port, several at a time.
 *
 * @param taskById throws where there is no such task
 * @param onFailure told what is our bug, such as an unknown task; the request then stays unanswered
 * @returns stops answering
 */
export function serveJudge(
  port: MessagePort,
  judge: Pick<Judge, 'judge'>,
  taskById: (id: string) => Task,
  onFailure: (error: unknown) => void,
): () => void {
  async function answer(request: JudgeRequest): Promise<void> {
    const items = request.programs.map((program, row) => {
      const { entryPoint, tests } = taskById(request.taskIds[row]);
      return { program, entryPoint, tests };
    });
    const verdicts = await judge.judge(items);
    const reply: JudgeReply = {
      id: request.id,
      verdicts: verdicts.map(({ name, testScore }) => ({ name, testScore })),
      problem: verdicts.find(({ name }) => name === 'infra')?.tests[0].message,
    };
    port.postMessage(reply);
  }
  port.onmessage = (event: MessageEvent<JudgeRequest>) => {
    answer(event.data).catch(onFailure);
  };
  return () => {
    port.onmessage = null;
    port.close();
  };
}
