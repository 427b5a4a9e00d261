/**
 * `npm run -s judge -- [FILE] [--tasks FILE] [--out FILE] [--jobs N] [--tolerance 1e-9]`: judges the programs of a file, or of stdin where FILE
 * is `-`, an object a line: {id, entryPoint, program, tests: [{args, expected}], label?: "pass" | "fail"}, a problem of a published set, or an answer
 * to one (docs/judge.md). With --tasks the problems are another file's; without FILE the solutions that come with them are judged. Writes
 * one verdict a line, in the order of the programs and as they come, and a summary against the labels to stderr. With a tolerance numbers
 * may be off by that share of the larger, for tests that another engine has made; it is off by default.
 *
 * Exit codes: 0 every label is confirmed, or there is none; 1 a label is contradicted; 2 nothing was judged, or not all: wrong arguments, a
 * file that cannot be read or written, or not one line of the file that can be judged.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { beside } from '../src/beside.ts';
import { mostText } from '../src/judge/files/items.ts';
import {
  largestTolerance,
  ProgramReader,
  programsIn,
  type FileProgram,
} from '../src/judge/files/programs.ts';
import { contradicts, messageOf, Tally, verdictLine } from '../src/judge/files/told.ts';
import type { Verdict } from '../src/protocol/verdict.ts';
import { integer, optional, withArguments } from './arguments.ts';
import { createNodeJudge } from './node-judge.ts';

/** Programs that are read ahead of the oldest one without a verdict. */
const aheadLimit = 512;
/** Contradicted labels that the summary names. */
const namedLimit = 100;

interface Options {
  tasks?: string;
  out?: string;
  jobs: number;
  tolerance?: string;
}

function toleranceOf(text: string | undefined): number {
  const tolerance = text === undefined ? 0 : Number(text || NaN);
  if (!(tolerance >= 0 && tolerance <= largestTolerance))
    throw new Error(`--tolerance ${text} is no number from 0 to ${largestTolerance}`);
  return tolerance;
}

/** @throws Error at a line that is longer than what can be held */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = chunk.split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > mostText) throw new Error(`a line is longer than ${mostText} characters`);
  }
  yield rest;
}

const streamOf = (file: string) => (file === '-' ? process.stdin : createReadStream(file));
const nameOf = (file: string) => (file === '-' ? 'stdin' : file);

/** The file to write, emptied; stdout where there is none. @throws Error, in one line, where it cannot be written or is one to be read */
async function openOutput(out: string | undefined, files: readonly string[]): Promise<Writable> {
  if (out === undefined) return process.stdout;
  const output = await stat(out).catch(() => undefined);
  for (const file of files) {
    const input = file === '-' ? undefined : await stat(file);
    if (input && output?.ino === input.ino && output.dev === input.dev)
      throw new Error(`--out ${out} is the file to be read`);
  }
  await (await open(out, 'w')).close();
  return createWriteStream(out);
}

/** Writes verdicts and keeps count of them. */
class Verdicts {
  readonly tally = new Tally();
  readonly #named: string[] = [];
  readonly #output: Writable;
  #failure: Error | undefined;

