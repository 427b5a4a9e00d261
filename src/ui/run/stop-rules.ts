import { fixed } from '../format.ts';
import { recall, remember } from '../tab-memory.ts';
import type { LiveRun } from './live-run.ts';

/** When a run is to pause by itself: whatever comes first. What is not set has no say. */
export interface StopRules {
  /** After this update. */
  updates?: number;
  /** Of training, since Train was last pressed. */
  minutes?: number;
  /** Nats per response, as an evaluation measures it. */
  kl?: number;
  /** Held-out pass@1, 0 … 1. */
  passRate?: number;
}

/** How far a run has come, in the terms of the rules. */
type Progress = Required<Pick<StopRules, 'updates' | 'minutes'>> &
  Pick<StopRules, 'kl' | 'passRate'> & {
    /** The update of the last evaluation: its numbers come while training goes on. */
    evaluated?: number;
  };

export const ruleNames = ['updates', 'minutes', 'kl', 'passRate'] as const satisfies (keyof StopRules)[];

/** What a rule may be set to, as a person types it. */
export const rules: Readonly<
  Record<keyof StopRules, { label: string; low: number; high: number; step: number }>
> = {
  updates: { label: 'after update', low: 1, high: 100_000, step: 1 },
  minutes: { label: 'after minutes', low: 0.1, high: 10_000, step: 0.1 },
  kl: { label: 'when the KL reaches', low: 0.01, high: 1000, step: 0.01 },
  passRate: { label: 'when held-out pass@1 reaches', low: 0.01, high: 1, step: 0.01 },
};

/** Where a tab remembers its rules. */
const RULES = 'pf-ppo-stop-rules';

/** The rules that were set last in this tab, those that can be. */
export function recalledRules(): StopRules {
  const known = (recall(RULES) ?? {}) as Record<string, unknown>;
  const isRule = (rule: keyof StopRules, value: unknown) =>
    typeof value === 'number' && value >= rules[rule].low && value <= rules[rule].high;
  return Object.fromEntries(
    ruleNames.flatMap((rule) => (isRule(rule, known[rule]) ? [[rule, known[rule]]] : [])),
  );
}

/** @returns the rules, which the tab remembers */
export function rememberedRules(wanted: StopRules): StopRules {
  remember(RULES, wanted);
  return wanted;
}

const isMet = (rule: keyof StopRules, wanted: number | undefined, progress: Progress) =>
  wanted !== undefined && (progress[rule] ?? -Infinity) >= wanted;

/** The rules that have not been met: a run that has reached one and is told to go on is not stopped by it again. */
function dueOf(wanted: StopRules, progress: Progress): StopRules {
  const due = ruleNames.filter((rule) => wanted[rule] !== undefined && !isMet(rule, wanted[rule], progress));
  return Object.fromEntries(due.map((rule) => [rule, wanted[rule]]));
}

/** Why the run is to pause now, as a sentence; undefined where it is not. */
function reachedOf(wanted: StopRules, progress: Progress): string | undefined {
  const rule = ruleNames.find((one) => isMet(one, wanted[one], progress));
  switch (rule) {
    case 'updates':
      return `Paused as was set, after update ${wanted.updates}.`;
    case 'minutes':
      return `Paused as was set, after ${wanted.minutes} min of training.`;
    case 'kl':
      return `Paused as was set: the KL was ${fixed(progress.kl)} after update ${progress.evaluated}, and ${wanted.kl} was the limit.`;
    case 'passRate':
      return `Paused as was set: held-out pass@1 was ${fixed(progress.passRate)} after update ${progress.evaluated}, and ${wanted.passRate} was the goal.`;
    case undefined:
      return undefined;
  }
}

/** "update 40 or KL 2"; undefined where nothing is set. */
export function rulesText({ updates, minutes, kl, passRate }: StopRules): string | undefined {
  const parts = [
    updates === undefined ? [] : `update ${updates}`,
    minutes === undefined ? [] : `${minutes} min`,
    kl === undefined ? [] : `KL ${kl}`,
    passRate === undefined ? [] : `pass@1 ${passRate}`,
  ].flat();
  return parts.length > 0 ? parts.join(/* @wc-include */ ' or ') : undefined;
}

/** Has a run train until a rule says otherwise. */
export class StopWatch {
  #due: StopRules = {};
  #begun = 0;

  /** From now on the run heeds these rules, as far as it has not met them. */
  play({ client, model }: LiveRun, wanted: StopRules): void {
    this.#begun = performance.now();
    this.#due = dueOf(wanted, this.#progressOf(model));
    const { updates, kl, passRate } = this.#due;
    client.play({ update: updates, kl, passRate });
  }

  /** To be asked whenever something has become known: pauses the run where a rule is met, and says why, once. */
  heed({ client, model }: LiveRun): string | undefined {
    if (Object.keys(this.#due).length === 0) return undefined;
    const progress = this.#progressOf(model);
    const why = reachedOf(this.#due, progress);
    if (why === undefined) return undefined;
    // At the end of an update it pauses by itself; told to, it would pause before its evaluation.
    if (!isMet('updates', this.#due.updates, progress)) client.pause();
    this.#due = {};
    return why;
  }

  #progressOf({ history, finished }: LiveRun['model']): Progress {
    return {
      updates: finished,
      minutes: (performance.now() - this.#begun) / 60_000,
      kl: history.latest('eval/kl')?.value,
      passRate: history.latest('eval/pass@1_held_out')?.value,
      evaluated: history.latest('eval/kl')?.update,
    };
  }
}
