import type { OwnTask, Task, UnitTest } from '../protocol/task.ts';
import { compositionOfId, enumerate, functionOf, idOfComposition, type Composition } from './composition.ts';
import { signatureOf } from './own-tasks.ts';
import { promptOf, statementOf } from './statement.ts';
import { suiteOf } from './suite.ts';
import { encode, hashOf } from './vocabulary.ts';

/** A task made from a composition. What can be long is made when it is first asked for. */
class CompositionTask implements Task {
  readonly composition: Composition;
  readonly id: string;
  readonly entryPoint = 'f';
  #split?: Task['split'];
  #statement?: string;
  #promptIds?: readonly number[];
  #tests?: readonly UnitTest[];

  constructor(composition: Composition, id: string) {
    this.composition = composition;
    this.id = id;
  }

  /** By function, so that no held-out task is a training task in other words. */
  get split(): Task['split'] {
    return (this.#split ??= hashOf(functionOf(this.composition)) % 4 === 0 ? 'held-out' : 'train');
  }

  get statement(): string {
    return (this.#statement ??= statementOf(this.composition));
  }

  get signature(): string {
    return `function f(${this.composition.source === 'array' ? 'a' : 'n'}) {`;
  }

  get promptIds(): readonly number[] {
    return (this.#promptIds ??= encode(promptOf(this.statement)));
  }

  get tests(): readonly UnitTest[] {
    return (this.#tests ??= suiteOf(this.composition));
  }
}

/** Those that were asked for: the page wants a few of the thousands, and so makes only these. */
const made = new Map<string, CompositionTask>();

function taskOf(composition: Composition, id: string): CompositionTask {
  const known = made.get(id);
  if (known) return known;
  const task = new CompositionTask(composition, id);
  made.set(id, task);
  return task;
}

function everyTask(): CompositionTask[] {
  return enumerate().map((composition) => taskOf(composition, idOfComposition(composition)));
}

function ofSplit(split: Task['split']): CompositionTask[] {
  return all.filter((task) => task.split === split);
}

// Marked as pure: a bundle in which nobody names a list does not make it.
const all: readonly CompositionTask[] = /* @__PURE__ */ everyTask();

/** Every task, in a fixed order. */
export const tasks: readonly Task[] = all;

/** The tasks that training may use: those of three quarters of the functions. */
export const trainTasks: readonly Task[] = /* @__PURE__ */ ofSplit('train');

/** Those of functions that no training ever sees: a quarter, though every single concept occurs in training. */
export const heldOutTasks: readonly Task[] = /* @__PURE__ */ ofSplit('held-out');

/** The task of this id; one of a visitor's own where this thread knows it. Throws where there is none. */
export function taskById(id: string): Task {
  return written.get(id) ?? compositionTask(id);
}

/** Tasks of visitors' own that this thread knows. */
const written = new Map<string, Task>();

const contentOf = ({ statement, signature, tests }: Pick<Task, 'statement' | 'signature' | 'tests'>) =>
  JSON.stringify([statement, signature, tests]);

/**
 * Makes tasks of a visitor's own known to this thread, so that they can be found by their ids; they are the same objects each time. All
 * that a page needs of them: `poolsOf` makes the corpus too.
 * @throws where an id is that of another task: its tests would judge this one
 */
export function tasksOf(own: readonly OwnTask[]): Task[] {
  return own.map((task) => {
    const content = contentOf(task);
    const id = `own/${hashOf(content).toString(16)}`;
    const known = written.get(id);
    if (known && contentOf(known) !== content)
      throw new Error(
        `The tasks “${known.statement}” and “${task.statement}” cannot be told apart: change one of them.`,
      );
    if (known) return known;
    const { statement, signature, split, tests } = task;
    const { entryPoint } = signatureOf(signature)!;
    const made: Task = {
      id,
      statement,
      signature,
      split,
      tests,
      entryPoint,
      promptIds: encode(promptOf(statement)),
    };
    written.set(id, made);
    return made;
  });
}

/** What a run trains on, and is measured on. */
export interface TaskPools {
  train: readonly Task[];
  /** The same `count` tasks of a split each time; of the corpus fewer where it has fewer, of a visitor's own each again until there are so many. */
  evaluated: (split: Task['split'], count: number) => readonly Task[];
}

/** The corpus, or what a visitor brought, which is then known to this thread. */
export function poolsOf(own: readonly OwnTask[] | undefined): TaskPools {
  if (!own) return { train: trainTasks, evaluated: evalTasks };
  const all = tasksOf(own);
  const ofOwn = (split: Task['split']) => all.filter((_, i) => own[i].split === split);
  const evaluated = (split: Task['split'], count: number) => {
    const some = ofOwn(split);
    return Array.from({ length: count }, (_, i) => some[i % some.length]);
  };
  return { train: ofOwn('train'), evaluated };
}

/** What a task is made of, for those who write solutions. Throws where there is no task of this id. */
export function compositionOf(task: Pick<Task, 'id'>): Composition {
  return compositionTask(task.id).composition;
}

function compositionTask(id: string): CompositionTask {
  const composition = made.get(id)?.composition ?? compositionOfId(id);
  if (composition === undefined)
    throw new RangeError(`taskById: got "${id}", expected an id such as "array/even/doubled/sum"`);
  return taskOf(composition, id);
}

/**
 * The same `count` tasks of a split each time, fewer where it has fewer, spread evenly over sources and reducers: each
 * is there in proportion to its tasks.
 */
export function evalTasks(split: Task['split'], count: number): Task[] {
  const strata = ({ composition: { source, reducer } }: CompositionTask) => `${source}/${reducer}`;
  const ordered = ofSplit(split)
    .map((task) => ({ task, stratum: strata(task), hash: hashOf(/* @wc-ignore */ `evaluation ${task.id}`) }))
    .sort((a, b) => (a.stratum < b.stratum ? -1 : a.stratum > b.stratum ? 1 : a.hash - b.hash));
  const wanted = Math.min(count, ordered.length);
  return Array.from({ length: wanted }, (_, i) => ordered[Math.floor((i * ordered.length) / wanted)].task);
}
