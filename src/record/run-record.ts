/**
 * All that a run did, to be kept, replayed and passed on: its events, packed into columns. What is heavy (programs, scores, truths)
 * is thinned where a run grows long; its metrics never are.
 */
import { checkKnob, checkKnobs, completeKnobs } from '../ppo/knobs.ts';
import { phases, type Batch, type Evaluation } from '../protocol/batch.ts';
import type { Knobs, RunConfig } from '../protocol/config.ts';
import { isLight, type RunEvent } from '../protocol/events.ts';
import { ended } from '../protocol/failure.ts';
import { metricNames, type Metrics } from '../protocol/metrics.ts';
import { checkTasks } from '../tasks/own-tasks.ts';
import { tasksOf } from '../tasks/tasks.ts';
import { lexemes } from '../tasks/vocabulary.ts';
import { Column, Cursor, packColumns, unpackColumns } from './columns.ts';
import {
  columnTypes,
  eventOf,
  kinds,
  type BatchMeta,
  type ColumnName,
  type EvaluationMeta,
  type Wanted,
} from './events.ts';

const VERSION = 2;
/** Bytes of heavy columns above which old batches are thinned to every second, every fourth, … */
const BUDGET = 16 * 1024 * 1024;
/** The newest batches, which are never thinned. */
const NEWEST = 16;

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

