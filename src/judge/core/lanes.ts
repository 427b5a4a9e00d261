import type { Verdict } from '../../protocol/verdict.ts';
import type { Outcome, ProgramJob } from './outcome.ts';
import type { OpenRunner } from './reports.ts';
import { JudgeScheduler, type JudgeItem, type JudgeOptions, type JudgeStats } from './scheduler.ts';

/** Each keeps a core busy and has an engine of its own: more would take from the run what they judge for. */
const MOST_LANES = 4;

/** Lanes for a machine: the policy and its reward model, which take turns, need the rest of it. */
export const lanesOn = (cores: number): number => Math.max(1, Math.min(MOST_LANES, Math.floor(cores / 2)));

/**
 * A judge of several runners. A program goes by its text, so that equal ones meet where their verdict is remembered; verdicts are the
 * same on any number of lanes.
 */
export class JudgeLanes {
  private readonly lanes: readonly JudgeScheduler[];

  /** @param inFlight see `JudgeScheduler` */
  constructor(open: OpenRunner, count: number, inFlight?: number) {
    this.lanes = Array.from({ length: count }, () => new JudgeScheduler(open, inFlight));
  }

  /** Of all lanes. */
  get stats(): Readonly<JudgeStats> {
    const sum = { ran: 0, cached: 0, lost: 0, ms: 0 };
    for (const { stats } of this.lanes)
      for (const name of Object.keys(sum) as (keyof JudgeStats)[]) sum[name] += stats[name];
    return sum;
  }

  /** See `JudgeScheduler.judge`. */
  async judge(items: readonly JudgeItem[], options: JudgeOptions = {}): Promise<Verdict[]> {
    const places = this.lanes.map((): number[] => []);
    items.forEach(({ program }, index) => places[laneOf(program, places.length)].push(index));
    const verdicts = Array<Verdict>(items.length);
    const { onVerdict } = options;
    const judged = this.lanes.map(async (lane, at) => {
      const own = places[at];
      const found = await lane.judge(
        own.map((index) => items[index]),
        { ...options, onVerdict: onVerdict && ((place, verdict) => onVerdict(own[place], verdict)) },
      );
      found.forEach((verdict, place) => (verdicts[own[place]] = verdict));
    });
    await Promise.all(judged);
    return verdicts;
  }

  /** See `JudgeScheduler.call`. */
  call(job: ProgramJob, signal?: AbortSignal): Promise<readonly Outcome[]> {
    return this.lanes[0].call(job, signal);
  }

  /** See `JudgeScheduler.close`. */
  close(): void {
    for (const lane of this.lanes) lane.close();
  }
}

/** FNV-1a of the text: any spread will do, as long as it is the same every time. */
function laneOf(program: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < program.length && lanes > 1; i++)
    hash = Math.imul(hash ^ program.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}
