/** A run as it was after one of its updates, for others to begin with. */
import { completeKnobs } from '../../ppo/knobs.ts';
import { ownParts } from '../../ppo/own-models.ts';
import { presetNames } from '../../ppo/preset-names.ts';
import type { Knobs, RunConfig } from '../../protocol/config.ts';
import type { RunEvent } from '../../protocol/events.ts';
import type { LearnerState, TrainingState } from '../../protocol/state.ts';
import type { Branch } from '../../record/run-file.ts';
import { RunRecord } from '../../record/run-record.ts';
import { apartFromCode } from '../address.ts';
import { restore } from '../run/live-run.ts';
import { nameOf } from './order.ts';
import type { KeptRun, SavedRun } from './store.ts';

/** What others that begin there have in common with it. */
export interface StartFacts {
  /** Of the run, which may be gone. */
  runId: string;
  /** The update, and what the run was called. */
  branch: Branch;
  /** With the models that it had, and the knobs that were set then. */
  config: RunConfig;
}

/** Enough to begin there, even when the run itself has gone. Of its programs the last few are left. */
export type StartState = SavedRun & { branch: Branch };

export interface Start {
  facts: StartFacts;
  state: StartState;
}

/** Batches that stay: Play shows the last, and what they say of each other. */
const BATCHES = 4;

const learners = ['learner', 'critic'] as const;
const isWhole = ({ parameters, firstMoment, secondMoment }: LearnerState) =>
  [parameters, firstMoment, secondMoment].every(
    (arena) => arena.length > 0 && arena.length === parameters.length && arena.every(Number.isFinite),
  );
/** Of a state that storage gave back. */
const isSound = (state: TrainingState) =>
  learners.every((name) => (state[name] as LearnerState | undefined) && isWhole(state[name]));

const hasCode = (knobs: Knobs) =>
  Object.values(apartFromCode(knobs).codes).some((code) => code !== undefined);

/**
 * @param saved with the state and the knobs of the update
 * @param run what it is of
 * Rejects, with a sentence, where nothing can begin there.
 */
export async function startOf(saved: StartState, run: KeptRun): Promise<Start> {
  const name = nameOf(run);
  const { branch } = saved;
  const knobs = completeKnobs(saved.knobs);
  const { update } = branch;
  if (!isSound(saved.state))
    throw new Error(`The state of “${name}” after update ${update} is damaged. Choose another update.`);
  const { record, model, state } = await restore(saved);
  const set = [record.config.knobs, state.knobs, knobs, ...model.changes.map(({ after }) => after)];
  if (saved.isUnread && set.some(hasCode))
    throw new Error(`“${name}” came from a file, with code that nobody here has read: look at it first.`);
  const preset = model.engine?.preset;
  if (!presetNames.some((known) => known === preset))
    throw new Error(`“${name}” has the models “${preset ?? '?'}”, which this page does not have.`);
  record.thin(update + 1, BATCHES);
  const { evalFrom: _, ...config } = { ...record.config, preset: preset!, knobs };
  const { isUnread: __, ...read } = saved;
  return { facts: { runId: run.id, branch, config }, state: { ...read, record: record.encode() } };
}

/** A run that goes on from there, with streams and knobs of its own. It is measured there first. */
export function begunAt(
  { record: bytes, state, branch }: StartState,
  { seed, knobs }: Pick<RunConfig, 'seed' | 'knobs'>,
): StartState {
  const { update } = state;
  const before = RunRecord.decode(bytes, 'head');
  const record = new RunRecord({ ...before.config, seed, evalFrom: update });
  // How the other run was measured there is not this one's.
  const isMeasure = (type: RunEvent['type']) => type === 'evaluated' || type === 'evaluation';
  for (const event of before.events((type, at) => !isMeasure(type) || at < update)) record.push(event);
  const now = { id: crypto.randomUUID(), savedAt: Date.now() };
  return { ...now, record: record.encode(), state, knobs, branch };
}

/** Why a run that begins there cannot have these knobs, as a sentence; undefined where it can. */
export function unfit({ config: { preset } }: StartFacts, { teacher }: Knobs): string | undefined {
  const made = ownParts(teacher)?.recipe.preset;
  return made === undefined || made === preset
    ? undefined
    : `A reward model made for the models “${made}” cannot score what a run of “${preset}” writes: these settings cannot begin there.`;
}
