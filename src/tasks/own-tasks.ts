/** Tasks of a visitor's own: what can be one, and a file of them, read with every problem by its place. */
import type { Json, OwnTask, Task, UnitTest } from '../protocol/task.ts';
import { piecesOf } from './json-list.ts';
import { lexemesOf } from './program-text.ts';
import { promptOf } from './statement.ts';
import { contextLength, idOf, lexemes } from './vocabulary.ts';

/** Tasks of a file, tests of a task, characters of a task's tests as JSON, and of a whole file. */
const [MOST_TASKS, MOST_TESTS, MOST_TESTS_TEXT, MOST_TEXT] = [500, 100, 20_000, 2_000_000];
/** Lists in lists that a value can be. */
const DEEPEST = 20;
/** Tokens that are left for a program, its end included. */
const ROOM = 16;
/** Every so many-th task is held out, where the file does not say which are. */
const HELD_OUT_EVERY = 4;
/** Problems that are told of one file. */
const MOST_PROBLEMS = 20;

const fields = ['statement', 'signature', 'tests', 'split', 'reference', 'id'];
/** Of the whole line, so that what follows is the body. */
const SIGNATURE = /^function ([A-Za-z_$][\w$]*)\(([^()]*)\) \{$/;
const splits: readonly Task['split'][] = ['train', 'held-out'];

/** The words that a statement may be made of, `,` apart. */
export const words: readonly string[] = lexemes.filter((lexeme) => /^[a-z0-9]+$/.test(lexeme));

/** The function's name and its parameters; undefined where the text is no signature. */
export function signatureOf(signature: string): { entryPoint: string; parameters: string[] } | undefined {
  const [, entryPoint, list] = SIGNATURE.exec(signature) ?? [];
  if (entryPoint === undefined) return undefined;
  const parameters = list.split(',').map((name) => name.trim());
  return { entryPoint, parameters: list.trim() === '' ? [] : parameters };
}

function splitProblem(split: unknown): string | undefined {
  if (split === undefined || splits.includes(split as Task['split'])) return undefined;
  return `split is ${JSON.stringify(split)}; it can be ${splits.map((name) => `"${name}"`).join(' or ')}.`;
}

function referenceProblem(reference: unknown): string | undefined {
  const isProgram = typeof reference === 'string' && lexemesOf(reference).length > 0;
  return reference === undefined || isProgram
    ? undefined
    : 'reference is no program; give one that is right, or leave it out.';
}

function statementProblem(statement: unknown): string | undefined {
  if (typeof statement !== 'string' || statement.trim() === '') return 'statement is missing; give a text.';
  const strange = /[^a-z0-9, ]/.exec(statement)?.[0];
  if (strange !== undefined)
    return `statement has "${strange}"; it can have small letters, digits, spaces and commas.`;
  const prompt = promptOf(statement);
  const unknown = prompt.filter((word) => idOf(word) === undefined);
  if (unknown.length > 0)
    return `statement has ${unknown.map((word) => `"${word}"`).join(', ')}, which the models cannot read; say it in the words they know.`;
  const most = contextLength - ROOM;
  return prompt.length > most
    ? `statement has ${prompt.length} words; the models can read up to ${most} and then still answer.`
    : undefined;
}

function signatureProblem(signature: unknown): string | undefined {
  const parts = typeof signature === 'string' ? signatureOf(signature) : undefined;
  if (!parts) return 'signature is no line such as "function f(a) {".';
  const unknown = [...parts.parameters].find((name) => idOf(name) === undefined || !/^[a-z]$/.test(name));
  if (unknown !== undefined)
    return `signature has the parameter "${unknown}"; the models write ${lexemes.filter((one) => /^[a-z]$/.test(one)).join(', ')}.`;
  const twice = parts.parameters.find((name, i) => parts.parameters.indexOf(name) !== i);
  return twice === undefined ? undefined : `signature has the parameter "${twice}" twice.`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether JSON can say it: finite numbers, no holes, nothing but plain data, not too deep. */
function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth === DEEPEST) return false;
  if (Array.isArray(value)) return value.every((part) => isJson(part, depth + 1));
  return isObject(value) && Object.values(value).every((part) => isJson(part, depth + 1));
}

