import { apartFromCode, type Codes } from '../address.ts';
import { completeKnobs } from '../../ppo/knobs.ts';
import type { Knobs, RunConfig } from '../../protocol/config.ts';
import type { RunEvent } from '../../protocol/events.ts';
import type { Loading } from '../../protocol/messages.ts';
import type { TrainingState } from '../../protocol/state.ts';
import { ended } from '../../protocol/failure.ts';
import type { Branch } from '../../record/run-file.ts';
import { RunRecord } from '../../record/run-record.ts';
import { labelOf } from '../markers.ts';
import { ownTurn, slicer } from '../turns.ts';
import { tellingOf } from './playback.ts';
import { RunClient } from './run-client.ts';
import type { SavedRun } from '../runs/store.ts';
import { RunModel, type PastRun } from './run-model.ts';
import { UpdateClock } from './update-clock.ts';
import type { OpenThreads } from './threads.ts';

/** A run that was open here before, with what made it. */
export interface EarlierRun extends PastRun, Pick<RunModel, 'changes' | 'config' | 'engine'> {
  id: string;
  /** It began with what another run had learned. */
  isBranch: boolean;
}

/** The model that a recorded run left behind, at rest. */
export function replay(record: RunRecord): RunModel {
  const model = new RunModel(record.config);
  for (const event of record.events()) model.apply(event);
  return model;
}

/** A run as it was at its last state. */
export interface RestoredRun extends Pick<
  SavedRun,
  'id' | 'knobs' | 'state' | 'isUnread' | 'branch' | 'answers'
> {
  record: RunRecord;
  model: RunModel;
}

/** In turns, and without unpacking what says nothing of its end: a long run has many programs. Rejects, with a sentence, where what was saved cannot be read. */
export async function restore({ record: bytes, ...kept }: SavedRun): Promise<RestoredRun> {
  const { state } = kept;
  const saved = RunRecord.decode(bytes, 'head');
  const model = new RunModel(saved.config);
  const pause = slicer();
  try {
    await ownTurn();
    const record = saved.upTo(state.update);
    for (const event of record.events(tellingOf(record, state.update))) {
      model.apply(event);
      await pause();
    }
    return { ...kept, record, model };
  } catch (error) {
    const why = ended((error as Error).message);
    throw new Error(`The recorded run cannot be read: ${why}`, { cause: error });
  }
}

const recordOf = ({ record, state }: SavedRun | RestoredRun) =>
  record instanceof RunRecord ? record : RunRecord.decode(record).upTo(state.update);

/** A run that is trained here: its threads, what is known of it, and the record of that. */
export class LiveRun {
  readonly id: string;
  readonly client: RunClient;
  model: RunModel;
  record: RunRecord;
  /** As the visitor set them; the run reads them where it is their turn. */
  knobs: Knobs;
  /** As of a `SavedRun`. */
  isUnread: boolean;
  /** The code that it would have trained with, had anybody said that it may run: it has settings without. */
  readonly held: Codes;
  /** Of the run that it branched off. */
  readonly branch: Branch | undefined;
  /** As of a `SavedRun`. */
  readonly #answers: SavedRun['answers'];
  /** Files on their way. */
  loading: Loading | undefined;
  /** Sentences about what happened to the run that a visitor should know. */
  notices: readonly string[] = [];
  /** The last state from which it could go on. */
  state: TrainingState | undefined;
  readonly #onChange: () => void;
  readonly #clock = new UpdateClock();

  /** A new run, or one that was saved. Throws where what was saved cannot be read; a long one is better restored before, in turns. */
  constructor(
    begin: { id: string; config: RunConfig; knobs: Knobs; isUnread?: boolean } | SavedRun | RestoredRun,
    openThreads: OpenThreads,
    onChange: () => void,
  ) {
    const isSaved = 'record' in begin;
    this.id = begin.id;
    const knobs = completeKnobs(begin.knobs);
    const { codes, others } = apartFromCode(knobs);
    this.held = begin.isUnread ? codes : {};
    this.knobs = begin.isUnread ? others : knobs;
    this.isUnread = isSaved && begin.isUnread === true;
    this.branch = isSaved ? begin.branch : undefined;
    this.#answers = isSaved ? begin.answers : undefined;
    this.#onChange = onChange;
    this.state = isSaved ? { ...begin.state, knobs: completeKnobs(begin.state.knobs) } : undefined;
    this.record = isSaved ? recordOf(begin) : new RunRecord({ ...begin.config, knobs: this.knobs });
    this.model = 'model' in begin ? begin.model : replay(this.record);
    if (isSaved) this.#rest(begin.state.update);
    // What is kept of a run is of the models that it had.
    const { config } = this.record;
    const preset = this.model.engine?.preset ?? config.preset;
    this.client = new RunClient(
      { config: { ...config, preset }, from: this.state },
      this.knobs,
      openThreads,
      {
        onEvent: (event) => this.#take(this.#timed(event)),
        onLoading: (loading) => {
          this.loading = loading;
          onChange();
        },
        onSaved: (state) => {
          this.state = state;
          onChange();
        },
        onBack: (update, why) => this.#goBack(update, why),
      },
    );
  }

  setKnobs(knobs: Knobs): void {
    this.knobs = knobs;
    this.client.setKnobs(knobs);
  }

  /** The visitor has said that the code of these knobs may run: that is all there is, unless the run began with other code. */
  codeIsRead(knobs: Knobs): void {
    const [begun, read] = [this.record.config.knobs, knobs].map((of) => apartFromCode(of).codes);
    const isOther = ({ filter = read.filter, score = read.score }: Codes) =>
      filter !== read.filter || score !== read.score;
    this.isUnread &&= isOther(begun) || isOther(this.held);
  }

  get isHeld(): boolean {
    return Object.keys(this.held).length > 0;
  }

  /** What to keep; undefined before there is a state to go on from. */
  saved(savedAt: number): SavedRun | undefined {
    const { id, state, knobs, record, isUnread, branch } = this;
    const answers = this.#answers;
    const more = { ...(isUnread && { isUnread }), ...(branch && { branch }), ...(answers && { answers }) };
    return state && { id, savedAt, state, knobs, record: record.encode(), ...more };
  }

  /** As one to compare with; undefined if nothing was learned in it. */
  get past(): EarlierRun | undefined {
    const { id, branch } = this;
    const { finished, history, config, changes, engine } = this.model;
    const made = { id, config, changes, engine, isBranch: branch !== undefined };
    return finished === 0 ? undefined : { history, label: labelOf(config, changes, branch), ...made };
  }

  /** With the seconds that it took, where it says that an update is done. */
  #timed(event: RunEvent): RunEvent {
    const isRunning = event.type === 'state' ? event.state === 'running' : this.model.running;
    const seconds = this.#clock.hear(event, isRunning, performance.now());
    if (event.type !== 'updated' || seconds === undefined) return event;
    return { ...event, metrics: { ...event.metrics, 'cost/seconds': seconds } };
  }

  #take(event: RunEvent): void {
    this.record.push(event);
    this.model.apply(event);
    this.#onChange();
  }

  #goBack(update: number | undefined, why: string): void {
    this.notices = [...this.notices, why];
    this.record = update === undefined ? new RunRecord(this.record.config) : this.record.upTo(update);
    this.model = replay(this.record);
    if (update !== undefined) this.#rest(update);
    this.#onChange();
  }

  #rest(update: number): void {
    this.#take({ type: 'state', update, state: 'paused' });
  }
}
