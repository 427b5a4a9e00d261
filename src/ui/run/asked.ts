import type { Judge, JudgeItem, JudgeOptions } from '../../judge/host/judge.ts';
import type { Batch } from '../../protocol/batch.ts';
import type { EngineReport } from '../../protocol/engine-report.ts';
import type { Answers, Interval } from '../../protocol/messages.ts';
import type { Task } from '../../protocol/task.ts';
import type { TokenNumbers } from '../../protocol/tokens.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import { taskById } from '../../tasks/tasks.ts';
import { keptBy } from '../batch-view.ts';
import { Follow } from '../follow/follow.svelte.ts';
import type { Comparison } from '../tried.ts';
import { ask } from './ask.ts';
import { DrawnRun } from './drawn.svelte.ts';
import { judgeAndScore, judgeEdited, type ScoredBy } from './edited.ts';
import type { RunClient } from './run-client.ts';

/** What a visitor can ask of the run that is shown: its threads answer between two stages, when they are asked and never by themselves. */
export abstract class AskedRun extends DrawnRun {
  protected abstract readonly judges: Judge;
  /** The run's threads; undefined where there are none yet. */
  protected abstract get client(): RunClient | undefined;
  /** The run's reward models are those that scored what is shown. */
  protected abstract get canScore(): boolean;
  /** The run came from a file, and nobody has said yet that its code may run. */
  protected abstract get isUnread(): boolean;

  /** One prompt over the updates, while a visitor follows it. */
  readonly follow = new Follow({
    answers: (taskId, count) => this.answers(taskId, count),
    judge: (task, program) => this.judge(task, program),
  });

  /** What the policy's engine runs, and what it takes. Rejects where there is none. */
  async engineReport(): Promise<EngineReport> {
    return ask(this.client, { type: 'times' }, 'timed');
  }

  /** How far the gradient of each filter on the batch that is shown leads where the truth's does, by the policy as it is. */
  async cosines(filters: readonly Pick<Comparison, 'filter'>[]): Promise<(Interval | null)[]> {
    const { shown, knobs, config } = this;
    if (!shown?.testScores) throw new Error('There is no judged batch yet.');
    const { batch, testScores } = shown;
    const kept = filters.map(({ filter }) => [...keptBy(batch, testScores, filter, config.seed)]);
    const question = { type: 'cosines', batch, testScores, kept, knobs } as const;
    return (await ask(this.client, question, 'cosines')).cosines;
  }

  /** The numbers of every token of a response of this run, by the policy as it is. `kept`: rows that are learned from, or would be. */
  tokens({ batch, kept }: { batch: Batch; kept: readonly number[] }, row: number): Promise<TokenNumbers> {
    return ask(this.client, { type: 'tokens', batch, row, kept, knobs: this.knobs }, 'tokens');
  }

  /** As `tokens`; undefined while the run that is shown trains or is not the live one, and where nobody can answer. */
  readonly tokensAtRest = async (batch: Batch, row: number): Promise<TokenNumbers | undefined> => {
    if (this.status.kind !== 'paused') return undefined;
    return this.tokens({ batch, kept: batch.kept }, row).catch(() => undefined);
  };

  /** What the policy answers to a task, after the last update or the one that is being made. */
  answers(taskId: string, count: number): Promise<Answers> {
    return ask(this.client, { type: 'answers', taskId, count }, 'answers');
  }

  judge(task: Task, program: string): Promise<Verdict> {
    return judgeEdited(this.judges, task, program);
  }

  /** Runs programs that are nobody's answer to a prompt, after all else that the judge has to do. */
  judgeAll(items: readonly JudgeItem[], options: Pick<JudgeOptions, 'signal'>): Promise<Verdict[]> {
    return this.judges.judge(items, { ...options, priority: 'evaluation' });
  }

  judgeAndScore(task: Task, program: string, by: ScoredBy) {
    const client = this.canScore ? this.client : undefined;
    return judgeAndScore(this.judges, client, task, program, { ...by, isUnread: this.isUnread });
  }

  task(id: string): Task {
    return taskById(id);
  }
}