function testsProblem(tests: unknown, parameters: number): string | undefined {
  if (!Array.isArray(tests) || tests.length === 0)
    return 'tests is missing; give a list such as [{"args": [[1, 2]], "expected": 3}].';
  if (tests.length > MOST_TESTS) return `tests are ${tests.length}; up to ${MOST_TESTS} can be.`;
  for (const [i, test] of (tests as unknown[]).entries()) {
    const where = `tests, the ${i + 1}.`;
    if (!isObject(test) || !Array.isArray(test.args))
      return `${where}: args is missing; give a list of arguments.`;
    if (test.args.length !== parameters)
      return `${where}: args has ${test.args.length}; the signature has ${parameters}.`;
    if (!('expected' in test)) return `${where}: expected is missing; give the value that must come back.`;
    if (!isJson(test.args) || !isJson(test.expected))
      return `${where}: it has a value that is no plain JSON, or nested deeper than ${DEEPEST}.`;
    const other = Object.keys(test).find((name) => name !== 'args' && name !== 'expected');
    if (other !== undefined) return `${where}: "${other}" is no part of a test; args and expected are.`;
  }
  return JSON.stringify(tests).length > MOST_TESTS_TEXT
    ? `tests are longer than ${MOST_TESTS_TEXT} characters; make them fewer or smaller.`
    : undefined;
}

/** What is wrong with something that should be a task, as a sentence, and of which field; undefined where nothing is. */
function taskProblem(task: unknown): { said: string; field?: string } | undefined {
  if (!isObject(task)) return { said: 'it is no object with statement, signature and tests.' };
  const other = Object.keys(task).find((name) => !fields.includes(name));
  if (other !== undefined)
    return { field: other, said: `"${other}" is no field of a task; there are ${fields.join(', ')}.` };
  const { statement, signature, tests, split, reference } = task;
  const parameters = typeof signature === 'string' ? signatureOf(signature)?.parameters.length : 0;
  const problems = {
    split: splitProblem(split),
    reference: referenceProblem(reference),
    statement: statementProblem(statement),
    signature: signatureProblem(signature),
    tests: testsProblem(tests, parameters ?? 0),
  };
  for (const [field, said] of Object.entries(problems)) if (said !== undefined) return { field, said };
  return undefined;
}

/** What is wrong with the tasks that a run comes with, as a sentence; undefined where they can be trained on. */
export function checkTasks(tasks: unknown): string | undefined {
  if (!Array.isArray(tasks)) return 'The tasks are no list.';
  if (tasks.length > MOST_TASKS) return `The tasks are ${tasks.length}; up to ${MOST_TASKS} can be.`;
  for (const [i, task] of (tasks as unknown[]).entries()) {
    const problem =
      taskProblem(task)?.said ?? (splits.includes((task as OwnTask).split) ? undefined : 'split is missing.');
    if (problem !== undefined) return `Task ${i + 1}: ${problem}`;
  }
  const missing = splits.find((split) => !(tasks as OwnTask[]).some((task) => task.split === split));
  return missing === undefined ? undefined : `No task is ${missing}.`;
}

/**
 * A file of tasks, each with the program that is said to be right, where there is one; or what is wrong with it, in its order, and whether it
 * is a file of programs to judge instead.
 */
export type ReadTasks =
  | { tasks: OwnTask[]; references: (string | undefined)[]; problems?: undefined }
  | { problems: string[]; isForJudge?: true; tasks?: undefined };

/** One thing that a file holds. */
interface Item {
  /** "line 3" or "task 3". */
  name: string;
  value?: unknown;
  problem?: string;
  /** Where it is, or a field of it, as the beginning of a sentence. */
  where: (field?: string) => string;
}

/** How browsers end what they say of wrong JSON: of a piece it is not the place in the file. */
const PLACE = /(?: in JSON)? at (?:position (\d+)(?: \(line \d+ column \d+\))?|line (\d+) column .*)$/;

/** @returns `line`: of the text, from 1, that the problem is in, where the browser says it */
function parsed(text: string): Pick<Item, 'value' | 'problem'> & { line?: number } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const { message } = error as Error;
    const [, position, said] = PLACE.exec(message) ?? [];
    const line =
      position === undefined ? Number(said ?? 1) : text.slice(0, Number(position)).split('\n').length;
    return { problem: `it is no JSON: ${message.replace(PLACE, '')}.`, line };
  }
}

