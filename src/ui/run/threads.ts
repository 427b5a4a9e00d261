import type { Judge } from '../../judge/host/judge.ts';
import { serveJudge } from '../../judge/host/port.ts';
import type { EngineChoice, RunConfig } from '../../protocol/config.ts';
import type { Answer, Command, Notice, Question } from '../../protocol/messages.ts';
import { Remote } from '../../protocol/remote.ts';
import type { TrainingState } from '../../protocol/state.ts';
import { taskById } from '../../tasks/tasks.ts';

/** What a run begins with: its configuration, and where it goes on from. */
export interface Beginning {
  config: RunConfig;
  from?: TrainingState;
}

/** The threads of one run. */
export interface Threads {
  send(command: Exclude<Command, { type: 'open' }>): void;
  ask(question: Question): Promise<Answer>;
  /** Ends them: nothing comes any more, and what was asked is rejected. */
  close(): void;
}

export type OpenThreads = (
  beginning: Beginning,
  onNotice: (notice: Notice) => void,
  /** A thread ended, or could not begin. */
  onLost: (why: string) => void,
) => Threads;

/** By the files' names, which a build looks for. */
function pairFor(engine: EngineChoice): { policy: Worker; rewards: Worker } {
  if (engine === 'tfjs')
    return {
      policy: new Worker(new URL('../../workers/policy-tfjs.worker.ts', import.meta.url), { type: 'module' }),
      rewards: new Worker(new URL('../../workers/reward-tfjs.worker.ts', import.meta.url), {
        type: 'module',
      }),
    };
  return {
    policy: new Worker(new URL('../../workers/policy.worker.ts', import.meta.url), { type: 'module' }),
    rewards: new Worker(new URL('../../workers/reward.worker.ts', import.meta.url), { type: 'module' }),
  };
}

/**
 * A pair of workers, for policy and reward model, with the page's judge at hand. New ones each time: nothing of a run before can
 * hang, leak or arrive late.
 */
export function workersWith(judge: Pick<Judge, 'judge' | 'call'>): OpenThreads {
  return (beginning, onNotice, onLost) => {
    const { policy, rewards } = pairFor(beginning.config.engine);
    const [toRewards, toJudge, toPolicy] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
    const questions = new Remote<Question, Answer>(toPolicy.port1);
    const stopJudge = serveJudge(toJudge.port1, judge, taskById);
    policy.onmessage = ({ data }: MessageEvent<Notice>) => onNotice(data);
    for (const worker of [policy, rewards])
      worker.onerror = ({ message }) => onLost(message || 'it could not be loaded');
    rewards.postMessage({ type: 'port', port: toRewards.port1 }, [toRewards.port1]);
    const open: Command = {
      type: 'open',
      ...beginning,
      baseUrl: new URL('.', document.baseURI).href,
      rewardPort: toRewards.port2,
      judgePort: toJudge.port2,
      questionPort: toPolicy.port2,
    };
    policy.postMessage(open, [toRewards.port2, toJudge.port2, toPolicy.port2]);
    return {
      send: (command) => policy.postMessage(command),
      ask: (question) => questions.ask(question),
      close() {
        for (const worker of [policy, rewards]) {
          worker.onmessage = worker.onerror = null;
          worker.terminate();
        }
        questions.close(new Error('The run has ended.'));
        stopJudge();
      },
    };
  };
}
