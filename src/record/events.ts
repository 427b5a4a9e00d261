/** The columns of a record, and how events are read from them. */
import { MOST_PROGRAMS } from '../ppo/knobs.ts';
import { phases, type Batch, type Evaluation } from '../protocol/batch.ts';
import type { RunEvent } from '../protocol/events.ts';
import { metricNames, type Metrics } from '../protocol/metrics.ts';
import { programText } from '../tasks/program-text.ts';
import { taskById } from '../tasks/tasks.ts';
import { END } from '../tasks/vocabulary.ts';
import type { Cursor } from './columns.ts';

/** The most tokens that a response and its prompt can have, far above what any models here take. */
const LONGEST = 1024;

export const kinds = [
  'opened',
  'state',
  'knobs',
  'phase',
  'batch',
  'experience',
  'updated',
  'judged',
  'evaluated',
  'failed',
  'evaluation',
] as const satisfies RunEvent['type'][];

/** One entry an event (`kind` … `z`), or as many as an event says that it has. */
export const columnTypes = {
  kind: 'u8',
  update: 'u32',
  x: 'u16',
  y: 'u16',
  z: 'u16',
  metricName: 'u8',
  metricValue: 'f64',
  ids: 'u16',
  lengths: 'u16',
  ended: 'u8',
  scores: 'f32',
  weights: 'f32',
  kept: 'u32',
  kl: 'f32',
  advantages: 'f32',
  testScores: 'f32',
} as const;
export type ColumnName = keyof typeof columnTypes;
/** What of a batch is no number. */
export interface BatchMeta extends Pick<
  Batch,
  'promptCount' | 'groupSize' | 'taskIds' | 'teacher' | 'teacherCode' | 'noise' | 'filter'
> {
  contextLength: number;
  kept: number;
}
/** What of an evaluation is no number. */
export interface EvaluationMeta extends Pick<Evaluation, 'taskIds' | 'trainCount'> {
  contextLength: number;
}
type Read = Record<ColumnName, Cursor>;
export type Wanted = (type: RunEvent['type'], update: number) => boolean;

/** The next event; undefined where it is not wanted, and has been passed over: then it could be read, or this throws as well. */
export function eventOf(read: Read, words: Iterator<string>, wanted: Wanted): RunEvent | undefined {
  const type = kinds[read.kind.next()];
  const update = read.update.next();
  const [x, y, z] = [read.x.next(), read.y.next(), read.z.next()];
  const said = () => JSON.parse(words.next().value as string) as unknown;
  if (type && !wanted(type, update)) {
    if (type === 'batch') passBatch(read, said() as BatchMeta);
    else if (type === 'evaluation') passEvaluation(read, said() as EvaluationMeta);
    else if (type === 'opened' || type === 'knobs' || type === 'failed') words.next();
    else passNumbers(read, type, x, y);
    return undefined;
  }
  switch (type) {
    case 'phase':
      return { type, update, phase: phases[x], minibatch: y > 0 ? { index: y - 1, count: z } : undefined };
    case 'state':
      return { type, update, state: x === 1 ? 'running' : 'paused' };
    case 'batch':
      return { type, update, batch: batchOf(read, update, said() as BatchMeta) };
    case 'experience':
      return {
        type,
        update,
        kl: Float32Array.from(read.kl.take(x)),
        advantages: Float32Array.from(read.advantages.take(x)),
      };
    case 'judged':
      return {
        type,
        update,
        testScores: Float32Array.from(read.testScores.take(y)),
        metrics: metricsOf(read, x),
      };
    case 'updated':
    case 'evaluated':
      return { type, update, metrics: metricsOf(read, x) };
    case 'evaluation':
      return { type, update, evaluation: evaluationOf(read, said() as EvaluationMeta) };
    case 'opened':
    case 'knobs':
    case 'failed':
      return { ...(said() as RunEvent), type, update } as RunEvent;
    default:
      throw new Error('it has an event of no known kind');
  }
}

