import type { Task, UnitTest } from '../protocol/task.ts';
import { enumerate, idOfComposition, type Composition } from './composition.ts';
import { promptOf, statementOf } from './statement.ts';
import { suiteOf } from './suite.ts';
import { encode, hashOf } from './vocabulary.ts';

/** A task made from a composition. Its prompt and its tests are made when they are first asked for. */
class CompositionTask implements Task {
  readonly composition: Composition;
  readonly id: string;
  readonly statement: string;
  readonly signature: string;
  readonly entryPoint = 'f';
  readonly split: 'train' | 'held-out';
  #promptIds?: readonly number[];
  #tests?: readonly UnitTest[];

  constructor(composition: Composition) {
    this.composition = composition;
    this.id = idOfComposition(composition);
    this.statement = statementOf(composition);
    this.signature = `function f(${composition.source === 'array' ? 'a' : 'n'}) {`;
    this.split = hashOf(this.id) % 4 === 0 ? 'held-out' : 'train';
  }

  get promptIds(): readonly number[] {
    return (this.#promptIds ??= encode(promptOf(this.statement)));
  }

  get tests(): readonly UnitTest[] {
    return (this.#tests ??= suiteOf(this.composition));
  }
}

const all: readonly CompositionTask[] = enumerate().map((composition) => new CompositionTask(composition));
const byId = new Map(all.map((task) => [task.id, task]));

/** Every task, in a fixed order. */
export const tasks: readonly Task[] = all;

/** The tasks that training may use: three quarters of the compositions. */
export const trainTasks: readonly Task[] = all.filter((task) => task.split === 'train');

/** The compositions that no training ever sees: a quarter, though every single concept occurs in training. */
export const heldOutTasks: readonly Task[] = all.filter((task) => task.split === 'held-out');

/** The task of this id. Throws where there is none. */
export function taskById(id: string): Task {
  return compositionTask(id);
}

/** What a task is made of, for those who write solutions. Throws where there is no task of this id. */
export function compositionOf(task: Pick<Task, 'id'>): Composition {
  return compositionTask(task.id).composition;
}

function compositionTask(id: string): CompositionTask {
  const task = byId.get(id);
  if (task === undefined)
    throw new Error(`taskById: got "${id}", expected one of ${all.length} ids such as "${all[0].id}"`);
  return task;
}

/**
 * The same `count` tasks of a split each time, fewer where it has fewer, spread evenly over sources and reducers: each
 * is there in proportion to its tasks.
 */
export function evalTasks(split: Task['split'], count: number): Task[] {
  const strata = ({ composition: { source, reducer } }: CompositionTask) => `${source}/${reducer}`;
  const ordered = all
    .filter((task) => task.split === split)
    .map((task) => ({ task, stratum: strata(task), hash: hashOf(`evaluation ${task.id}`) }))
    .sort((a, b) => (a.stratum < b.stratum ? -1 : a.stratum > b.stratum ? 1 : a.hash - b.hash));
  const wanted = Math.min(count, ordered.length);
  return Array.from({ length: wanted }, (_, i) => ordered[Math.floor((i * ordered.length) / wanted)].task);
}
