/**
 * `npm run judge -- FILE.jsonl [--out FILE] [--tolerance 1e-9]`: judges the programs of a file, a line each: {id,
 * entryPoint, program, tests: [{args, expected}], label?: "pass" | "fail"}, or a problem of HumanEval-X, HumanEvalPack or MBXP. Writes one verdict a line, and a summary
 * against the labels to stderr. With a tolerance numbers may be off by that share of the larger, for tests that another
 * engine has made; it is off by default.
 *
 * Exit codes: 0 every label is confirmed, or there is none; 1 a label is contradicted; 2 nothing was judged: wrong
 * arguments, a file that cannot be read or written, or not one line of the file that can be judged.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { largestTolerance, readPrograms, type FileProgram } from '../src/judge/files/programs.ts';
import { contradicts, countsText, messageOf, verdictLine } from '../src/judge/files/told.ts';
import type { Verdict } from '../src/protocol/verdict.ts';
import { optional, withArguments } from './arguments.ts';
import { createNodeJudge } from './node-judge.ts';

/** Lines judged before their verdicts are written. */
const chunkSize = 256;

function summaryOf(programs: FileProgram[], verdicts: Verdict[], brokenCount: number): string {
  const broken = brokenCount ? `; ${brokenCount} broken line${brokenCount === 1 ? '' : 's'}` : '';
  const contradicted = programs.flatMap((program, index) =>
    contradicts(program, verdicts[index])
      ? [
          `  ${program.id}: labelled ${program.label}, judged ${verdicts[index].name} (${messageOf(verdicts[index]) ?? 'every test'})`,
        ]
      : [],
  );
  const labelled = programs.filter(({ label }) => label !== undefined).length;
  return [
    `${programs.length} program${programs.length === 1 ? '' : 's'}: ${countsText(verdicts)}${broken}.`,
    `${labelled} label${labelled === 1 ? '' : 's'}: ${labelled - contradicted.length} confirmed, ${contradicted.length} contradicted${contradicted.length ? ':' : '.'}`,
    ...contradicted,
  ].join('\n');
}

/** The file to write, emptied. @throws Error, in one line, where it cannot be written or is the one to be read */
async function openOutput(out: string, file: string): Promise<void> {
  const [input, output] = await Promise.all([stat(file), stat(out).catch(() => undefined)]);
  if (output?.ino === input.ino && output.dev === input.dev)
    throw new Error(`--out ${out} is the file to be read`);
  await writeFile(out, '');
}

function toleranceOf(text: string | undefined): number {
  const tolerance = text === undefined ? 0 : Number(text || NaN);
  if (!(tolerance >= 0 && tolerance <= largestTolerance))
    throw new Error(`--tolerance ${text} is no number from 0 to ${largestTolerance}`);
  return tolerance;
}

async function judgeAll(programs: FileProgram[], out: string | undefined): Promise<Verdict[]> {
  const judge = await createNodeJudge(availableParallelism());
  const verdicts: Verdict[] = [];
  for (let begin = 0; begin < programs.length; begin += chunkSize) {
    const chunk = programs.slice(begin, begin + chunkSize);
    const judged = await judge.judge(chunk);
    verdicts.push(...judged);
    const written = chunk.map((program, index) => `${verdictLine(program, judged[index])}\n`).join('');
    if (out === undefined) process.stdout.write(written);
    else await writeFile(out, written, { flag: 'a' });
  }
  judge.close();
  return verdicts;
}

/** The programs of a file; of lines that cannot be read it says on stderr what is wrong. @throws Error, in one line, where there is no such file */
async function programsOf(file: string, tolerance: number) {
  const text = await readFile(file, 'utf8');
  const { programs, problems, tasks, unanswered, unread } = await readPrograms(
    [{ name: file, text }],
    tolerance,
  );
  for (const problem of problems) console.error(problem);
  if (unread > 0)
    console.error(
      `${unread} assertion${unread === 1 ? '' : 's'} of ${tasks} problems ask${unread === 1 ? 's' : ''} for more than a value: nothing is judged by them.`,
    );
  return { programs, brokenCount: problems.length, unanswered };
}

async function judgeFile(file: string, out?: string, toleranceText?: string): Promise<number> {
  let programs: FileProgram[];
  let brokenCount: number;
  let unanswered: number;
  try {
    ({ programs, brokenCount, unanswered } = await programsOf(file, toleranceOf(toleranceText)));
    if (programs.length > 0 && out !== undefined) await openOutput(out, file);
  } catch (error) {
    console.error(`${(error as Error).message}. Give a .jsonl file to read, and to --out another to write.`);
    return 2;
  }
  if (programs.length === 0) {
    console.error(
      `${file} has no line that can be judged.${unanswered > 0 ? ' Its problems bring no solutions: add answers to them, {task_id, completion}.' : ''}`,
    );
    return 2;
  }
  const verdicts = await judgeAll(programs, out);
  console.error(summaryOf(programs, verdicts, brokenCount));
  return programs.some((program, index) => contradicts(program, verdicts[index])) ? 1 : 0;
}

export function main(args: string[]): Promise<number> {
  const options = { out: optional, tolerance: optional };
  return withArguments(
    args,
    options,
    ({ out, tolerance }, file) => judgeFile(file, out, tolerance),
    'FILE.jsonl',
  );
}
