import type { Op, Plan } from './engine.ts';

/** What is timed: an op of a plan, or what an engine does besides, under a name that is no kernel's. */
export type Step = Pick<Op, 'slots' | 'dims'> & { readonly kernel: string };

/** A plan's steps in order, with milliseconds of each: means over the last `runs` timed runs, 0 before the first. */
export interface PlanTimes {
  readonly name: string;
  readonly runs: number;
  readonly steps: readonly (Step & { readonly ms: number })[];
}

/** Milliseconds by step, summed over some runs. */
interface Sums {
  readonly ms: Float64Array;
  runs: number;
}

interface Known {
  readonly steps: readonly Step[];
  /** What is older than the block before the one that grows is forgotten. */
  before: Sums;
  growing: Sums;
  /** Runs that are still to be timed. */
  due: number;
}

const BLOCK_RUNS = 32;

/**
 * What the steps of an engine's plans take, in runs that are made anyway: `next` asks for it. Browsers round their clocks, up or
 * down by chance, so that a mean over runs tells what a single run does not.
 */
export class OpTimes {
  /** Why nothing can be timed, in a sentence. */
  readonly problem: string | undefined;
  readonly #plans = new Map<Plan, Known>();
  readonly #perRequest: number;
  readonly #mostSteps: number;

  /** @param perRequest runs of each plan that `next` asks for; plans of more steps than `mostSteps` are not timed */
  constructor(perRequest: number, mostSteps = Infinity, problem?: string) {
    this.#perRequest = perRequest;
    this.#mostSteps = mostSteps;
    this.problem = problem;
  }

  /** Every plan is timed when it runs next. */
  next(): void {
    if (this.problem !== undefined) return;
    for (const known of this.#plans.values())
      if (known.steps.length <= this.#mostSteps) known.due = this.#perRequest;
  }

  add(plan: Plan, steps: readonly Step[]): void {
    this.#plans.set(plan, { steps, before: noSums(steps), growing: noSums(steps), due: 0 });
  }

  /** Whether a run that begins now is to be timed. */
  takes(plan: Plan): boolean {
    const known = this.#plans.get(plan);
    if (!known || known.due === 0) return false;
    known.due -= 1;
    return true;
  }

  /** Runs a plan's steps, each of which is done on return. */
  run(plan: Plan, steps: readonly (() => void)[]): void {
    if (!this.takes(plan)) {
      for (const step of steps) step();
      return;
    }
    let before = performance.now();
    const ms = steps.map((step) => {
      step();
      const begun = before;
      before = performance.now();
      return before - begun;
    });
    this.record(plan, ms);
  }

  /** @param ms by step */
  record(plan: Plan, ms: readonly number[]): void {
    const known = this.#plans.get(plan);
    if (!known) return; // The engine was freed meanwhile.
    if (known.growing.runs === BLOCK_RUNS) {
      known.before = known.growing;
      known.growing = noSums(known.steps);
    }
    const { growing } = known;
    growing.runs += 1;
    ms.forEach((value, i) => (growing.ms[i] += value));
  }

  /** In the order in which they were made. */
  get plans(): PlanTimes[] {
    return Array.from(this.#plans, ([{ name }, { steps, before, growing }]) => {
      const runs = before.runs + growing.runs;
      const mean = (i: number) => (before.ms[i] + growing.ms[i]) / Math.max(1, runs);
      return {
        name,
        runs,
        steps: steps.map(({ kernel, slots, dims }, i) => ({ kernel, slots, dims, ms: mean(i) })),
      };
    });
  }

  clear(): void {
    this.#plans.clear();
  }
}

function noSums(steps: readonly Step[]): Sums {
  return { ms: new Float64Array(steps.length), runs: 0 };
}
