/** Problems of published sets, a JSON object a line: HumanEval-X and HumanEvalPack (JavaScript), MBXP (MBJSP). */
import { isEntryPoint } from '../core/outcome.ts';
import type { UnitTest } from '../../protocol/task.ts';
import { readAssertions } from './assertions.ts';

/** A problem with the programs that came with it. */
export interface Problem {
  /** The set's own name of it, such as `JavaScript/0`. */
  task: string;
  entryPoint: string;
  /** What a completion is put behind. */
  prompt: string;
  tests: readonly UnitTest[];
  /** How far a number may be off, relative to the larger. */
  tolerance: number;
  /** Assertions of the set that say more than arguments and a value. */
  unread: number;
  /** Programs whose verdict the set knows. */
  references: { name: string; program: string; label: 'pass' | 'fail' }[];
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whether a line's object is a problem of one of the sets. */
export function isProblem(fields: Record<string, unknown>): boolean {
  return 'task_id' in fields && 'prompt' in fields && 'test' in fields;
}

/** The function that a prompt begins to define; what the set says where the prompt does not show it. */
function entryPointOf(prompt: string, said: string): string {
  const names = [...prompt.matchAll(/\b(?:const|let|var|function)\s+([\w$]+)\s*[=(]/g)];
  return names.at(-1)?.[1] ?? said;
}

/** @throws Error saying why the problem cannot be judged by */
export function problemOf(fields: Record<string, unknown>): Problem {
  const task = textIn(fields.task_id);
  if (task === '') throw new Error('task_id is no text');
  const language = textIn(fields.language) || task.slice(0, task.indexOf('/'));
  if (!/^(javascript|js|mbjsp)$/i.test(language))
    throw new Error(`${task} is a problem in ${language}; the judge runs JavaScript`);
  const [prompt, test] = [textIn(fields.prompt), textIn(fields.test)];
  const entryPoint = entryPointOf(prompt, textIn(fields.entry_point));
  if (!isEntryPoint(entryPoint)) throw new Error(`${task}: its prompt defines no function`);
  const { tests, tolerance, unread } = readAssertions(test, entryPoint);
  if (tests.length === 0)
    throw new Error(
      `${task}: none of its assertions is a call of ${entryPoint} and a value, so there is nothing to judge by`,
    );
  const given = (name: string, field: string, label: 'pass' | 'fail') => {
    const body = textIn(fields[field]);
    return body === '' ? [] : [{ name, program: prompt + body, label }];
  };
  const references = [
    ...given('canonical', 'canonical_solution', 'pass'),
    ...given('buggy', 'buggy_solution', 'fail'),
  ];
  return { task, entryPoint, prompt, tests, tolerance, unread, references };
}