/** Numbers of an event in place of its own. */
type Instead = Partial<Record<ColumnName, readonly number[]>>;

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

  /** The updates of which it has such an event, in order: batches and evaluations may have been thinned. */
  updatesOf(type: RunEvent['type']): number[] {
    const wanted = kinds.indexOf(type);
    const updates = this.#columns.update.values();
    return Array.from(this.#columns.kind.values()).flatMap((kind, row) =>
      kind === wanted ? [updates[row]] : [],
    );
  }

  /**
   * Every event in order, as it was pushed, but for batches that were thinned; of those that are there now, the `wanted` ones. The
   * others cost next to nothing.
   */
  *events(wanted: Wanted = () => true): Generator<RunEvent, void, void> {
    const read = this.#cursors();
    const words = this.#words.values();
    const { length } = this;
    for (let row = 0; row < length; row++) {
      const event = eventOf(read, words, wanted);
      if (event) yield event;
    }
  }

  /** The run up to and with an update, as if it had stopped there: what belongs to later ones, and how it failed, is left out. */
  upTo(update: number): RunRecord {
    return this.#part((type, at) => at <= update && type !== 'failed');
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
      // An older page knew fewer kinds of events.
      if (
        !same(kinds.slice(0, lists.kinds.length), lists.kinds) ||
        !same(phases, lists.phases) ||
        places.includes(-1)
      )
        throw new Error('it was made by another version of this page');
      const problem = checkKnobs(config.knobs) ?? (config.tasks && checkTasks(config.tasks));
      if (problem) throw new Error(problem);
      tasksOf(config.tasks ?? []); // Its events name tasks of its own by their ids.
      const record = new RunRecord(config);
      for (const name of names)
        if (columns[name]?.type !== columnTypes[name]) throw new Error(`its column ${name} is missing`);
      // An older page had fewer metrics, or had them in another order.
      const metricName = new Column('u8');
      metricName.add(Array.from(columns.metricName.values(), (place) => places[place] ?? metricNames.length));
      record.#columns = { ...(columns as Record<ColumnName, Column>), metricName };
      if (!columns.ids.values().every((id) => id < lexemes.length))
        throw new Error('it has a token that the vocabulary lacks');
      record.#words = words;
      if (look === 'whole') for (const _ of record.checking());
      return record;
    } catch (error) {
      throw new Error(`The recorded run cannot be read: ${ended((error as Error).message)}`, {
        cause: error,
      });
    }
  }

  /** Looks at an event a step: that it can be read, and what a visitor set on the way could be set. Throws where not. */
  *checking(): Generator<void, void, void> {
    for (const event of this.events()) {
      const set = event.type === 'knobs' ? Object.entries(event.knobs) : [];
      if (event.type === 'batch') {
        const { noise, teacherCode = '' } = event.batch;
        set.push(['noise', noise], ['teacherCode', teacherCode]);
      }
      const wrong = set.map(([name, value]) => checkKnob(name as keyof Knobs, value)).find(Boolean);
      if (wrong) throw new Error(wrong);
      yield;
    }
  }

  /** Keeps the batches of every `stride`-th update from 0 and of the `newest` last ones, nothing heavy of the others, and every metric. */
  thin(stride: number, newest: number): void {
    const last = this.lastUpdate;
    const bare: Instead = { y: [0], testScores: [] };
    const thinned = this.#part((type, update) => {
      if (update % stride === 0 || update > last - newest) return true;
      return type === 'judged' ? bare : isLight(type);
    });
    this.#columns = thinned.#columns;
    this.#words = thinned.#words;
  }

  /** The events that stay, copied as they lie: of programs nothing is unpacked. */
  #part(stays: (type: RunEvent['type'], update: number) => boolean | Instead): RunRecord {
    const part = new RunRecord(this.config);
    const read = this.#cursors();
    let said = 0;
    const words = { next: () => ({ value: this.#words[said++] }) };
    const here = () => ({ said, at: names.map((name) => read[name].at) });
    let from = here();
    const copy = (instead: Instead = {}) => {
      names.forEach((name, i) => {
        const values = this.#columns[name].values();
        part.#columns[name].add(instead[name] ?? values.subarray(from.at[i], read[name].at));
      });
      part.#words.push(...this.#words.slice(from.said, said));
      from = here();
    };
    const [types, updates] = [this.#columns.kind.values(), this.#columns.update.values()];
    for (let row = 0; row < this.length; row++) {
      const stay = stays(kinds[types[row]], updates[row]);
      if (stay !== true) copy();
      eventOf(read, words, () => false);
      if (stay === false) from = here();
      else if (stay !== true) copy(stay);
    }
    copy();
    return part;
  }

  #cursors(): Record<ColumnName, Cursor> {
    const cursors = names.map((name) => [name, new Cursor(this.#columns[name], name)]);
    return Object.fromEntries(cursors) as Record<ColumnName, Cursor>;
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
      case 'evaluation':
        say(this.#addEvaluation(event.evaluation));
        break;
      case 'opened':
      case 'knobs':
      case 'failed':
        say(event);
        break;
      default:
        throw new TypeError(`a record does not know the event ${JSON.stringify(event satisfies never)}`);
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
      teacherCode,
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
    const contextLength = this.#addResponses({ tokens, lengths, ended });
    c.scores.add(scores);
    c.weights.add(weights);
    c.kept.add(kept);
    const scoring = { teacher, teacherCode, noise };
    return { promptCount, groupSize, taskIds, ...scoring, filter, contextLength, kept: kept.length };
  }

  #addEvaluation({ taskIds, trainCount, testScores, scores, kl, ...responses }: Evaluation): EvaluationMeta {
    const c = this.#columns;
    const contextLength = this.#addResponses(responses);
    c.testScores.add(testScores);
    c.scores.add(scores);
    c.kl.add(kl);
    return { taskIds, trainCount, contextLength };
  }

  /** @returns T */
  #addResponses({ tokens, lengths, ended }: Pick<Batch, 'tokens' | 'lengths' | 'ended'>): number {
    const c = this.#columns;
    const contextLength = tokens.length / lengths.length;
    lengths.forEach((length, r) => c.ids.add(tokens.subarray(r * contextLength, r * contextLength + length)));
    c.lengths.add(lengths);
    c.ended.add(ended.map(Number));
    return contextLength;
  }
}

function emptyColumns(): Record<ColumnName, Column> {
  return Object.fromEntries(names.map((name) => [name, new Column(columnTypes[name])])) as Record<
    ColumnName,
    Column
  >;
}
