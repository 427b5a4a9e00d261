/**
 * `npm run judge -- FILE.jsonl [--out FILE]`: judges the programs of a file, a line each: {id, entryPoint, program, tests:
 * [{args, expected}], label?: "pass" | "fail"}. Writes one verdict a line, and a summary against the labels to stderr.
 * Exits with 0, with 1 where a label is contradicted, with 2 where nothing could be read, judged or written.
 */
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { isEntryPoint } from '../src/judge/core/outcome.ts';
import { suiteOf } from '../src/judge/core/expected.ts';
import type { Json, UnitTest } from '../src/protocol/task.ts';
import type { Verdict } from '../src/protocol/verdict.ts';
import { optional, withArguments } from './arguments.ts';
import { createNodeJudge } from './node-judge.ts';
import type { JudgeItem } from './node-judge.ts';

interface Line extends JudgeItem {
  id: string | number;
  label?: 'pass' | 'fail';
}

/** Characters of a value that a message shows. */
const shownLength = 120;
/** Lines judged before their verdicts are written. */
const chunkSize = 256;

const shown = (text: string) => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);

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

const stringsAndNumbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A number of a JSON text that JavaScript cannot hold: too large, or an integer that would become another. */
function impossibleNumber(text: string): string | undefined {
  return text.match(stringsAndNumbers)?.find((part) => {
    if (part.startsWith('"')) return false;
    const value = Number(part);
    if (!Number.isFinite(value)) return true;
    return /^-?\d+$/.test(part) && BigInt(part) !== BigInt(value);
  });
}

/** @throws Error saying what is wrong with the line */
function lineOf(text: string): Line {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('it is no object; expected {id, entryPoint, program, tests}');
  const { id, entryPoint, program, tests, label } = value as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number') throw new Error('id is missing; expected a text');
  if (typeof program !== 'string') throw new Error('program is missing; expected the text of a program');
  if (typeof entryPoint !== 'string' || !isEntryPoint(entryPoint))
    throw new Error(`entryPoint is ${JSON.stringify(entryPoint)}; expected the name of a function`);
  if (label !== undefined && label !== 'pass' && label !== 'fail')
    throw new Error(`label is ${JSON.stringify(label)}; expected "pass", "fail" or none`);
  const impossible = impossibleNumber(text);
  if (impossible !== undefined)
    throw new Error(
      `${shown(impossible)} is no number that JavaScript can hold; write it as a text, or leave the test out`,
    );
  const line: Line = { id, entryPoint, program, tests: testsOf(tests), label };
  suiteOf(line.tests);
  return line;
}

/** What went wrong first, in words; undefined where nothing did. */
function messageOf({ tests }: Verdict): string | undefined {
  const index = tests.findIndex((test) => test.verdict !== 'passed');
  if (index < 0) return undefined;
  const { message, got, expected } = tests[index];
  return `test ${index + 1}: ${message ?? `it returned ${shown(got ?? '')}, expected ${shown(expected)}`}`;
}

function verdictLine({ id }: Line, verdict: Verdict): string {
  const passed = verdict.tests.filter((test) => test.verdict === 'passed').length;
  return JSON.stringify({
    id,
    verdict: verdict.name,
    testScore: Number.isNaN(verdict.testScore) ? null : verdict.testScore,
    passed,
    tests: verdict.tests.length,
    message: messageOf(verdict),
  });
}

/** Whether a verdict contradicts a label. The judge's own failure contradicts any. */
function contradicts({ label }: Line, { name }: Verdict): boolean {
  if (label === undefined) return false;
  return name === 'infra' || (label === 'pass') !== (name === 'passed');
}

function summaryOf(lines: Line[], verdicts: Verdict[], brokenCount: number): string {
  const counts = new Map<string, number>();
  for (const { name } of verdicts) counts.set(name, (counts.get(name) ?? 0) + 1);
  const parts = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${count} ${name}`);
  const broken = brokenCount ? `; ${brokenCount} broken line${brokenCount === 1 ? '' : 's'}` : '';
  const contradicted = lines.flatMap((line, index) =>
    contradicts(line, verdicts[index])
      ? [
          `  ${line.id}: labelled ${line.label}, judged ${verdicts[index].name} (${messageOf(verdicts[index]) ?? 'every test'})`,
        ]
      : [],
  );
  const labelled = lines.filter((line) => line.label !== undefined).length;
  return [
    `${lines.length} program${lines.length === 1 ? '' : 's'}: ${parts.join(', ') || 'none judged'}${broken}.`,
    `${labelled} label${labelled === 1 ? '' : 's'}: ${labelled - contradicted.length} confirmed, ${contradicted.length} contradicted${contradicted.length ? ':' : '.'}`,
    ...contradicted,
  ].join('\n');
}

/** Reads the lines that can be read; of the others says on stderr what is wrong. */
function linesOf(text: string, file: string): { lines: Line[]; brokenCount: number } {
  const lines: Line[] = [];
  let brokenCount = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      lines.push(lineOf(line));
    } catch (error) {
      brokenCount++;
      console.error(`${file}, line ${index + 1}: ${(error as Error).message}`);
    }
  }
  return { lines, brokenCount };
}

/** The text of a file of lines. @throws Error where it is none */
async function readable(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (bytes.subarray(0, 1000).includes(0)) throw new Error(`${file} is not UTF-8 (UTF-16 perhaps)`);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (/^\s*\[/.test(text)) throw new Error(`${file} is one JSON list; expected an object a line`);
  return text;
}

/** Empties the file that verdicts are written to. @throws Error where it cannot be written, or is what is read */
async function writable(out: string, file: string): Promise<void> {
  const same = await realpath(out).catch(() => undefined);
  if (same !== undefined && same === (await realpath(file)))
    throw new Error(`--out ${out} would overwrite what is read`);
  await writeFile(out, '');
}

async function judgeFile(file: string, out: string | undefined): Promise<number> {
  let text: string;
  try {
    text = await readable(file);
    if (out !== undefined) await writable(out, file);
  } catch (error) {
    const why = (error as Error).message.replace(/\.$/, '');
    console.error(`${why}. Give a .jsonl file to read, and to --out another file to write.`);
    return 2;
  }
  const { lines, brokenCount } = linesOf(text, file);
  if (lines.length === 0) {
    console.error(`${file} has no line that can be judged.`);
    return 2;
  }
  const judge = await createNodeJudge();
  const verdicts: Verdict[] = [];
  for (let begin = 0; begin < lines.length; begin += chunkSize) {
    const chunk = lines.slice(begin, begin + chunkSize);
    const judged = await judge.judge(chunk);
    verdicts.push(...judged);
    const written = chunk.map((line, index) => `${verdictLine(line, judged[index])}\n`).join('');
    if (out === undefined) process.stdout.write(written);
    else await writeFile(out, written, { flag: 'a' });
  }
  judge.close();
  console.error(summaryOf(lines, verdicts, brokenCount));
  return lines.some((line, index) => contradicts(line, verdicts[index])) ? 1 : 0;
}

export function main(args: string[]): Promise<number> {
  return withArguments(args, { out: optional }, ({ out }, file) => judgeFile(file, out), 'FILE.jsonl');
}
