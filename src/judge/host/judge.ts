import type { Verdict } from '../../protocol/verdict.ts';
import type { Outcome, ProgramJob } from '../core/outcome.ts';
import { JudgeLanes, lanesOn } from '../core/lanes.ts';
import type { JudgeItem, JudgeOptions } from '../core/scheduler.ts';
import { openFrame } from './frame-runner.ts';

export type { JudgeItem, JudgeOptions };

/**
 * The page's judge: runs programs in sandboxed frames, which it owns, and compares what they return; one frame, or some where there
 * are cores for them. Expected values never leave the page. A frame is made when its first program comes.
 */
export class Judge {
  private readonly lanes: JudgeLanes;

  constructor(lanes = lanesOn(navigator.hardwareConcurrency || 2)) {
    this.lanes = new JudgeLanes(openFrame, lanes);
  }

  /** See `JudgeScheduler.judge`. */
  judge(items: readonly JudgeItem[], options?: JudgeOptions): Promise<Verdict[]> {
    return this.lanes.judge(items, options);
  }

  /** See `JudgeScheduler.call`. */
  call(job: ProgramJob, signal?: AbortSignal): Promise<readonly Outcome[]> {
    return this.lanes.call(job, signal);
  }
}
