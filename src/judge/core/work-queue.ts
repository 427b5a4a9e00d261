import type { Verdict } from '../../protocol/verdict.ts';
import type { Suite } from './expected.ts';
import type { Outcome } from './outcome.ts';

/** Whose programs go first: what somebody waits for, the batch of an update, an evaluation of hundreds. */
export const priorities = ['visitor', 'batch', 'evaluation'] as const;
export type Priority = (typeof priorities)[number];

/** A program that somebody waits for. */
export interface Work {
  id: number;
  /** Equal for equal programs with equal tests. */
  key: string;
  program: string;
  entryPoint: string;
  suite: Suite;
  tolerance: number;
  priority: Priority;
  /** A runner was lost while it was in flight: it runs alone, so that the next loss is its own. */
  isSuspect: boolean;
  askers: Set<(verdict: Verdict) => void>;
  /** Takes what came of each call as it is, where there is nothing to compare it with. */
  caller?: { resolve: (outcomes: readonly Outcome[]) => void; reject: (why: Error) => void };
}

/** Programs that are not in flight: the most urgent first, suspects after the others of their priority. */
export class WorkQueue {
  private readonly lanes = priorities.map(() => [new Set<Work>(), new Set<Work>()] as const);

  get size(): number {
    return this.lanes.flat().reduce((sum, lane) => sum + lane.size, 0);
  }

  private lane({ priority, isSuspect }: Work): Set<Work> {
    return this.lanes[priorities.indexOf(priority)][isSuspect ? 1 : 0];
  }

  add(work: Work): void {
    this.lane(work).add(work);
  }

  /** False where it was not in the queue. */
  remove(work: Work): boolean {
    return this.lane(work).delete(work);
  }

  /** Gives a work a higher priority; a lower one changes nothing. Its place is then behind those that have it already. */
  raise(work: Work, priority: Priority): void {
    if (priorities.indexOf(priority) >= priorities.indexOf(work.priority)) return;
    const isWaiting = this.remove(work);
    work.priority = priority;
    if (isWaiting) this.add(work);
  }

  /** The one to run next, which stays in the queue. */
  first(): Work | undefined {
    for (const lane of this.lanes.flat()) for (const work of lane) return work;
    return undefined;
  }

  /** Takes everything out. */
  clear(): Work[] {
    const all = this.lanes.flatMap((pair) => pair.flatMap((lane) => [...lane]));
    for (const lane of this.lanes.flat()) lane.clear();
    return all;
  }
}
