import type { JudgeReply, JudgeRequest } from '../../protocol/messages.ts';
import { serve } from '../../protocol/remote.ts';
import type { Task } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import type { Judge } from './judge.ts';

/** Programs handed to the judge in one turn of the event loop: making the tests of hundreds at once would hold up the page. */
const inATurn = 16;

const channel = new MessageChannel();
const turns: (() => void)[] = [];
channel.port1.onmessage = () => turns.shift()?.();
/** Unlike a timer, not slowed down in a hidden tab. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    turns.push(resolve);
    channel.port2.postMessage(0);
  });
}

/**
 * Answers the policy worker's requests on a port, several at a time: the batch that is trained on before an evaluation.
 *
 * @param taskById throws where there is no such task
 * @returns stops answering, and takes back what still waits
 */
export function serveJudge(
  port: MessagePort,
  judge: Pick<Judge, 'judge'>,
  taskById: (id: string) => Task,
): () => void {
  const stopped = new AbortController();
  serve<JudgeRequest, JudgeReply>(port, async ({ taskIds, programs, purpose }) => {
    const parts: Promise<Verdict[]>[] = [];
    for (let first = 0; first < programs.length; first += inATurn) {
      await turn();
      const items = programs.slice(first, first + inATurn).map((program, i) => {
        const { entryPoint, tests } = taskById(taskIds[first + i]);
        return { program, entryPoint, tests };
      });
      const part = judge.judge(items, { priority: purpose, signal: stopped.signal });
      part.catch(() => undefined); // Thrown below, once all are handed over.
      parts.push(part);
    }
    const verdicts = (await Promise.all(parts)).flat();
    return {
      verdicts: verdicts.map(({ name, testScore }) => ({ name, testScore })),
      problem: verdicts.find(({ name }) => name === 'infra')?.tests[0].message,
    };
  });
  return () => {
    stopped.abort(new Error('the run has ended'));
    port.onmessage = null;
    port.close();
  };
}
