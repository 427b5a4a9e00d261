import { checkCode, filterKey, ownExamples, ownName, runsCode } from '../../ppo/filter.ts';
import { namesPolicyFacts, OwnFilterError, tryOwnFilter, type Call, type Facts, type PolicyFacts } from '../../ppo/own/own-filter.ts'; // prettier-ignore
import type { Batch } from '../../protocol/batch.ts';
import type { FilterConfig, Knobs } from '../../protocol/config.ts';
import type { Task } from '../../protocol/task.ts';
import { keptBy, rememberChances } from '../batch-view.ts';
import type { JudgedBatch } from '../run/run-model.ts';
import { study } from '../study.ts';

/** What became of the code when it was tried. */
export type Trial =
  /** It has not been, or the text has changed since. */
  | { kind: 'untried' }
  /** It may train; of so many responses that are shown it would keep so many, where it could be run on them. */
  | { kind: 'sound'; code: string; kept?: number; of?: number; why?: string }
  | { kind: 'unsound'; code: string; line: number; words: string }
  /** It is not the code's doing. */
  | { kind: 'failed'; words: string };

/** What the page has that code can be tried with. */
export interface Bench {
  call: Call;
  /** Rejects, with a sentence, where the policy is not here. */
  policyFacts: (batch: Batch) => Promise<PolicyFacts>;
  task: (id: string) => Task;
}

/** What is shown of a run while a filter is written. */
export interface Shown {
  judged: JudgedBatch | undefined;
  seed: number;
  knobs: Knobs;
}

/** The filter that the visitor writes: its text, whether it has been tried, and what came of that. It trains only when it is used. */
export class OwnFilter {
  /** It is what the visitor looks at: the editor is open, and figures show what it would keep. */
  isOpen = $state(false);
  text = $state(ownExamples[0].code);
  /** It came from elsewhere: none of it runs before the visitor says so. */
  isHeld = $state(false);
  trial = $state.raw<Trial>({ kind: 'untried' });
  /** The code that figures show: the last that may train, until other code is found wanting. */
  #shown = $state<string>();
  readonly #bench: Bench;
  #asked = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** With code, that takes the place of what was there. */
  open(code?: string, isHeld = false): void {
    this.isOpen = true;
    if (code === undefined) return;
    this.edit(code);
    this.isHeld = isHeld;
    if (isHeld) this.#shown = undefined;
  }

  close(): void {
    this.isOpen = false;
  }

  edit(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.trial = { kind: 'untried' };
    this.#asked++;
  }

  /** An example takes the place of the text, held or not. */
  take(code: string): void {
    this.isHeld = false;
    this.edit(code);
  }

  /** The code that was not run yet, while it is looked at. */
  get held(): string | undefined {
    return this.isOpen && this.isHeld ? this.text : undefined;
  }

  /** The run's filter was another: now its code is what is written, or the editor closes. Other options of the same change nothing. */
  follow(before: FilterConfig, filter: FilterConfig): void {
    if (filterKey(before) === filterKey(filter)) return;
    if (runsCode(filter)) this.open(filter.code);
    else this.close();
  }

  /** What is to be shown on a batch: this filter, where it can train, in place of the run's. */
  wanted(filter: FilterConfig): FilterConfig {
    if (!this.isOpen || this.#shown === undefined) return filter;
    return { ...filter, name: ownName, code: this.#shown };
  }

  /** Runs the code on made-up batches and on the one that is shown. @returns the filter, if it may train */
  async try({ judged, seed, knobs }: Shown): Promise<FilterConfig | undefined> {
    const code = this.text;
    const asked = ++this.#asked;
    let trial: Trial;
    try {
      const problem = checkCode(code);
      if (problem) throw new OwnFilterError(problem, 1);
      const { facts, why } = await this.#factsOf(code, judged?.batch);
      const chances = await tryOwnFilter(this.#bench.call, code, facts);
      if (asked !== this.#asked) return undefined;
      trial = { kind: 'sound', code, why };
      if (judged && chances) {
        const filter = { ...knobs.filter, name: ownName, code };
        rememberChances(judged.batch, code, chances);
        const kept = keptBy(judged.batch, judged.testScores, filter, seed).length;
        trial = { ...trial, kept, of: chances.length };
        await study(judged, filter, true, seed, knobs);
      }
    } catch (error) {
      const { message } = error as Error;
      const isOwn = error instanceof OwnFilterError;
      trial = isOwn
        ? { kind: 'unsound', code, line: error.line, words: message }
        : { kind: 'failed', words: message };
    }
    if (asked !== this.#asked) return undefined;
    this.trial = trial;
    this.#shown = trial.kind === 'sound' ? code : undefined;
    return trial.kind === 'sound' ? { ...knobs.filter, name: ownName, code } : undefined;
  }

  /** What the code is told of a batch; nothing, with the reason, where the policy would have to be asked and is not here. */
  async #factsOf(code: string, batch: Batch | undefined): Promise<{ facts?: Facts; why?: string }> {
    if (!batch) return {};
    const { scores, groupSize, programs, ended, taskIds } = batch;
    const lengths = batch.lengths.map((length, row) => {
      const prompt = this.#bench.task(taskIds[Math.floor(row / groupSize)]).promptIds.length;
      return length - prompt - (ended[row] ? 1 : 0);
    });
    const facts: Facts = { scores, groupSize, programs, ended, lengths };
    if (!namesPolicyFacts(code)) return { facts };
    try {
      return { facts: { ...facts, ...(await this.#bench.policyFacts(batch)) } };
    } catch (error) {
      return { why: (error as Error).message };
    }
  }
}
