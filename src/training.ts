import { beside } from './beside.ts';
import type { Experience, Policy } from './model/policy.ts';
import type { Rollout } from './model/rollout.ts';
import type { Call } from './ppo/own/own-code.ts';
import { knobNames, knobTable, type ReadAt } from './ppo/knobs.ts';
import type { Phase } from './protocol/batch.ts';
import type { AdvantageKnobs, Knobs, RunConfig, ScoringTeacher } from './protocol/config.ts';
import type { RunEvent } from './protocol/events.ts';
import type { Recent, TrainingState } from './protocol/state.ts';
import type { Task } from './protocol/task.ts';
import type { Judged } from './protocol/verdict.ts';
import { poolsOf, type TaskPools } from './tasks/tasks.ts';
import type { Estimates } from './train.ts';

/** What is judged beside the loop, and how many of each may be unknown when the next is asked for. */
const BEHIND = { batch: 2, evaluation: 1 } as const;
export type Purpose = keyof typeof BEHIND;

/** What a run is given. */
export interface Given {
  readonly config: RunConfig;
  readonly policy: Policy;
  /** The visitor's knobs as they are now. */
  readonly knobs: () => Knobs;
  /** (R) standardised scores of a reward model. */
  readonly score: (rollout: Rollout, teacher: ScoringTeacher) => Promise<Float32Array>;
  readonly judge: (tasks: readonly Task[], programs: readonly string[], purpose: Purpose) => Promise<Judged>;
  /** Calls a function of a visitor's in the judge's sandbox; a filter or a score that is code needs it. */
  readonly call?: Call;
  /** Takes what becomes known beside the loop: `judged` and `evaluated`. */
  readonly emit: (event: RunEvent) => void;
  /** Sees every tensor of an update by name: for `npm run trace`, and for tests. Asking costs a read-back a step. */
  readonly observe?: Observe;
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}
/** `step` counts the Adam steps of the update, for what belongs to one. */
export type Observe = (update: number, name: string, tensor: Tensor, step?: number) => void;

/** Updates of which something is remembered: the page may show a batch some updates late. */
const REMEMBERED = 4;

/** What is remembered of an update, for whoever asks about its batch. Training itself does not read it. */
export interface Memory {
  /** Adam steps taken before its responses were written. */
  steps: number;
  temperature: number;
  /** Stages 6 and 7, once they are done, and the knobs that they used: row `rows[i]` of the batch is row i of the arrays. */
  worked?: { rows: readonly number[]; known: Experience; estimated: Estimates; used: AdvantageKnobs };
}

/** A run: what it was given, and how far it has come. `train` pulls it along; between two updates it can be saved. */
export class Training {
  readonly given: Given;
  readonly tasks: TaskPools;
  /** The last update that is done; undefined before the untrained policy's batch. */
  done: number | undefined;
  /** Knobs as they were last read. */
  inForce: Knobs;
  /** Of the batches whose truth is known. */
  recent: Recent;
  readonly #memory = new Map<number, Memory>();
  readonly #untold: Record<Purpose, Promise<unknown>[]> = { batch: [], evaluation: [] };
  readonly #last: Record<Purpose, Promise<unknown>> = {
    batch: Promise.resolve(),
    evaluation: Promise.resolve(),
  };

  /** With `from` the policy is set to where that state left it. */
  constructor(given: Given, from?: TrainingState) {
    this.given = given;
    this.tasks = poolsOf(given.config.tasks);
    this.done = from?.update;
    this.inForce = from?.knobs ?? given.config.knobs;
    this.recent = from?.recent ?? [];
    if (!from) return;
    given.policy.learner.restore(from.learner);
    given.policy.critic.learner.restore(from.critic);
  }

  /**
   * The knobs that `phase` reads, as they are now; the table decides which. Where they are others than before, an event says so.
   * `adjust` may put a visitor's wish off.
   */
  *knobsAt<Stage extends Phase>(
    update: number,
    phase: Stage,
    adjust: (now: Knobs) => Knobs = (now) => now,
  ): Generator<RunEvent, Pick<Knobs, ReadAt<Stage>>, void> {
    const names = knobNames.filter((name) => knobTable[name].readAt === phase) as ReadAt<Stage>[];
    const wanted = adjust(this.given.knobs());
    const now = pick(wanted, names);
    const changed = names.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(this.inForce[name]));
    if (changed.length > 0) {
      this.inForce = { ...this.inForce, ...now };
      yield { type: 'knobs', update, phase, knobs: structuredClone(pick(wanted, changed)) };
    }
    return now;
  }

  /** Says what the truth is once it is known: in the order in which it was asked for, each purpose by itself. */
  whenTold<Truth>(purpose: Purpose, truth: Promise<Truth>, say: (truth: Truth) => void): void {
    this.#untold[purpose].push(this.#after(purpose, truth, say));
  }

  /** Waits where too much is unknown yet. */
  async catchUp(purpose: Purpose): Promise<void> {
    const untold = this.#untold[purpose];
    while (untold.length > BEHIND[purpose]) await untold.shift();
  }

  /** To be taken between two updates, of which the next may begin at once. Settles once every truth up to here has been told. */
  state(): Promise<TrainingState> {
    const known = { update: this.done ?? 0, knobs: this.inForce };
    const recent = this.#after('batch', Promise.resolve(), () => this.recent);
    const { learner, critic } = this.given.policy;
    const all = Promise.all([learner.state(), critic.learner.state(), recent, this.#last.evaluation]);
    return beside(all.then(([own, theirs, r]) => ({ ...known, learner: own, critic: theirs, recent: r })));
  }

  /** Replaces what was remembered of the update, and forgets those long past. */
  remember(update: number, memory: Memory): void {
    this.#memory.set(update, memory);
    this.#memory.delete(update - REMEMBERED);
  }

  recall(update: number): Memory | undefined {
    return this.#memory.get(update);
  }

  /** Shows tensors of one shape to whoever observes. */
  show(
    update: number,
    shape: readonly number[],
    tensors: Readonly<Record<string, ArrayLike<number>>>,
    step?: number,
  ): void {
    for (const [name, values] of Object.entries(tensors))
      this.given.observe?.(update, name, { shape, values }, step);
  }

  #after<Known, Said>(purpose: Purpose, known: Promise<Known>, say: (value: Known) => Said): Promise<Said> {
    const said = beside(Promise.all([known, this.#last[purpose]]).then(([value]) => say(value)));
    this.#last[purpose] = said;
    return said;
  }
}

function pick<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  names: readonly Name[],
): Pick<Whole, Name> {
  return Object.fromEntries(names.map((name) => [name, whole[name]])) as Pick<Whole, Name>;
}
