import type { Numbers, Trace, Trial } from '../../course/exercise.ts';
import { defaultKnobs, differences } from '../../ppo/knobs.ts';
import type { PresetName } from '../../ppo/preset-names.ts';
import type { Knobs } from '../../protocol/config.ts';
import type { Run } from '../run.svelte.ts';
import { dock } from './dock.svelte.ts';
import { isAtRest } from '../status.ts';

/** What the course reads of the run, and asks of it. */
export type LearnersRun = Pick<
  Run,
  | 'beginAs'
  | 'changes'
  | 'config'
  | 'engine'
  | 'finished'
  | 'hasChanged'
  | 'history'
  | 'judgeAndScore'
  | 'past'
  | 'play'
  | 'shown'
  | 'status'
  | 'task'
  | 'version'
>;

/** Small enough for any visitor, and what `npm run course` measured. */
const preset: PresetName = 'tiny';

export const knobsOf = ({ knobs }: Trial): Knobs => ({ ...defaultKnobs, ...knobs });

/** A run from the beginning, with the seed that is set, as the trial wants it. It then trains as far as the trial goes. */
export function begin(trial: Trial, run: LearnersRun): void {
  const { policy, tasks, preset: models, knobs } = run.config;
  dock.before ??= { policy, tasks, preset: models, knobs };
  run.beginAs({ policy: undefined, tasks: undefined, preset, knobs: knobsOf(trial) });
  if (trial.updates > 0) run.play({ updates: trial.updates });
}

/** The run that is open is the trial's own, and nothing was set otherwise since. */
export function isOf(trial: Trial, { config, changes, hasChanged, status }: LearnersRun): boolean {
  const isLive = status.kind !== 'recording' && status.kind !== 'looking' && status.kind !== 'failed';
  const isPlain = config.policy === undefined && config.tasks === undefined && config.preset === preset;
  const isSame = differences(config.knobs, knobsOf(trial)).length === 0;
  return isLive && isPlain && isSame && !hasChanged && changes.length === 0;
}

/** What is read of the trial's run once it has come as far as it is to; undefined before. */
export function readOf(trial: Trial, run: LearnersRun): Numbers | undefined {
  const { status, finished, history, shown } = run;
  if (!isOf(trial, run) || !isAtRest(status) || finished < trial.updates || !shown?.testScores)
    return undefined;
  const trace: Trace = {
    known: (name) => history.known(name).filter(({ update }) => update <= trial.updates),
    batch: {
      scores: shown.batch.scores,
      testScores: shown.testScores,
      groupSize: shown.batch.groupSize,
    },
    kl: shown.experience?.kl,
  };
  const numbers = trial.read(trace);
  // What was not measured, since evaluations were set apart say, is not read at all.
  return Object.values(numbers).every(Number.isFinite) ? numbers : undefined;
}
