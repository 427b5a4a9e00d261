/** Programs to be judged, from files of lines: refused is what cannot mean what it says. */
import type { Json, UnitTest } from '../../protocol/task.ts';
import { suiteOf } from '../core/expected.ts';
import { isEntryPoint } from '../core/outcome.ts';
import type { JudgeItem } from '../core/scheduler.ts';
import { isProblem, problemOf, type Problem } from './problem-set.ts';

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

export interface ReadPrograms {
  programs: FileProgram[];
  /** What is wrong with lines, as "FILE, line 3: …". */
  problems: string[];
  /** Problems of sets that were read. */
  tasks: number;
  /** Problems of which there is no program: none came with them, nor is there an answer. */
  unanswered: number;
  /** Assertions of those problems that say more than arguments and a value. */
  unread: number;
}

/** An answer to a problem of a set, which another line states. */
interface Completion {
  task: string;
  completion: string;
  where: string;
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

/** @throws Error at a number that JavaScript would take for another: too large, or with more digits than it holds */
function checkNumbers(text: string): void {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"')) continue;
    const value = Number(token);
    if (!Number.isFinite(value)) throw new Error(`${token} is larger than any number; give a finite one`);
    if (/^-?\d+$/.test(token) && BigInt(token) !== BigInt(value))
      throw new Error(`${token} would be read as ${BigInt(value)}; give an integer up to 2^53, or a text`);
  }
}

/** @throws Error saying what is wrong with the line */
function programOf(fields: Record<string, unknown>): FileProgram {
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

function isJsonList(text: string): boolean {
  if (!text.trimStart().startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** @throws Error, in one line, where a file as a whole cannot be meant */
function linesOf({ name, text }: Source): string[] {
  if (text.includes('\0')) throw new Error(`${name} is not UTF-8, it may be UTF-16`);
  if (isJsonList(text))
    throw new Error(`${name} is one JSON list, not an object a line; put each object on a line of its own`);
  return text.replace(/^\ufeff/, '').split('\n');
}

/** Collects what the lines of some files say. */
class Reader {
  readonly read: ReadPrograms = { programs: [], problems: [], tasks: 0, unanswered: 0, unread: 0 };
  readonly #tasks = new Map<string, Problem>();
  readonly #completions: Completion[] = [];
  readonly #tolerance: number;

  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  line(text: string, where: string): void {
    if (text.trim() === '') return;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Error('it is no object; expected {id, entryPoint, program, tests}');
      const fields = value as Record<string, unknown>;
      if (isProblem(fields)) this.#problem(problemOf(fields));
      else if (typeof fields.task_id === 'string' && typeof fields.completion === 'string')
        this.#completions.push({ task: fields.task_id, completion: fields.completion, where });
      else {
        checkNumbers(text);
        this.read.programs.push({ ...programOf(fields), tolerance: this.#tolerance });
      }
    } catch (error) {
      this.read.problems.push(`${where}: ${(error as Error).message}`);
    }
  }

  #problem(problem: Problem): void {
    const { task, unread, references } = problem;
    if (this.#tasks.has(task)) throw new Error(`${task} is there twice`);
    suiteOf(problem.tests);
    this.#tasks.set(task, problem);
    this.read.tasks++;
    this.read.unread += unread;
    for (const { name, program, label } of references) this.#add(problem, `${task}/${name}`, program, label);
  }

  #add(
    { task, entryPoint, tests, tolerance }: Problem,
    id: string,
    program: string,
    label?: 'pass' | 'fail',
  ) {
    const forgiven = Math.max(tolerance, this.#tolerance);
    this.read.programs.push({ id, task, entryPoint, program, tests, label, tolerance: forgiven });
  }

  /** Completions are put behind their problems' prompts, in whatever order the files came. */
  end(): ReadPrograms {
    const counts = new Map<string, number>();
    for (const { task, completion, where } of this.#completions) {
      const problem = this.#tasks.get(task);
      const number = (counts.get(task) ?? 0) + 1;
      counts.set(task, number);
      if (problem) this.#add(problem, `${task}/sample ${number}`, problem.prompt + completion);
      else
        this.read.problems.push(
          `${where}: it answers ${task}, which is not among the problems that could be read; add their file`,
        );
    }
    const answered = new Set(this.read.programs.map(({ task }) => task));
    this.read.unanswered = [...this.#tasks.keys()].filter((task) => !answered.has(task)).length;
    return this.read;
  }
}

/**
 * The programs of some files, an object a line: programs {id, entryPoint, program, tests, label?}; problems of HumanEval-X, HumanEvalPack or
 * MBXP, with the solutions that come with them; answers to such problems {task_id, completion}.
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
  const reader = new Reader(tolerance);
  for (const source of sources)
    for (const [index, text] of linesOf(source).entries()) {
      reader.line(text, `${source.name}, line ${index + 1}`);
      await pause?.();
    }
  return reader.end();
}
