/** Logs in UNIPO's format (poloclub/unipo, docs/canonical_schema.json), of this page's runs or of another program's. */
import * as v from 'valibot';
import { checkKnobs, completeKnobs, knobNames } from '../ppo/knobs.ts';
import type { Knobs } from '../protocol/config.ts';
import type { MetricName, Metrics } from '../protocol/metrics.ts';
import { unipoNames } from './exports.ts';
import { LogError, MOST_UPDATES, type RunLog } from './run-log.ts';

const text = v.optional(v.string(), '');
const schema = v.object({
  header: v.object({ algorithm: text, model_name: text, task: text, hparams: v.optional(v.unknown()) }),
  entries: v.array(
    v.object({
      step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      is_first_step_after_rollout_phase: v.optional(v.boolean(), true),
      metrics: v.record(v.string(), v.unknown()),
    }),
  ),
});
type Entry = v.InferOutput<typeof schema>['entries'][number];

/** Theirs by their names, and the pass rate, which is ours alone. */
const names = new Map<string, MetricName>([
  ...Object.entries(unipoNames).map(([ours, theirs]) => [theirs, ours as MetricName] as const),
  ['pass_rate', 'objective/pass_rate'],
]);

function checked(json: unknown): v.InferOutput<typeof schema> {
  const read = v.safeParse(schema, json, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const what =
    issue.received === 'undefined' ? 'it is missing' : `it is ${issue.received}, expected ${issue.expected}`;
  throw new LogError(
    `It is no UNIPO log, at ${v.getDotPath(issue) ?? 'its top'}: ${what}. A log has a header and entries with a step and metrics.`,
  );
}

/** The entries of each update, in order; the update is theirs, from 1. */
function phasesOf(entries: readonly Entry[], isOurs: boolean): Map<number, Entry[]> {
  const phases = new Map<number, Entry[]>();
  let phase = 0;
  for (const entry of entries) {
    if (entry.is_first_step_after_rollout_phase || phase === 0) phase++;
    // Of ours an update that took no step has no entry.
    const update = isOurs ? entry.step + 1 : phase;
    if (update > MOST_UPDATES)
      throw new LogError(`It has an update ${update}; up to ${MOST_UPDATES} can be shown.`);
    const steps = phases.get(update);
    if (steps) steps.push(entry);
    else phases.set(update, [entry]);
  }
  return phases;
}

function meansOf(entries: readonly Entry[]): Metrics {
  const metrics: Metrics = {};
  for (const [theirs, ours] of names) {
    const known = entries.map((entry) => entry.metrics[theirs]).filter((value) => Number.isFinite(value));
    if (known.length > 0)
      metrics[ours] = (known as number[]).reduce((sum, value) => sum + value, 0) / known.length;
  }
  return metrics;
}

const step = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MOST_UPDATES - 1));
const settingsSchema = v.looseObject({
  changes: v.optional(v.pipe(v.array(v.looseObject({ step })), v.maxLength(10_000)), []),
});

/** @throws LogError where they cannot be */
function knobsFrom(known: Partial<Knobs>, said: Record<string, unknown>): Knobs {
  const part = Object.fromEntries(
    knobNames.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])),
  );
  const knobs = completeKnobs({ ...known, ...part });
  let problem: string | undefined;
  try {
    problem = checkKnobs(knobs);
  } catch (error) {
    problem = `${(error as Error).message}.`;
  }
  if (problem !== undefined) throw new LogError(`It has settings that cannot be. ${problem}`);
  return knobs;
}

/** What our export says of settings: others say theirs in names of their own. @throws LogError where they cannot be */
function changesOf(hparams: unknown): RunLog['changes'] {
  const read = v.safeParse(settingsSchema, hparams ?? {});
  if (!read.success)
    throw new LogError(
      `Its settings cannot be read, at header.hparams.${v.getDotPath(read.issues[0]) ?? ''}: ${read.issues[0].message}.`,
    );
  const { changes, ...begun } = read.output;
  let before = knobsFrom({}, begun);
  return changes.map(({ step: at, ...part }) => {
    const after = knobsFrom(before, part);
    const change = { update: at + 1, before, after };
    before = after;
    return change;
  });
}

/** The names in it that nothing of ours corresponds to. */
function unshownIn(entries: readonly Entry[]): RunLog['unshown'] {
  const all = new Set(entries.flatMap(({ metrics }) => Object.keys(metrics)));
  return [...all].filter((name) => !names.has(name)).map((name) => ({ name }));
}

/**
 * An update is a phase of rollouts with the Adam steps that follow it: the means over those steps.
 *
 * @param json of the whole log
 * @throws LogError, with a sentence that says what is wrong and where
 */
export function unipoLogOf(json: unknown): RunLog {
  const { header, entries } = checked(json);
  const { algorithm, model_name: model, task, hparams } = header;
  const isOurs = model.startsWith('pf-ppo-playground/');
  const updates = Array.from(phasesOf(entries, isOurs), ([update, steps]) => ({
    update,
    metrics: meansOf(steps),
  })).filter(({ metrics }) => Object.keys(metrics).length > 0);
  if (updates.length === 0)
    throw new LogError(
      `None of its entries has a metric that the page can draw: ${[...names.keys()].join(', ')}.`,
    );
  const about = [algorithm, model, task].filter((part) => part !== '').join(', ');
  const changes = isOurs ? changesOf(hparams) : [];
  return {
    ...{ maker: 'UNIPO', about, isOurs, steps: entries.length, updates, changes, notes: [] },
    unshown: unshownIn(entries),
  };
}
