import type { RunEvent } from '../src/protocol/events.ts';
import { RunRecord } from '../src/record/run-record.ts';
import { run, type Options } from './tiny-run.ts';

/** A run of the small untrained network, its record, and the state at its end. Truths come late, as they do in the page. */
export async function recordedRun(updates: number, options: Omit<Options, 'updates'> = {}) {
  const { events, state, training } = await run({ ...options, updates });
  const { config } = training.given;
  const opened: RunEvent = {
    ...{ type: 'opened', update: 0, config, engine: 'cpu', why: 'CPU.' },
    ...{ preset: 'tiny', parameterCount: 35_000 },
  };
  const record = new RunRecord(config);
  for (const event of [opened, ...events]) record.push(event);
  return { record, state };
}
