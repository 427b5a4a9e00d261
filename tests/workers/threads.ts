import type { Beginning, OpenThreads, Threads } from '../../src/ui/run/threads.ts';
import type { Call } from '../../src/ppo/own/own-code.ts';
import type {
  CallReply,
  CallRequest,
  Command,
  Answer,
  JudgeReply,
  JudgeRequest,
  Notice,
  Question,
  RewardReply,
  RewardRequest,
} from '../../src/protocol/messages.ts';
import { Remote, serve } from '../../src/protocol/remote.ts';
import type { VerdictName } from '../../src/protocol/verdict.ts';
import { hashOf } from '../../src/tasks/vocabulary.ts';
import { Session } from '../../src/workers/session.ts';

export interface Neighbours {
  /** Where `models/` lies. */
  baseUrl: string;
  /** Of every program; without it a program's text decides whether it passes. */
  verdict?: VerdictName;
  /** Told of every request to the judge, which waits for what it returns. */
  onJudge?: (programs: readonly string[]) => void | Promise<void>;
  /** Where a filter's code runs. */
  call?: Call;
  /** What every scoring waits for. */
  beforeScore?: () => Promise<void>;
}

/** Whether a program passes where its text decides. */
export const passes = (program: string): boolean => hashOf(program) % 2 === 1;

/** A session of the real models between a reward worker that likes short responses and a judge, all in this thread. */
export function sessionThreads({ baseUrl, verdict, onJudge, call, beforeScore }: Neighbours): OpenThreads {
  return (beginning: Beginning, onNotice: (notice: Notice) => void): Threads => {
    let isClosed = false;
    const session = new Session((notice) => {
      // Through a port it arrives later, and as a copy.
      const copy = structuredClone(notice);
      setImmediate(() => {
        if (!isClosed) onNotice(copy);
      });
    });
    const [rewards, judge, page] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
    serve<RewardRequest, RewardReply>(rewards.port1, async (request) => {
      if (request.type === 'open') return undefined;
      await beforeScore?.();
      return Float32Array.from(request.lengths, (length) => -length / 30);
    });
    serve<JudgeRequest | CallRequest, JudgeReply | CallReply>(judge.port1, async (request) => {
      if ('args' in request) return { outcomes: [...(await call!(request))] };
      const { programs } = request;
      await onJudge?.(programs);
      const verdicts = programs.map((program) => {
        const name = verdict ?? (passes(program) ? 'passed' : 'failed');
        const testScore = name === 'passed' ? 1 : name === 'infra' ? NaN : 0.5;
        return { name, testScore, passes: [name === 'passed', name !== 'infra'] };
      });
      return { verdicts, problem: 'no frame.' };
    });
    const questions = new Remote<Question, Answer>(page.port1);
    const open: Command = {
      type: 'open',
      ...structuredClone(beginning),
      baseUrl,
      rewardPort: rewards.port2,
      judgePort: judge.port2,
      questionPort: page.port2,
    };
    session.handle(open);
    return {
      send: (command) => session.handle(structuredClone(command)),
      ask: (question) => questions.ask(question),
      close() {
        isClosed = true;
        session.handle({ type: 'pause' });
        questions.close(new Error('The run has ended.'));
        for (const { port1 } of [rewards, judge, page]) port1.close();
      },
    };
  };
}
