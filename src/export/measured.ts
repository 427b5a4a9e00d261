import { passesOf } from '../ppo/cost.ts';
import { asksPolicy, filterKey } from '../ppo/filter.ts';
import { predictors } from '../ppo/predictors.ts';
import type { Batch } from '../protocol/batch.ts';
import type { FilterConfig, Knobs } from '../protocol/config.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { ExportSource } from './source.ts';

/** What predictors say of a batch of a run, under the filter that it was trained with then. */
export interface Measured {
  /** The update of the batch: what is measured was known before that update learned anything. */
  update: number;
  filter: FilterConfig;
  responses: number;
  kept: number;
  /** Share of responses that pass all tests, of those whose truth is known. */
  passRate: number;
  /** By the predictor's label and symbol; undefined where it does not exist. */
  values: { label: string; symbol: string; value: number | undefined }[];
  /** The last evaluation's, where there was one. */
  heldOut?: { update: number; passAt1: number };
}

/** Share of a batch that passes, and what every predictor says that needs no second reward model. */
function measure(batch: Batch, testScores: Float32Array, knobs: Knobs): Omit<Measured, 'heldOut'> {
  const { scores, groupSize, kept, update, filter, teacher } = batch;
  const truths = testScores.map((score) => (Number.isNaN(score) ? NaN : score === 1 ? 1 : 0));
  const known = truths.filter((truth) => !Number.isNaN(truth));
  const { whitening, epochs } = knobs;
  const spent = { drawn: scores.length, kept: kept.length, epochs, teacher, whitening };
  const cost = passesOf({ ...spent, isAsked: asksPolicy(filter) });
  return {
    ...{ update, filter, responses: scores.length, kept: kept.length },
    passRate: known.reduce((sum, truth) => sum + truth, 0) / known.length,
    values: predictors
      .filter(({ name }) => name !== 'gamma-2')
      .map(({ label, symbol, of }) => ({
        ...{ label, symbol },
        value: of({ scores, truths, groupSize }, kept, { whitening, cost }),
      })),
  };
}

/**
 * A run as it can be exported: settings at its end, and what predictors say of its last batch whose truth is known, and which it was
 * filtered by as it is now.
 *
 * @param knobs in force at the end
 */
export function sourceOf(name: string, record: RunRecord, knobs: Knobs): ExportSource {
  const wanted = filterKey(knobs.filter);
  let inForce = record.config.knobs;
  let isChanged = false;
  let updates = 0;
  let newest: Batch | undefined;
  let judged: Parameters<typeof measure> | undefined;
  let heldOut: Measured['heldOut'];
  for (const event of record.events()) {
    if (event.type === 'knobs') {
      inForce = { ...inForce, ...event.knobs };
      if (event.update > 0) isChanged = true;
    }
    if (event.type === 'updated') updates = event.update;
    if (event.type === 'batch') newest = event.batch;
    if (event.type === 'judged' && newest?.update === event.update && filterKey(newest.filter) === wanted)
      judged = [newest, event.testScores, inForce];
    if (event.type === 'evaluated') {
      const passAt1 = event.metrics['eval/pass@1_held_out'];
      if (passAt1 !== undefined) heldOut = { update: event.update, passAt1 };
    }
  }
  const measured = judged && { ...measure(...judged), ...(heldOut && { heldOut }) };
  return { name, config: record.config, knobs, updates, isChanged, ...(measured && { measured }) };
}