function passBatch(read: Read, { promptCount, groupSize, taskIds, contextLength, kept }: BatchMeta): void {
  const rows = promptCount * groupSize;
  if (taskIds.length !== promptCount) throw new Error('it has a batch without its tasks');
  passResponses(read, rows, contextLength, taskIds);
  for (const name of ['scores', 'weights'] as const) read[name].take(rows);
  read.kept.take(kept);
}

function passEvaluation(read: Read, { taskIds, contextLength }: EvaluationMeta): void {
  passResponses(read, taskIds.length, contextLength, taskIds);
  for (const name of ['testScores', 'scores', 'kl'] as const) read[name].take(taskIds.length);
}

function passResponses(read: Read, rows: number, T: number, taskIds: readonly string[]): void {
  checkSize(rows, T);
  taskIds.forEach(taskById);
  for (const length of lengthsOf(read, rows, T)) read.ids.take(length);
  read.ended.take(rows);
}

/** A file may say anything, and memory is made for what it says. */
function checkSize(rows: number, T: number): void {
  if (!(rows <= MOST_PROGRAMS && T <= LONGEST)) throw new Error('it has a batch that is too large');
}

function lengthsOf(read: Read, rows: number, T: number): Uint32Array {
  const lengths = Uint32Array.from(read.lengths.take(rows));
  if (lengths.some((length) => length > T)) throw new Error('it has a response that is too long');
  return lengths;
}

/** `x` and `y` as the event has them. */
function passNumbers(read: Read, type: RunEvent['type'], x: number, y: number): void {
  if (type === 'judged') read.testScores.take(y);
  const pairs = { experience: ['kl', 'advantages'], metrics: ['metricName', 'metricValue'] } as const;
  const hasMetrics = type === 'judged' || type === 'updated' || type === 'evaluated';
  const pair = hasMetrics ? pairs.metrics : type === 'experience' ? pairs.experience : [];
  for (const name of pair) read[name].take(x);
}

function metricsOf(read: Read, count: number): Metrics {
  const metrics: Metrics = {};
  for (let i = 0; i < count; i++) {
    const place = read.metricName.next();
    if (place >= metricNames.length) throw new Error('it has a metric of no name');
    metrics[metricNames[place]] = read.metricValue.next();
  }
  return metrics;
}

function batchOf(read: Read, update: number, { contextLength, kept, ...meta }: BatchMeta): Batch {
  const { promptCount, groupSize, taskIds } = meta;
  const rowTasks = taskIds.flatMap((id) => Array<string>(groupSize).fill(id));
  const rows = promptCount * groupSize;
  return {
    ...{ ...meta, update },
    ...responsesOf(read, rows, contextLength, rowTasks),
    scores: Float32Array.from(read.scores.take(rows)),
    weights: Float32Array.from(read.weights.take(rows)),
    kept: Array.from(read.kept.take(kept)),
  };
}

function evaluationOf(read: Read, { contextLength, taskIds, trainCount }: EvaluationMeta): Evaluation {
  const rows = taskIds.length;
  return {
    ...{ taskIds, trainCount },
    ...responsesOf(read, rows, contextLength, taskIds),
    testScores: Float32Array.from(read.testScores.take(rows)),
    scores: Float32Array.from(read.scores.take(rows)),
    kl: Float32Array.from(read.kl.take(rows)),
  };
}

/** Row r answers the task `rowTasks[r]`. */
function responsesOf(
  read: Read,
  rows: number,
  T: number,
  rowTasks: readonly string[],
): Pick<Batch, 'tokens' | 'lengths' | 'programs' | 'ended'> {
  checkSize(rows, T);
  const lengths = lengthsOf(read, rows, T);
  const tokens = new Uint32Array(rows * T).fill(END);
  const ended = Array.from(read.ended.take(rows), (e) => e === 1);
  const programs = Array.from(lengths, (length, r) => {
    tokens.set(read.ids.take(length), r * T);
    const task = taskById(rowTasks[r]);
    const from = r * T + task.promptIds.length;
    return programText(task, tokens.subarray(from, r * T + length - (ended[r] ? 1 : 0)));
  });
  return { tokens, lengths, programs, ended };
}
