import { isLight } from '../../protocol/events.ts';
import { RunRecord } from '../../record/run-record.ts';
import { labelOf } from '../markers.ts';
import { RunModel } from '../run/run-model.ts';
import { bytesOf } from './checkpoints.ts';
import type { RunFacts, SavedRun } from './store.ts';

/** What a list says of a run, of which `model` knows at least as much as was saved. */
export function factsOf(
  { id, savedAt, record, state, branch, answers }: SavedRun,
  model: RunModel,
): RunFacts {
  const { config, changes, history, engine } = model;
  return {
    ...{ id, savedAt, updates: state.update },
    label: labelOf(
      config,
      changes.filter(({ update }) => update <= state.update),
      branch,
    ),
    ...(branch && { branch }),
    ...(answers && { answered: Object.keys(answers.lessons).length }),
    passAt1: history.latest('eval/pass@1_held_out', state.update)?.value,
    engine: engine?.name,
    preset: engine?.preset ?? config.preset,
    bytes: record.length + bytesOf(state),
    stateBytes: bytesOf(state),
  };
}

/** Of a run of which there is nothing else; one that cannot be read has facts, too, so that it can be seen and deleted. */
export function factsOfSaved(run: SavedRun): RunFacts {
  try {
    const record = RunRecord.decode(run.record, 'head');
    const model = new RunModel(record.config);
    for (const event of record.events(isLight)) model.apply(event);
    return factsOf(run, model);
  } catch {
    const { id, savedAt, state, record } = run;
    return {
      ...{ id, savedAt, updates: state.update, label: 'a run that cannot be read' },
      ...{ passAt1: undefined, engine: undefined, preset: '', bytes: record.length },
    };
  }
}
