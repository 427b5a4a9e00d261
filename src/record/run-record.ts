/**
 * All that a run did, to be kept, replayed and passed on: its events, packed into columns. What is heavy (programs, scores, truths)
 * is thinned where a run grows long; its metrics never are.
 */
import { checkKnob, checkKnobs, completeKnobs } from '../ppo/knobs.ts';
import { phases, type Batch } from '../protocol/batch.ts';
import type { Knobs, RunConfig } from '../protocol/config.ts';
import type { RunEvent } from '../protocol/events.ts';
import { ended } from '../protocol/failure.ts';
import { metricNames, type Metrics } from '../protocol/metrics.ts';
import { programText } from '../tasks/program-text.ts';
import { taskById } from '../tasks/tasks.ts';
import { END } from '../tasks/vocabulary.ts';
import { Column, Cursor, packColumns, unpackColumns } from './columns.ts';

const VERSION = 2;
/** Bytes of heavy columns above which old batches are thinned to every second, every fourth, … */
const BUDGET = 16 * 1024 * 1024;
/** The newest batches, which are never thinned. */
const NEWEST = 16;

const kinds = [
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
] as const satisfies RunEvent['type'][];

/** One entry an event (`kind` … `z`), or as many as an event says that it has. */
const columnTypes = {
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
type ColumnName = keyof typeof columnTypes;
const heavy: readonly ColumnName[] = [
  'ids',
  'lengths',
  'ended',
  'scores',
  'weights',
  'kept',
  'kl',
  'advantages',
  'testScores',
];
const names = Object.keys(columnTypes) as ColumnName[];

/** What of a batch is no number. */
interface BatchMeta extends Pick<
  Batch,
  'promptCount' | 'groupSize' | 'taskIds' | 'teacher' | 'noise' | 'filter'
> {
  contextLength: number;
  kept: number;
}
/** What the columns cannot hold. */
interface Meta {
  config: RunConfig;
  /** One an event that has words: as JSON. */
  words: string[];
  /** What the numbers in `x` and `metricName` stand for. */
  phases: readonly string[];
  metrics: readonly string[];
  kinds: readonly string[];
}

export class RunRecord {
  readonly config: RunConfig;
  #columns = emptyColumns();
  #words: string[] = [];

  constructor(config: RunConfig) {
    this.config = config;
  }

  get length(): number {
    return this.#columns.kind.length;
  }

  /** Of the newest event. */
  get lastUpdate(): number {
    return this.#columns.update.values().at(-1) ?? 0;
  }

  /** Of what is thinned. */
  get heavyBytes(): number {
    return heavy.reduce((sum, name) => sum + this.#columns[name].bytes, 0);
  }

  push(event: RunEvent): void {
    this.#add(event);
    if (event.type === 'judged' && this.heavyBytes > BUDGET) this.#thinToBudget();
  }

  /** Every event in order, as it was pushed, but for batches that were thinned. */
  *events(): Generator<RunEvent, void, void> {
    const read = Object.fromEntries(
      names.map((name) => [name, new Cursor(this.#columns[name], name)]),
    ) as Record<ColumnName, Cursor>;
    const words = this.#words.values();
    for (let row = 0; row < this.length; row++) yield eventOf(read, words);
  }

  /** The run up to and with an update, as if it had stopped there: what belongs to later ones, and how it failed, is left out. */
  upTo(update: number): RunRecord {
    const record = new RunRecord(this.config);
    for (const event of this.events())
      if (event.update <= update && event.type !== 'failed') record.#add(event);
    return record;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const meta: Meta = { config: this.config, words: this.#words, phases, metrics: metricNames, kinds };
    return packColumns(VERSION, meta, this.#columns);
  }

  /**
   * @param look `whole` reads every event, so that those that can be read are all that there are; `head` leaves that to whoever reads
   *   them, for whom one that is damaged throws
   * @throws Error that says what is wrong with the bytes, in one sentence
   */
  static decode(bytes: Uint8Array, look: 'whole' | 'head' = 'whole'): RunRecord {
    try {
      const { meta, columns } = unpackColumns(bytes, VERSION);
      const { config: begun, words, ...lists } = meta as Meta;
      const config = { ...begun, knobs: completeKnobs(begun.knobs) };
      const same = (mine: readonly string[], theirs: readonly string[]) => mine.join() === theirs.join();
      const places = lists.metrics.map((name) => (metricNames as readonly string[]).indexOf(name));
      if (!same(kinds, lists.kinds) || !same(phases, lists.phases) || places.includes(-1))
        throw new Error('it was made by another version of this page');
      const problem = checkKnobs(config.knobs);
      if (problem) throw new Error(problem);
      const record = new RunRecord(config);
      for (const name of names)
        if (columns[name]?.type !== columnTypes[name]) throw new Error(`its column ${name} is missing`);
      // An older page had fewer metrics, or had them in another order.
      const metricName = new Column('u8');
      metricName.add(Array.from(columns.metricName.values(), (place) => places[place] ?? metricNames.length));
      record.#columns = { ...(columns as Record<ColumnName, Column>), metricName };
      record.#words = words;
      if (look === 'whole') record.#check();
      return record;
    } catch (error) {
      throw new Error(`The recorded run cannot be read: ${ended((error as Error).message)}`, {
        cause: error,
      });
    }
  }

  /** Every event can be read, and what a visitor set on the way could be set. */
  #check(): void {
    for (const event of this.events()) {
      const set = event.type === 'knobs' ? Object.entries(event.knobs) : [];
      if (event.type === 'batch') set.push(['noise', event.batch.noise]);
      const wrong = set.map(([name, value]) => checkKnob(name as keyof Knobs, value)).find(Boolean);
      if (wrong) throw new Error(wrong);
    }
  }

  /** Keeps the batches of every `stride`-th update from 0 and of the `newest` last ones, nothing heavy of the others, and every metric. */
  thin(stride: number, newest: number): void {
    const events = [...this.events()];
    const last = this.lastUpdate;
    const stays = ({ update }: RunEvent) => update % stride === 0 || update > last - newest;
    this.#columns = emptyColumns();
    this.#words = [];
    for (const event of events) {
      if (stays(event)) this.#add(event);
      else if (event.type === 'judged') this.#add({ ...event, testScores: new Float32Array(0) });
      else if (event.type !== 'batch' && event.type !== 'experience') this.#add(event);
    }
  }

  /** Every second batch, every fourth, … until half of the budget is free. */
  #thinToBudget(): void {
    const last = this.lastUpdate;
    for (let stride = 2; this.heavyBytes > BUDGET / 2 && stride <= last; stride *= 2)
      this.thin(stride, NEWEST);
  }

  #add(event: RunEvent): void {
    const c = this.#columns;
    const say = (words: object) => this.#words.push(JSON.stringify(words));
    c.kind.push(kinds.indexOf(event.type));
    c.update.push(event.update);
    let [x, y, z] = [0, 0, 0];
    switch (event.type) {
      case 'phase':
        [x, y, z] = [
          phases.indexOf(event.phase),
          (event.minibatch?.index ?? -1) + 1,
          event.minibatch?.count ?? 0,
        ];
        break;
      case 'state':
        x = event.state === 'running' ? 1 : 0;
        break;
      case 'batch':
        say(this.#addBatch(event.batch));
        break;
      case 'experience':
        x = event.kl.length;
        c.kl.add(event.kl);
        c.advantages.add(event.advantages);
        break;
      case 'judged':
        y = event.testScores.length;
        c.testScores.add(event.testScores);
        x = this.#addMetrics(event.metrics);
        break;
      case 'updated':
      case 'evaluated':
        x = this.#addMetrics(event.metrics);
        break;
      case 'opened':
      case 'knobs':
      case 'failed':
        say(event);
        break;
      default:
        throw new Error(`a record does not know the event ${JSON.stringify(event satisfies never)}`);
    }
    c.x.push(x);
    c.y.push(y);
    c.z.push(z);
  }

  #addMetrics(metrics: Metrics): number {
    const present = Object.entries(metrics) as [keyof Metrics, number][];
    for (const [name, value] of present) {
      this.#columns.metricName.push(metricNames.indexOf(name));
      this.#columns.metricValue.push(value);
    }
    return present.length;
  }

  #addBatch(batch: Batch): BatchMeta {
    const {
      promptCount,
      groupSize,
      taskIds,
      teacher,
      noise,
      filter,
      tokens,
      lengths,
      ended,
      scores,
      weights,
      kept,
    } = batch;
    const c = this.#columns;
    const contextLength = tokens.length / lengths.length;
    lengths.forEach((length, r) => c.ids.add(tokens.subarray(r * contextLength, r * contextLength + length)));
    c.lengths.add(lengths);
    c.ended.add(ended.map(Number));
    c.scores.add(scores);
    c.weights.add(weights);
    c.kept.add(kept);
    return { promptCount, groupSize, taskIds, teacher, noise, filter, contextLength, kept: kept.length };
  }
}

function emptyColumns(): Record<ColumnName, Column> {
  return Object.fromEntries(names.map((name) => [name, new Column(columnTypes[name])])) as Record<
    ColumnName,
    Column
  >;
}

type Read = Record<ColumnName, Cursor>;

function eventOf(read: Read, words: Iterator<string>): RunEvent {
  const type = kinds[read.kind.next()];
  const update = read.update.next();
  const [x, y, z] = [read.x.next(), read.y.next(), read.z.next()];
  const said = () => JSON.parse(words.next().value as string) as unknown;
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
    case 'opened':
    case 'knobs':
    case 'failed':
      return { ...(said() as RunEvent), type, update } as RunEvent;
    default:
      throw new Error('it has an event of no known kind');
  }
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

function batchOf(read: Read, update: number, { contextLength: T, kept, ...meta }: BatchMeta): Batch {
  const rows = meta.promptCount * meta.groupSize;
  const lengths = Uint32Array.from(read.lengths.take(rows));
  const tokens = new Uint32Array(rows * T).fill(END);
  const tasks = meta.taskIds.map(taskById);
  const ended = Array.from(read.ended.take(rows), (e) => e === 1);
  const programs = Array.from(lengths, (length, r) => {
    tokens.set(read.ids.take(length), r * T);
    const task = tasks[Math.floor(r / meta.groupSize)];
    const from = r * T + task.promptIds.length;
    return programText(task, tokens.subarray(from, r * T + length - (ended[r] ? 1 : 0)));
  });
  return {
    ...meta,
    ...{ update, lengths, tokens, programs, ended },
    scores: Float32Array.from(read.scores.take(rows)),
    weights: Float32Array.from(read.weights.take(rows)),
    kept: Array.from(read.kept.take(kept)),
  };
}
