/** Logs of metrics by verl, TRL and OpenRLHF: what of them our charts can draw, under our names. */
import type { MetricName, Metrics } from '../protocol/metrics.ts';
import { eventRows } from './event-file.ts';
import { bareName, makers, ruleOf, undrawn, type Maker } from './log-names.ts';
import { jsonOf, lineRows, listRows, tableRows, type LogRow } from './log-rows.ts';
import { LogError, MOST_LOG_TEXT, MOST_UPDATES, named, told, type RunLog, type Unshown } from './run-log.ts';
import { unipoLogOf } from './unipo-log.ts';

/** Names of metrics of a log. */
const MOST_NAMES = 5_000;

/** What a log has under a name that one of the makers may mean something of ours by. */
interface Column {
  /** By step; what was logged later stands. */
  values: Map<number, number>;
  /** Of the first thing there that is no number. */
  problem?: string;
}

/** Numbers that are none: of an empty batch, say. */
const isAbsent = (value: unknown) =>
  value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value));

function stepOf({ at, step }: LogRow): number {
  const isStep = typeof step === 'number' && Number.isInteger(step) && step >= 0 && step < MOST_UPDATES;
  if (isStep) return step;
  const what = step === undefined ? 'missing' : told(step);
  throw new LogError(
    `Its ${at}, step: it is ${what}, expected a whole number from 0 to ${MOST_UPDATES - 1}.`,
  );
}

const mayMean = (name: string) => makers.some((maker) => ruleOf(maker, name)?.ours !== undefined);

/** By name, in the order of the log; undefined of what nothing of ours can be. */
function columnsOf(rows: Iterable<LogRow>): Map<string, Column | undefined> {
  const columns = new Map<string, Column | undefined>();
  for (const row of rows) {
    const step = stepOf(row);
    for (const [full, value] of row.values) {
      const name = bareName(full);
      if (name === '') continue;
      if (!columns.has(name)) {
        if (columns.size >= MOST_NAMES)
          throw new LogError(`It has more than ${MOST_NAMES} metrics, at its ${row.at}.`);
        columns.set(name, mayMean(name) ? { values: new Map() } : undefined);
      }
      const column = columns.get(name);
      if (!column || isAbsent(value)) continue;
      if (typeof value === 'number') column.values.set(step, value);
      else column.problem ??= `Its ${row.at}, ${named(full)}: it is ${told(value)}, expected a number.`;
    }
  }
  return columns;
}

/** By the names that it alone logs. @throws LogError where that is none of them, or more than one */
function makerOf(names: readonly string[]): Maker {
  const counts = makers.map(({ marks }) => names.filter((name) => marks.test(name)).length);
  const most = Math.max(...counts);
  const found = makers.filter((_, i) => counts[i] === most);
  if (most > 0 && found.length === 1) return found[0];
  const some = names.length === 0 ? 'it has none' : `it has ${names.slice(0, 5).map(named).join(', ')}`;
  throw new LogError(
    `By the names of its metrics it is no log of ${makers.map(({ name }) => name).join(', ')}: ${some}.`,
  );
}

interface Drawn {
  ours: MetricName;
  values: ReadonlyMap<number, number>;
  note?: string;
}

/** What of a log is drawn, and what is not. @throws LogError where there is no number for what would be drawn */
function sorted(
  maker: Maker,
  columns: ReadonlyMap<string, Column | undefined>,
): { drawn: Drawn[]; unshown: Unshown[] } {
  const drawn: (Drawn & { name: string })[] = [];
  const why = new Map<string, string | undefined>();
  const ruled = Array.from(columns, ([name, column]) => ({ name, column, rule: ruleOf(maker, name) }));
  const rank = ({ rule }: (typeof ruled)[number]) => (rule ? maker.rules.indexOf(rule) : Infinity);
  for (const { name, column, rule } of ruled.sort((a, b) => rank(a) - rank(b) || 0)) {
    why.set(name, rule?.why);
    if (!rule?.ours || !column) continue;
    const { ours, note, isShare } = rule;
    if (column.problem !== undefined) throw new LogError(column.problem);
    const first = drawn.find((one) => one.ours === ours);
    const values = [...column.values.values()];
    if (values.length === 0) why.set(name, undrawn.hasNone);
    else if (isShare && values.some((value) => value < 0 || value > 1)) why.set(name, undrawn.isNoShare);
    else if (first) why.set(name, undrawn.another(named(first.name)));
    else drawn.push({ name, ours, values: column.values, note });
  }
  const unshown = [...columns.keys()].filter((name) => drawn.every((one) => one.name !== name));
  return { drawn, unshown: unshown.map((name) => ({ name: named(name), why: why.get(name) })) };
}

/** @throws LogError, with a sentence that says what is wrong, and in which line and field */
function metricsLogOf(rows: Iterable<LogRow>): RunLog {
  const columns = columnsOf(rows);
  const maker = makerOf([...columns.keys()]);
  const { drawn, unshown } = sorted(maker, columns);
  if (drawn.length === 0)
    throw new LogError(`It is a log of ${maker.name}, but has no metric that the page can draw.`);
  const byStep = new Map<number, Metrics>();
  for (const { ours, values } of drawn)
    for (const [step, value] of values) byStep.set(step, { ...byStep.get(step), [ours]: value });
  const updates = Array.from(byStep, ([update, metrics]) => ({ update, metrics }));
  return {
    ...{ maker: maker.name, about: '', isOurs: false, steps: updates.length, changes: [] },
    updates: updates.sort((a, b) => a.update - b.update),
    notes: [...new Set(drawn.flatMap(({ note }) => note ?? []))],
    unshown,
  };
}

/** One JSON value, or one a line. */
function jsonLogOf(text: string): RunLog {
  let json: unknown;
  try {
    json = jsonOf(text);
  } catch (error) {
    const end = text.trimStart().indexOf('\n');
    try {
      // Whoever names lines of JSON .json has a first line that stands by itself.
      if (end > 0) jsonOf(text.trimStart().slice(0, end));
      else throw error;
    } catch {
      throw new LogError(`It is no JSON: ${(error as Error).message}.`, { cause: error });
    }
    return metricsLogOf(lineRows(text));
  }
  if (Array.isArray(json)) return metricsLogOf(listRows(json));
  const history = typeof json === 'object' && json !== null && Object.entries(json);
  const [, list] = (history || []).find(([name]) => name === 'log_history') ?? [];
  return Array.isArray(list) ? metricsLogOf(listRows(list)) : unipoLogOf(json);
}

/** Whether a file of such a name can only be a log of metrics. */
export const isLogName = (name: string): boolean =>
  /\.(json|jsonl|ndjson|csv)$/i.test(name) || isEventName(name);
const isEventName = (name: string) => /tfevents/i.test(name);

/**
 * @param name of its file: it says of what form it is
 * @throws LogError, with a sentence that says what is wrong and where
 */
export function readLogFile(name: string, bytes: Uint8Array): RunLog {
  if (bytes.length > MOST_LOG_TEXT)
    throw new LogError(`It has ${bytes.length} bytes; a log of up to ${MOST_LOG_TEXT} can be shown.`);
  if (isEventName(name)) return metricsLogOf(eventRows(bytes));
  const text = new TextDecoder().decode(bytes);
  if (/\.csv$/i.test(name)) return metricsLogOf(tableRows(text));
  return /\.(jsonl|ndjson)$/i.test(name) ? metricsLogOf(lineRows(text)) : jsonLogOf(text);
}
