/** Programs to be judged, from files of lines: refused is what cannot mean what it says. */
import type { Json, UnitTest } from '../../protocol/task.ts';
import { suiteOf } from '../core/expected.ts';
import { isEntryPoint } from '../core/outcome.ts';
import type { JudgeItem } from '../core/scheduler.ts';
import { problemsOf } from './import.ts';
import { checkNumbers, itemsOf, mostText, type Item } from './items.ts';
import type { Fields, Problem } from './problem.ts';

/** A program of a file, and the tests it is judged by. */
export interface FileProgram extends JudgeItem {
  id: string | number;
  label?: 'pass' | 'fail';
  /** The problem of a published set that it answers. */
  task?: string;
}

/** A file, or what was pasted. */
export interface Source {
  name: string;
  text: string;
}

/** What is told of the problems of sets. */
export interface ProblemCounts {
  /** Problems that can be judged by. */
  tasks: number;
  /** Of those, how many have no program yet: none came with them, nor is there an answer. */
  unanswered: number;
  /** What all problems assert, those included that cannot be judged by; and how much of it became tests. */
  assertions: number;
  tests: number;
}

export interface ReadPrograms extends ProblemCounts {
  programs: FileProgram[];
  /** What is wrong with lines, as "FILE, line 3: …". */
  problems: string[];
  /** What problems assert beyond arguments and a value, as "FILE, line 3: TASK, line 5 of its test: …". */
  unread: string[];
}

/** An answer to a problem of a set, which another line states. */
interface Answer {
  task: string;
  /** Put behind the problem's prompt. */
  completion?: string;
  /** A program as a whole. */
  program?: string;
  where: string;
}

/** Where what cannot be taken is told. */
interface Ears {
  /** A line as a whole, as "FILE, line 3: …". */
  problem: (told: string) => void;
  /** One assertion of a problem, as "FILE, line 3: TASK, line 5 of its test: …". */
  unread: (told: string) => void;
}

/** Tolerances that can be meant; a larger one would let wrong programs pass. */
export const largestTolerance = 1e-3;

function testsOf(value: unknown): UnitTest[] {
  if (!Array.isArray(value)) throw new Error(`tests is ${typeof value}; expected a list of {args, expected}`);
  return value.map((test: unknown, index) => {
    const { args, expected } = (test ?? {}) as { args?: Json[]; expected?: Json };
    if (!Array.isArray(args))
      throw new Error(`tests[${index}].args is no list; expected the arguments of the call`);
    if (expected === undefined)
      throw new Error(`tests[${index}].expected is missing; expected any JSON value`);
    return { args, expected };
  });
}

/** @throws Error saying what is wrong with the line */
function programOf(fields: Fields): FileProgram {
  const { id, entryPoint, program, tests, label } = fields;
  if (typeof id !== 'string' && typeof id !== 'number') throw new Error('id is missing; expected a text');
  if (typeof program !== 'string') throw new Error('program is missing; expected the text of a program');
  if (typeof entryPoint !== 'string' || !isEntryPoint(entryPoint))
    throw new Error(`entryPoint is ${JSON.stringify(entryPoint)}; expected the name of a function`);
  if (label !== undefined && label !== 'pass' && label !== 'fail')
    throw new Error(`label is ${JSON.stringify(label)}; expected "pass", "fail" or none`);
  const read: FileProgram = { id, entryPoint, program, tests: testsOf(tests), label };
  suiteOf(read.tests);
  return read;
}

/** An answer {task_id, completion} or {task_id, program}; undefined where an object is none. */
function answerOf({ task_id: task, completion, program }: Fields, where: string): Answer | undefined {
  if (typeof task !== 'string') return undefined;
  if (typeof completion === 'string') return { task, completion, where };
  return typeof program === 'string' ? { task, program, where } : undefined;
}

/**
 * Reads programs one object at a time: programs {id, entryPoint, program, tests, label?}; problems of HumanEval-X, HumanEvalPack, MBXP,
 * MultiPL-E (JavaScript) and Exercism, with the programs that come with them; answers to such problems {task_id, completion} or {task_id, program}. An
 * answer whose problem has not come waits for it.
 */
export class ProgramReader {
  readonly counts: ProblemCounts = { tasks: 0, unanswered: 0, assertions: 0, tests: 0 };
  readonly #tasks = new Map<string, Problem>();
  readonly #samples = new Map<string, number>();
  readonly #waiting = new Map<string, Answer[]>();
  #waitingLength = 0;
  readonly #answered = new Set<string>();
  readonly #tolerance: number;
  readonly #ears: Ears;

  /** @param tolerance how far a number may be off, relative to the larger, in [0, `largestTolerance`] */
  constructor(tolerance: number, ears: Ears) {
    this.#tolerance = tolerance;
    this.#ears = ears;
  }

