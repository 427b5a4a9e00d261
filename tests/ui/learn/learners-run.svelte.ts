import { vi } from 'vitest';
import { defaultConfig, differences } from '../../../src/ppo/knobs.ts';
import type { RunConfig } from '../../../src/protocol/config.ts';
import { taskById } from '../../../src/tasks/tasks.ts';
import { RunHistory } from '../../../src/ui/history.ts';
import type { JudgedBatch } from '../../../src/ui/run/run-model.ts';
import type { Status } from '../../../src/ui/status.ts';
import type { LearnersRun } from '../../../src/ui/learn/trial.ts';

const taskOf = (id: string) => ({
  ...taskById('array/odd/doubled/sum'),
  statement: `task ${id}`,
});

/** A run of which a test says what it is at. */
export class FakeRun implements LearnersRun {
  config = $state.raw<RunConfig>(defaultConfig);
  engine = $state.raw<LearnersRun['engine']>();
  past = $state.raw<LearnersRun['past']>();
  changes = $state.raw<LearnersRun['changes']>([]);
  finished = $state(0);
  hasChanged = $state(false);
  history = $state.raw(new RunHistory());
  shown = $state.raw<JudgedBatch>();
  status = $state.raw<Status>({ kind: 'starting' });
  version = $state(0);
  play = vi.fn();
  judgeAndScore = vi.fn<LearnersRun['judgeAndScore']>();
  task = (id: string) => taskOf(id);
  beginAs = vi.fn((part: Partial<RunConfig>) => {
    this.config = { ...this.config, ...part };
    [this.finished, this.changes, this.history] = [0, [], new RunHistory()];
    this.status = { kind: 'starting' };
  });

  /** The run waits after an update. */
  rest(update: number): void {
    this.finished = update;
    this.version++;
    this.status = { kind: 'paused', update, phase: undefined, finished: true, last: undefined };
  }

  isAs(knobs: RunConfig['knobs']): boolean {
    return differences(this.config.knobs, knobs).length === 0;
  }
}