  constructor(output: Writable) {
    this.#output = output;
    output.on('error', (error) => (this.#failure = error));
  }

  async add(program: FileProgram, verdict: Verdict): Promise<void> {
    this.tally.add(program, verdict);
    if (contradicts(program, verdict) && this.#named.length < namedLimit)
      this.#named.push(
        `  ${program.id}: labelled ${program.label}, judged ${verdict.name} (${messageOf(verdict) ?? 'every test'})`,
      );
    if (this.#failure) throw this.#failure;
    if (!this.#output.write(`${verdictLine(program, verdict)}\n`)) await once(this.#output, 'drain');
  }

  async end(): Promise<void> {
    if (this.#output === process.stdout) return;
    this.#output.end();
    await once(this.#output, 'close');
    if (this.#failure) throw this.#failure;
  }

  summary(brokenCount: number): string {
    const { programs, labelled, contradicted } = this.tally;
    const broken = brokenCount ? `; ${brokenCount} broken line${brokenCount === 1 ? '' : 's'}` : '';
    const more = contradicted - this.#named.length;
    return [
      `${programs} program${programs === 1 ? '' : 's'}: ${this.tally.text}${broken}.`,
      `${labelled} label${labelled === 1 ? '' : 's'}: ${labelled - contradicted} confirmed, ${contradicted} contradicted${contradicted ? ':' : '.'}`,
      ...this.#named,
      ...(more > 0 ? [`  and ${more} more.`] : []),
    ].join('\n');
  }
}

/** Judges programs as they are read, no more than `aheadLimit` at once. Undefined where there is none. */
async function judgeAll(
  programs: AsyncGenerator<FileProgram>,
  jobs: number,
  openVerdicts: () => Promise<Verdicts>,
): Promise<Verdicts | undefined> {
  const first = await programs.next();
  if (first.done) return undefined;
  const verdicts = await openVerdicts();
  const judge = await createNodeJudge(jobs);
  /** Done when the verdict of the last program so far is written. */
  let written = Promise.resolve();
  const ahead: Promise<void>[] = [];
  const add = (program: FileProgram) => {
    const judged = judge.judge([program]);
    written = beside(written.then(async () => verdicts.add(program, (await judged)[0])));
    ahead.push(written);
  };
  try {
    add(first.value);
    try {
      for await (const program of programs) {
        add(program);
        if (ahead.length >= aheadLimit) await ahead.shift();
      }
    } finally {
      // What was read before something failed is judged.
      await written;
    }
  } finally {
    judge.close();
  }
  await verdicts.end();
  return verdicts;
}

async function* programsOf(
  reader: ProgramReader,
  file: string | undefined,
  tasks: string | undefined,
): AsyncGenerator<FileProgram> {
  if (tasks !== undefined)
    for await (const program of programsIn(reader, nameOf(tasks), linesOf(streamOf(tasks))))
      // Solutions are known: where there are answers, those are asked about.
      if (file === undefined || program.label === undefined) yield program;
  if (file !== undefined) yield* programsIn(reader, nameOf(file), linesOf(streamOf(file)));
  reader.end();
}

function sayCounts({ tests, assertions, tasks }: ProgramReader['counts']): void {
  if (assertions === 0) return;
  const no = assertions - tests;
  console.error(
    `${tests} of ${assertions} assertions became tests, of ${tasks} problem${tasks === 1 ? '' : 's'}${no > 0 ? `; by the other ${no} nothing is judged` : ''}.`,
  );
}

async function judgeFile(file: string | undefined, options: Options): Promise<number> {
  const { tasks, out, jobs } = options;
  const files = [file, tasks].filter((name) => name !== undefined);
  let brokenCount = 0;
  try {
    if (files.length === 0 || (file === '-' && tasks === '-'))
      throw new Error(`${files.length === 0 ? 'There is no file' : 'Two files are stdin'}`);
    const reader = new ProgramReader(toleranceOf(options.tolerance), {
      problem: (told) => {
        brokenCount++;
        console.error(told);
      },
      unread: (told) => console.error(`${told}.`),
    });
    const verdicts = await judgeAll(programsOf(reader, file, tasks), jobs, async () => {
      return new Verdicts(await openOutput(out, files));
    });
    sayCounts(reader.counts);
    if (!verdicts) {
      console.error(
        `${files.map(nameOf).join(' with ')} has no line that can be judged.${reader.counts.unanswered > 0 ? ' Its problems bring no solutions: add answers to them, {task_id, completion}.' : ''}`,
      );
      return 2;
    }
    console.error(verdicts.summary(brokenCount));
    return verdicts.tally.contradicted > 0 ? 1 : 0;
  } catch (error) {
    // Whoever reads the verdicts has enough of them.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 2;
    console.error(
      `${(error as Error).message}. Give a .jsonl file to read, or - for stdin, and to --out another to write.`,
    );
    return 2;
  }
}

export function main(args: string[]): Promise<number> {
  const options = {
    ...{ tasks: optional, out: optional, tolerance: optional },
    jobs: integer(1, 256, availableParallelism()),
  };
  return withArguments(args, options, (values, file?: string) => judgeFile(file, values), '[FILE.jsonl]');
}