  /** @returns the programs that can be judged now that this is known */
  take(item: Item, source: string): FileProgram[] {
    const { place, text } = item;
    const where = place === '' ? source : `${source}, ${place}`;
    try {
      const object: unknown = 'value' in item ? item.value : JSON.parse(text);
      if (typeof object !== 'object' || object === null || Array.isArray(object))
        throw new Error('it is no object; expected {id, entryPoint, program, tests}');
      const fields = object as Fields;
      const problems = problemsOf(fields);
      if (problems) return problems.flatMap((problem) => this.#problem(problem, where));
      const answer = answerOf(fields, where);
      if (answer) return this.#answer(answer);
      checkNumbers(text);
      return [{ ...programOf(fields), tolerance: this.#tolerance }];
    } catch (error) {
      this.#ears.problem(`${where}: ${(error as Error).message}`);
      return [];
    }
  }

  #problem(problem: Problem, where: string): FileProgram[] {
    const { task, entryPoint, tests, unread, references, completions } = problem;
    if (this.#tasks.has(task)) {
      this.#ears.problem(`${where}: ${task} is there twice`);
      return [];
    }
    this.counts.assertions += tests.length + unread.length;
    for (const { where: place, why } of unread) this.#ears.unread(`${where}: ${task}, ${place}: ${why}`);
    try {
      if (tests.length === 0)
        throw new Error(
          `none of its assertions is a call of ${entryPoint} and a value, so there is nothing to judge by`,
        );
      suiteOf(tests);
    } catch (error) {
      this.#ears.problem(`${where}: ${task}: ${(error as Error).message}`);
      return [];
    }
    this.#tasks.set(task, problem);
    this.counts.tasks++;
    this.counts.unanswered++;
    this.counts.tests += tests.length;
    const own = references.map(({ name, program, label }) =>
      this.#program(problem, `${task}/${name}`, program, label),
    );
    const answers = [
      ...completions.map((completion) => ({ task, completion, where })),
      ...(this.#waiting.get(task) ?? []),
    ];
    this.#waiting.delete(task);
    return [...own, ...answers.flatMap((answer) => this.#answer(answer))];
  }

  #answer(answer: Answer): FileProgram[] {
    const { task, completion, program, where } = answer;
    const problem = this.#tasks.get(task);
    if (!problem) {
      this.#waitingLength += (completion ?? program ?? '').length;
      const waiting = this.#waiting.get(task) ?? [];
      if (this.#waitingLength > mostText) this.#tellUnknown({ task, where });
      else this.#waiting.set(task, waiting).get(task)?.push(answer);
      return [];
    }
    const number = (this.#samples.get(task) ?? 0) + 1;
    this.#samples.set(task, number);
    return [
      this.#program(problem, `${task}/sample ${number}`, program ?? problem.prompt + (completion ?? '')),
    ];
  }

  #program(problem: Problem, id: string, program: string, label?: 'pass' | 'fail'): FileProgram {
    const { task, entryPoint, tests } = problem;
    if (!this.#answered.has(task)) this.counts.unanswered--;
    this.#answered.add(task);
    const tolerance = Math.max(problem.tolerance, this.#tolerance);
    return { id, task, entryPoint, program, tests, label, tolerance };
  }

  #tellUnknown({ task, where }: Pick<Answer, 'task' | 'where'>): void {
    this.#ears.problem(
      `${where}: it answers ${task}, which is not among the problems that could be read; add their file`,
    );
  }

  /** Nothing more comes: tells the answers that still wait. */
  end(): void {
    for (const answers of this.#waiting.values()) for (const answer of answers) this.#tellUnknown(answer);
    this.#waiting.clear();
  }
}

/** @throws Error, in one line that begins with the source's name, where the source as a whole cannot be meant */
export async function* programsIn(
  reader: ProgramReader,
  name: string,
  lines: Iterable<string> | AsyncIterable<string>,
  pause?: () => Promise<void> | undefined,
): AsyncGenerator<FileProgram> {
  try {
    for await (const item of itemsOf(lines)) {
      yield* reader.take(item, name);
      await pause?.();
    }
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The programs of some files: see `ProgramReader`.
 *
 * @param tolerance how far a number may be off, relative to the larger, in [0, `largestTolerance`]
 * @param pause asked after every line; what it returns is waited for
 * @throws Error, in one line, where a file as a whole cannot be meant
 */
export async function readPrograms(
  sources: readonly Source[],
  tolerance: number,
  pause?: () => Promise<void> | undefined,
): Promise<ReadPrograms> {
  const [programs, problems, unread]: [FileProgram[], string[], string[]] = [[], [], []];
  const reader = new ProgramReader(tolerance, {
    problem: (told) => problems.push(told),
    unread: (told) => unread.push(told),
  });
  for (const { name, text } of sources)
    for await (const program of programsIn(reader, name, text.split('\n'), pause)) programs.push(program);
  reader.end();
  return { programs, problems, unread, ...reader.counts };
}
