/**
 * `npm run judge -- FILE.jsonl [--out FILE] [--tolerance 1e-9]`: judges the programs of a file, a line each: {id,
 * entryPoint, program, tests: [{args, expected}], label?: "pass" | "fail"}. Writes one verdict a line, and a summary
 * against the labels to stderr. With a tolerance numbers may be off by that share of the larger, for tests that another
 * engine has made; it is off by default.
 *
 * Exit codes: 0 every label is confirmed, or there is none; 1 a label is contradicted; 2 nothing was judged: wrong
 * arguments, a file that cannot be read or written, or not one line of the file that can be judged.
 */
import { stat, writeFile } from 'node:fs/promises';
import type { Verdict } from '../src/protocol/verdict.ts';
import { optional, withArguments } from './arguments.ts';
import { readLines } from './judge-lines.ts';
import type { Line } from './judge-lines.ts';
import { createNodeJudge } from './node-judge.ts';

/** Characters of a value that a message shows. */
const shownLength = 120;
/** Lines judged before their verdicts are written. */
const chunkSize = 256;
/** Tolerances that can be meant; a larger one would let wrong programs pass. */
const largestTolerance = 1e-3;

const shown = (text: string) => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);

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
    `${lines.length} program${lines.length === 1 ? '' : 's'}: ${parts.join(', ')}${broken}.`,
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

async function judgeLines(lines: Line[], out: string | undefined): Promise<Verdict[]> {
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
  return verdicts;
}

async function judgeFile(file: string, out?: string, toleranceText?: string): Promise<number> {
  let lines: Line[];
  let brokenCount: number;
  try {
    ({ lines, brokenCount } = await readLines(file, toleranceOf(toleranceText)));
    if (lines.length > 0 && out !== undefined) await openOutput(out, file);
  } catch (error) {
    console.error(`${(error as Error).message}. Give a .jsonl file to read, and to --out another to write.`);
    return 2;
  }
  if (lines.length === 0) {
    console.error(`${file} has no line that can be judged.`);
    return 2;
  }
  const verdicts = await judgeLines(lines, out);
  console.error(summaryOf(lines, verdicts, brokenCount));
  return lines.some((line, index) => contradicts(line, verdicts[index])) ? 1 : 0;
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
