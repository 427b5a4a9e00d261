import type { Verdict } from '../../protocol/verdict.ts';
import type { Outcome, ProgramJob } from '../core/outcome.ts';
import { JudgeScheduler } from '../core/scheduler.ts';
import type { JudgeItem, JudgeOptions } from '../core/scheduler.ts';
import { openFrame } from './frame-runner.ts';

export type { JudgeItem, JudgeOptions };

/**
 * The page's judge: runs programs in one sandboxed frame, which it owns, and compares what they return. Expected values
 * never leave the page. The frame is made when the first program comes.
 */
export class Judge {
  private readonly scheduler = new JudgeScheduler(openFrame);

  /** See `JudgeScheduler.judge`. */
  judge(items: readonly JudgeItem[], options?: JudgeOptions): Promise<Verdict[]> {
    return this.scheduler.judge(items, options);
  }

  /** See `JudgeScheduler.call`. */
  call(job: ProgramJob, signal?: AbortSignal): Promise<readonly Outcome[]> {
    return this.scheduler.call(job, signal);
  }
}
