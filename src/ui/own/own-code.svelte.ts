import { OwnCodeError, type Call } from '../../ppo/own/own-code.ts';
import type { PolicyFacts } from '../../ppo/own/own-filter.ts';
import type { Batch } from '../../protocol/batch.ts';
import type { Knobs } from '../../protocol/config.ts';
import type { Task } from '../../protocol/task.ts';
import type { JudgedBatch } from '../run/run-model.ts';
import { recall, remember } from '../tab-memory.ts';

/** What became of the code when it was tried. */
export type Trial<Sound> =
  /** It has not been, or the text has changed since. */
  | { kind: 'untried' }
  /** It may train; what is known of it besides. */
  | ({ kind: 'sound'; code: string } & Sound)
  | { kind: 'unsound'; code: string; line: number; words: string }
  /** It is not the code's doing. */
  | { kind: 'failed'; words: string };

/** What the page has that code can be tried with. */
export interface Bench {
  call: Call;
  /** Rejects, with a sentence, where the policy is not here. */
  policyFacts: (batch: Batch) => Promise<PolicyFacts>;
  /** (R) which of its tests each response passes. Rejects, with a sentence, where that cannot be known. */
  testsOf: (batch: Batch) => Promise<readonly (readonly boolean[])[]>;
  task: (id: string) => Task;
}

/** What is shown of a run while code is written. */
export interface Shown {
  judged: JudgedBatch | undefined;
  seed: number;
  knobs: Knobs;
}

/** Where code came from that the visitor has not said may run. */
export type Origin = 'address' | 'file';

/** Code that the visitor writes: its text, whether it has been tried, and what came of that. It trains only when it is used. */
export abstract class OwnCode<Sound = object> {
  /** It is what the visitor looks at: the editor is open, and figures show what it comes to. */
  isOpen = $state(false);
  text = $state('');
  /** It came from elsewhere: none of it runs before the visitor says so. */
  heldFrom = $state<Origin>();
  trial = $state.raw<Trial<Sound>>({ kind: 'untried' });
  /** The code that figures show: the last that may train, until other code is found wanting. */
  protected shownCode = $state<string>();
  protected readonly bench: Bench;
  /** Under which the tab remembers what was written. */
  readonly #draft: string;
  #asked = 0;

  /** @param text what a visitor begins with who has written none in this tab */
  constructor(bench: Bench, what: 'filter' | 'score', text: string) {
    this.bench = bench;
    this.#draft = `pf-ppo-own-${what}`;
    const draft = recall(this.#draft);
    this.text = typeof draft === 'string' ? draft : text;
  }

  /** What is wrong with code before it is run, as a sentence. */
  protected abstract check(code: string): string | undefined;
  /** Tries it. @param isStale whether the answer is no longer wanted. @throws OwnCodeError where it is the code's doing */
  protected abstract run(code: string, shown: Shown, isStale: () => boolean): Promise<Sound>;
  /** Knobs with which the code trains. */
  protected abstract using(code: string, knobs: Knobs): Partial<Knobs>;
  /** The code that these knobs train with. */
  abstract codeIn(knobs: Knobs): string | undefined;
  /** What it is in place of, as it stands in a sentence. */
  abstract nameIn(knobs: Knobs): string;

  /** With code, that takes the place of what was there. */
  open(code?: string, heldFrom?: Origin): void {
    this.isOpen = true;
    if (code === undefined) return;
    this.heldFrom = heldFrom;
    if (heldFrom) this.shownCode = undefined;
    this.edit(code);
  }

  close(): void {
    this.isOpen = false;
  }

  edit(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.trial = { kind: 'untried' };
    this.#asked++;
    // What nobody here wrote would run after a reload, unasked.
    if (!this.heldFrom) remember(this.#draft, text);
  }

  /** An example takes the place of the text, held or not. */
  take(code: string): void {
    this.heldFrom = undefined;
    this.edit(code);
  }

  /** The code that was not run yet, while it is looked at. */
  get held(): string | undefined {
    return this.isOpen && this.heldFrom ? this.text : undefined;
  }

  /** Runs the code on what was made up and on the batch that is shown. @returns knobs with which it trains, if it may */
  async try(shown: Shown): Promise<Partial<Knobs> | undefined> {
    const code = this.text;
    const asked = ++this.#asked;
    const isStale = () => asked !== this.#asked;
    let trial: Trial<Sound>;
    try {
      const problem = this.check(code);
      if (problem) throw new OwnCodeError(problem, 1);
      trial = { kind: 'sound', code, ...(await this.run(code, shown, isStale)) };
    } catch (error) {
      const { message } = error as Error;
      trial =
        error instanceof OwnCodeError
          ? { kind: 'unsound', code, line: error.line, words: message }
          : { kind: 'failed', words: message };
    }
    if (isStale()) return undefined;
    this.trial = trial;
    this.shownCode = trial.kind === 'sound' ? code : undefined;
    return trial.kind === 'sound' ? this.using(code, shown.knobs) : undefined;
  }

  /** (R) tokens of each response, without its end token. */
  protected lengthsOf({ lengths, taskIds, groupSize, ended }: Batch): Uint32Array {
    return lengths.map((length, row) => {
      const prompt = this.bench.task(taskIds[Math.floor(row / groupSize)]).promptIds.length;
      return length - prompt - (ended[row] ? 1 : 0);
    });
  }
}
