import type { Answers } from '../../protocol/messages.ts';
import type { Task } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';

/** Answers that are asked for each time, and times that are remembered. */
const [ANSWERS, MOST_LOOKS] = [8, 200];

/** What the policy answered to the prompt that is followed, after an update. */
export interface Look {
  update: number;
  /** By answer: whether it passes its tests; undefined where the judge could not tell. */
  passed: readonly (boolean | undefined)[];
  /** Mean, where a reward model teaches. */
  score: number | undefined;
  /** The answer that it gave most often, and how often. */
  usual: { program: string; times: number };
}

export interface Asked {
  answers: (taskId: string, count: number) => Promise<Answers>;
  judge: (task: Task, program: string) => Promise<Verdict>;
}

/** One prompt over the updates of a run: the policy is asked it again whenever it has learned. */
export class Follow {
  task = $state.raw<Task>();
  /** The newest first. */
  looks = $state.raw<readonly Look[]>([]);
  problem = $state<string>();
  readonly #asked: Asked;
  #isAsking = false;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  begin(task: Task): void {
    this.task = task;
    this.looks = [];
    this.problem = undefined;
    void this.look();
  }

  end(): void {
    this.task = undefined;
    this.looks = [];
  }

  /** Asks once more, unless the last question is still open. */
  async look(): Promise<void> {
    const { task } = this;
    if (!task || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const { update, programs, scores } = await this.#asked.answers(task.id, ANSWERS);
      const verdicts = await Promise.all(programs.map((program) => this.#asked.judge(task, program)));
      if (task !== this.task) return;
      const look: Look = {
        update,
        passed: verdicts.map(({ name }) => (name === 'infra' ? undefined : name === 'passed')),
        score: scores && scores.reduce((sum, score) => sum + score / scores.length, 0),
        usual: mostFrequent(programs),
      };
      this.looks = [look, ...this.looks.filter((other) => other.update < update)].slice(0, MOST_LOOKS);
      this.problem = undefined;
    } catch (error) {
      if (task === this.task) this.problem = (error as Error).message;
    } finally {
      this.#isAsking = false;
      // Another prompt was chosen meanwhile.
      if (this.task && task !== this.task) void this.look();
    }
  }
}

/** The first of those that are there most often. */
export function mostFrequent(programs: readonly string[]): Look['usual'] {
  const times = new Map<string, number>();
  for (const program of programs) times.set(program, (times.get(program) ?? 0) + 1);
  const [program, most] = [...times].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { program, times: most };
}
