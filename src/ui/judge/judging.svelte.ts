import {
  readPrograms,
  type FileProgram,
  type ReadPrograms,
  type Source,
} from '../../judge/files/programs.ts';
import { mostText } from '../../judge/files/items.ts';
import { contradicts } from '../../judge/files/told.ts';
import type { JudgeItem, JudgeOptions } from '../../judge/host/judge.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import { count } from '../format.ts';
import { slicer } from '../turns.ts';

/** Runs programs after all else that the judge has to do. */
export type JudgeAll = (
  items: readonly JudgeItem[],
  options: Pick<JudgeOptions, 'signal'>,
) => Promise<Verdict[]>;

/** A program and, once it has been judged, its verdict. */
export interface Judged {
  program: FileProgram;
  verdict?: Verdict;
}

/** Programs asked for at once: a run's evaluation waits for no more of them. */
const CHUNK = 32;

/** Programs that a visitor brings, and what the judge says of them. It goes on while another view is open. */
export class Judging {
  pasted = $state('');
  files = $state.raw<readonly Source[]>([]);
  /** How far a number may be off, relative to the larger. */
  tolerance = $state(0);
  /** What the files and the pasted text come to; undefined where there is nothing, or it is being read. */
  read = $state.raw<ReadPrograms>();
  isReading = $state(false);
  /** Why nothing could be read. */
  problem = $state<string>();
  /** Why judging ended before its time. */
  failure = $state<string>();
  /** Of the programs that were read last, in their order. */
  rows = $state.raw<readonly Judged[]>([]);
  isJudging = $state(false);
  readonly done = $derived(this.rows.filter(({ verdict }) => verdict).length);

  readonly #judgeAll: JudgeAll;
  /** Verdicts of programs that were there before. */
  readonly #known = new Map<string, Verdict>();
  #reads = 0;
  #stop: AbortController | undefined;

  constructor(judgeAll: JudgeAll) {
    this.#judgeAll = judgeAll;
  }

  /** Reads all there is anew; a program that was judged by the same tests keeps its verdict. */
  async change(): Promise<void> {
    this.stop();
    const mine = ++this.#reads;
    this.problem = this.failure = this.read = undefined;
    for (const { program, verdict } of this.rows)
      if (verdict && verdict.name !== 'infra') this.#known.set(keyOf(program), verdict);
    this.rows = [];
    const sources = this.#sources();
    this.isReading = sources.length > 0;
    if (!this.isReading) return;
    try {
      const size = sources.reduce((sum, { text }) => sum + text.length, 0);
      if (size > mostText)
        throw new Error(
          `These are ${count(size)} characters; up to ${count(mostText)} can be judged at once`,
        );
      const pause = slicer();
      const read = await readPrograms(sources, this.tolerance, () => {
        if (mine !== this.#reads) throw new Error('Something else is being read');
        return pause();
      });
      if (mine !== this.#reads) return;
      this.read = read;
      this.rows = read.programs.map((program) => ({ program, verdict: this.#known.get(keyOf(program)) }));
    } catch (error) {
      if (mine === this.#reads) this.problem = `${(error as Error).message}.`;
    } finally {
      if (mine === this.#reads) this.isReading = false;
    }
  }

  #sources(): Source[] {
    const pasted = this.pasted.trim() === '' ? [] : [{ name: 'pasted', text: this.pasted }];
    return [...this.files, ...pasted];
  }

  /** Adds files; one of a name that is there already takes its place. */
  async add(files: readonly File[]): Promise<void> {
    try {
      const added = await Promise.all(
        files.map(async (file) => ({ name: file.name, text: await file.text() })),
      );
      const names = new Set(added.map(({ name }) => name));
      this.files = [...this.files.filter(({ name }) => !names.has(name)), ...added];
    } catch (error) {
      this.problem = `The file cannot be read (${(error as Error).message}). Choose it again.`;
      return;
    }
    await this.change();
  }

  async remove(name: string): Promise<void> {
    this.files = this.files.filter((file) => file.name !== name);
    await this.change();
  }

  /** Judges what has no verdict yet. */
  async judge(): Promise<void> {
    const stop = (this.#stop = new AbortController());
    const reads = this.#reads;
    const isMine = () => reads === this.#reads && !stop.signal.aborted;
    this.isJudging = true;
    this.failure = undefined;
    try {
      const waiting = this.rows.flatMap(({ verdict }, i) => (verdict ? [] : [i]));
      for (let begin = 0; begin < waiting.length && isMine(); begin += CHUNK) {
        const chunk = waiting.slice(begin, begin + CHUNK);
        const items = chunk.map((i) => this.rows[i].program);
        const verdicts = await this.#judgeAll(items, { signal: stop.signal });
        if (!isMine()) return;
        const rows = [...this.rows];
        chunk.forEach((i, at) => (rows[i] = { ...rows[i], verdict: verdicts[at] }));
        this.rows = rows;
      }
    } catch (error) {
      if (isMine()) this.failure = `The judge stopped (${(error as Error).message}). Press Judge to go on.`;
    } finally {
      if (this.#stop === stop) this.isJudging = false;
    }
  }

  /** What has a verdict keeps it. */
  stop(): void {
    this.#stop?.abort(new Error('stopped'));
    this.isJudging = false;
  }
}

/** Equal for equal programs with equal tests. */
const keyOf = ({ program, entryPoint, tests, tolerance }: FileProgram): string =>
  JSON.stringify([program, entryPoint, tests, tolerance]);

export const isContradicted = ({ program, verdict }: Judged): boolean =>
  verdict !== undefined && contradicts(program, verdict);

let judging: Judging | undefined;

/** One for the life of the page. */
export function judgingOf(judgeAll: JudgeAll): Judging {
  judging ??= new Judging(judgeAll);
  return judging;
}
