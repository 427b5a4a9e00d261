/** Reads the programs that `npm run judge` is given, and refuses what cannot mean what it says. */
import { readFile } from 'node:fs/promises';
import { suiteOf } from '../src/judge/core/expected.ts';
import { isEntryPoint } from '../src/judge/core/outcome.ts';
import type { Json, UnitTest } from '../src/protocol/task.ts';
import type { JudgeItem } from './node-judge.ts';

export interface Line extends JudgeItem {
  id: string | number;
  label?: 'pass' | 'fail';
}

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
function lineOf(text: string, tolerance: number): Line {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('it is no object; expected {id, entryPoint, program, tests}');
  checkNumbers(text);
  const { id, entryPoint, program, tests, label } = value as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number') throw new Error('id is missing; expected a text');
  if (typeof program !== 'string') throw new Error('program is missing; expected the text of a program');
  if (typeof entryPoint !== 'string' || !isEntryPoint(entryPoint))
    throw new Error(`entryPoint is ${JSON.stringify(entryPoint)}; expected the name of a function`);
  if (label !== undefined && label !== 'pass' && label !== 'fail')
    throw new Error(`label is ${JSON.stringify(label)}; expected "pass", "fail" or none`);
  const line: Line = { id, entryPoint, program, tests: testsOf(tests), label, tolerance };
  suiteOf(line.tests);
  return line;
}

function isJsonList(text: string): boolean {
  if (!text.trimStart().startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** @throws Error, in one line, where the file as a whole cannot be meant */
async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (bytes.includes(0)) throw new Error(`${file} is not UTF-8, it may be UTF-16`);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (isJsonList(text)) throw new Error(`${file} is one JSON list, not an object a line`);
  return text;
}

/**
 * The lines of a file that can be read; of the others it says on stderr what is wrong.
 *
 * @param tolerance how far a number may be off, relative to the larger
 * @throws Error, in one line, where the file as a whole cannot be read
 */
export async function readLines(file: string, tolerance: number) {
  const lines: Line[] = [];
  let brokenCount = 0;
  for (const [index, text] of (await textOf(file)).split('\n').entries()) {
    if (text.trim() === '') continue;
    try {
      lines.push(lineOf(text, tolerance));
    } catch (error) {
      brokenCount++;
      console.error(`${file}, line ${index + 1}: ${(error as Error).message}`);
    }
  }
  return { lines, brokenCount };
}