/** The items of a JSON list, or of JSON lines. */
function itemsOf(text: string): Item[] {
  if (!text.trimStart().startsWith('['))
    return text.split('\n').flatMap((line, i) => {
      const { value, problem } = parsed(line);
      const item = { name: `line ${i + 1}`, where: () => `Line ${i + 1}`, value, problem };
      return line.trim() === '' ? [] : [item];
    });
  const { pieces, problem: ofList } = piecesOf(text);
  const items = pieces.map((piece, i): Item => {
    const {
      value,
      problem,
      line = 1,
    } = piece.text === '' ? { problem: 'a comma leads to it, and nothing is there.' } : parsed(piece.text);
    const lineOf = (field = '') =>
      problem === undefined ? (piece.fieldLines.get(field) ?? piece.line) : piece.line + line - 1;
    return {
      name: `task ${i + 1}`,
      where: (field) => `Task ${i + 1}, line ${lineOf(field)}`,
      value,
      problem,
    };
  });
  const isTold = ofList === undefined || items.some(({ problem }) => problem !== undefined);
  return isTold ? items : [{ name: 'the file', where: () => 'The file', problem: `${ofList}.` }];
}

/** Problems of published sets, answers to them, and programs with tests: what the page's judge takes. */
const isForJudge = (value: unknown) =>
  isObject(value) &&
  ['canonical_solution', 'completion', 'entryPoint', 'stop_tokens', 'task_id'].some((name) => name in value);

/**
 * Reads tasks from JSON (a list) or JSON lines (a task each). Where no task says that it is held out, every fourth is, the last at
 * least: what is learned is measured on others.
 */
export function readTasks(text: string): ReadTasks {
  if (text.length > MOST_TEXT) return { problems: [`The file is longer than ${MOST_TEXT} characters.`] };
  const items = itemsOf(text);
  const foreign = items.find(({ value }) => isForJudge(value));
  if (foreign) {
    const said =
      'it is of a file for the judge: problems of a set such as HumanEvalPack or MBXP, or programs.';
    return { problems: [`${foreign.where()}: ${said}`], isForJudge: true };
  }
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const { name, where, value, problem } of items) {
    const found = problem === undefined ? taskProblem(value) : { said: problem };
    if (found) {
      problems.push(`${where(found.field)}: ${found.said}`);
      continue;
    }
    const { statement, signature, tests } = value as OwnTask;
    const content = JSON.stringify([statement, signature, tests]);
    const same = seen.get(content);
    if (same !== undefined) problems.push(`${where()}: it is the task of ${same} again.`);
    else seen.set(content, name);
  }
  if (problems.length > MOST_PROBLEMS) {
    const more = problems.length - MOST_PROBLEMS;
    problems.splice(MOST_PROBLEMS, more, `… and ${more} more.`);
  }
  if (problems.length === 0 && items.length < 2)
    problems.push('There must be two tasks at least: one to train on, and one that is held out.');
  if (items.length > MOST_TASKS)
    problems.push(`There are ${items.length} tasks; up to ${MOST_TASKS} can be.`);
  if (problems.length > 0) return { problems };
  const found = items.map(({ value }) => value as OwnTask & { reference?: string });
  const isSaid = found.some(({ split }) => split === 'held-out');
  const isNth = (i: number) =>
    i % HELD_OUT_EVERY === HELD_OUT_EVERY - 1 || (found.length < HELD_OUT_EVERY && i === found.length - 1);
  const tasks = found.map(({ statement, signature, tests, split = 'train' }, i): OwnTask => {
    const plain = tests.map(({ args, expected }): UnitTest => ({ args, expected }));
    return { statement, signature, tests: plain, split: isSaid ? split : isNth(i) ? 'held-out' : 'train' };
  });
  if (!tasks.some(({ split }) => split === 'train'))
    return { problems: ['All tasks are held out: leave "split" away where one is to be trained on.'] };
  return { tasks, references: found.map(({ reference }) => reference) };
}
