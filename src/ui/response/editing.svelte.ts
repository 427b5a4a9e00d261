import type { Task } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';

/** What judge and teacher say of a program that was edited. */
export interface Judgement {
  verdict: Verdict;
  score?: number;
  /** Why there is no score. */
  problem?: string;
}

const says = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));

/** The program of a response as a visitor edits it, and what is said of it then. */
export class EditedProgram {
  /** As it was written. */
  readonly program: string;
  text = $state('');
  isBusy = $state(false);
  /** Why it could not be judged, as a sentence. */
  problem = $state('');
  #found = $state.raw<Judgement & { text: string }>();

  constructor(program: string) {
    this.program = program;
    this.text = program;
  }

  get isChanged(): boolean {
    return this.text !== this.program;
  }

  /** What is said of it as it is. */
  get found(): Judgement | undefined {
    return this.#found?.text === this.text ? this.#found : undefined;
  }

  async judge(ask: (program: string) => Promise<Judgement>): Promise<void> {
    const { text } = this;
    this.isBusy = true;
    this.problem = '';
    try {
      this.#found = { ...(await ask(text)), text };
    } catch (reason) {
      this.problem = `It could not be judged: ${says(reason)}`;
    } finally {
      this.isBusy = false;
    }
  }
}

/** A program's unit tests, run to see each of them; `problem` is a sentence about why there is no verdict. */
export async function firstVerdict(
  judge: (task: Task, program: string) => Promise<Verdict>,
  task: Task,
  program: string,
): Promise<{ verdict?: Verdict; problem?: string }> {
  try {
    return { verdict: await judge(task, program) };
  } catch (reason) {
    return { problem: `The judge did not answer: ${says(reason)}` };
  }
}
