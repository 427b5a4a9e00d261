import { Judge } from '../judge/host/judge.ts';
import { serveJudge } from '../judge/host/port.ts';
import { defaultConfig, type EngineChoice, type Knobs, type RunConfig } from '../protocol/config.ts';
import type { Batch } from '../protocol/batch.ts';
import type { Command, RunEvent } from '../protocol/messages.ts';
import type { Task } from '../protocol/task.ts';
import type { Verdict } from '../protocol/verdict.ts';
import { taskById } from '../tasks/tasks.ts';
import { configFromAddress } from './address.ts';
import { History } from './history.ts';
import { markerUpdate, type Marker } from './markers.ts';
import { RunModel, type JudgedBatch, type PastRun } from './model.ts';
import { checkKnobs } from './recipe/recipe.ts';
import { pageTitle, type Status } from './status.ts';

/** Milliseconds between two drawings: at most ten a second. */
const FRAME = 100;
/** Milliseconds a knob must stand still before it is sent. */
const SETTLE = 120;

/** Stages of failures after which there is no worker to speak to. */
const WORKER = 'worker';
const ADDRESS = 'address';

/** How an engine's gradients compare with TensorFlow.js's. */
export type Checked = Extract<RunEvent, { type: 'checked' }>;
/** What scored a batch. */
type ScoredBy = Pick<Batch, 'rewardSource' | 'rewardModel'>;
type Scored = Extract<RunEvent, { type: 'scored' }>;

/**
 * The page's only door to the workers. Events go into a plain `RunModel` as they come; what the page shows is copied
 * from it at most ten times a second, and not while the page is hidden (training goes on meanwhile).
 */
export class Run {
  /** What the visitor set, valid or not yet. */
  knobs = $state.raw<Knobs>(defaultConfig.knobs);
  readonly problem = $derived(checkKnobs(this.knobs));
  past = $state.raw<PastRun>();
  #model = new RunModel(defaultConfig);

  // The copy that the page shows.
  config = $state.raw<RunConfig>(defaultConfig);
  status = $state.raw<Status>({ kind: 'starting' });
  engine = $state.raw<RunModel['engine']>();
  failure = $state.raw<RunModel['failure']>();
  phase = $state.raw<RunModel['phase']>();
  finished = $state.raw(0);
  shown = $state.raw<JudgedBatch>();
  /** As `shown`, a task later: the figures beside the matrix have their turn after it, so that no task is long. */
  studied = $state.raw<JudgedBatch>();
  newest = $state.raw<JudgedBatch>();
  judged = $state.raw<JudgedBatch>();
  /** Of the history: charts are drawn again when it has changed. */
  version = $state.raw(0);
  history = $state.raw<History>(new History());
  markers = $state.raw<readonly Marker[]>([]);

  readonly #judge = new Judge();
  #policy: Worker | undefined;
  #rewards: Worker | undefined;
  #sent: Knobs = defaultConfig.knobs;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #drawing = false;
  #asked = 0;
  #closePorts: () => void = () => undefined;
  #checking: ((answer: Checked) => void)[] = [];
  readonly #waiting = new Map<number, (answer: Scored) => void>();

  /** @param search the address's query, see `configFromAddress` */
  constructor(search: string) {
    document.addEventListener('visibilitychange', () => this.#draw());
    try {
      const config = configFromAddress(search);
      this.#model = new RunModel(config);
      this.#open(config);
    } catch (error) {
      this.#fail(ADDRESS, error);
    }
    this.#draw();
  }

  play(): void {
    this.#flushKnobs();
    this.#send({ type: 'play' });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  step(unit: 'phase' | 'update'): void {
    this.#flushKnobs();
    this.#send({ type: 'step', unit });
  }

  /** Shown at once; sent when it has stood still for a moment and if it can be trained with. */
  setKnobs(knobs: Knobs): void {
    this.knobs = knobs;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#flushKnobs(), SETTLE);
  }

  /** The same seed from the start, with the knobs as they are now. */
  reset(): void {
    this.#restart({});
  }

  newSeed(): void {
    this.#restart({ seed: this.#model.config.seed + 1 });
  }

  setEngine(engine: EngineChoice): void {
    this.#restart({ engine });
  }

  /** Runs a program's unit tests. */
  async judge(task: Task, program: string): Promise<Verdict> {
    const [verdict] = await this.#judge.judge([{ program, entryPoint: task.entryPoint, tests: task.tests }]);
    return verdict;
  }

  /** Runs the unit tests and asks what scored the batch; `problem` says why there is no score. */
  async judgeAndScore(task: Task, program: string, by: ScoredBy) {
    if (by.rewardSource === 'tests') {
      const verdict = await this.judge(task, program);
      return { verdict, rmScore: 2 * verdict.testScore - 1, problem: undefined };
    }
    const id = ++this.#asked;
    const answered = new Promise<Scored>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ type: 'score', id, rewardModel: by.rewardModel, taskId: task.id, program });
    const [verdict, { rmScore, problem }] = await Promise.all([this.judge(task, program), answered]);
    return { verdict, rmScore, problem };
  }

  /** Proves the engine's gradients here and now. */
  check(): Promise<Checked> {
    const answered = new Promise<Checked>((resolve) => this.#checking.push(resolve));
    this.#send({ type: 'check' });
    return answered;
  }

  task(id: string): Task {
    return taskById(id);
  }

  #restart(change: Partial<RunConfig>): void {
    const before = this.#model;
    this.past = before.past ?? this.past;
    const knobs = this.problem === undefined ? this.knobs : this.#sent;
    const config = { ...before.config, ...change, knobs };
    clearTimeout(this.#settling);
    this.#giveUp('the run was started again.');
    this.#model = new RunModel(config);
    this.#open(config);
    this.#draw();
  }

  /** New workers each time: nothing of a run before can hang, leak or arrive late. */
  #open(config: RunConfig): void {
    this.#sent = config.knobs;
    const baseUrl = new URL('.', document.baseURI).href;
    this.#closePorts();
    for (const worker of [this.#policy, this.#rewards]) {
      if (!worker) continue;
      worker.onmessage = worker.onerror = null;
      worker.terminate();
    }
    this.#policy = new Worker(new URL('../workers/policy.worker.ts', import.meta.url), { type: 'module' });
    this.#rewards = new Worker(new URL('../workers/reward.worker.ts', import.meta.url), { type: 'module' });
    this.#policy.onmessage = ({ data }: MessageEvent<RunEvent>) => this.#receive(data);
    for (const worker of [this.#policy, this.#rewards])
      worker.onerror = ({ message }) =>
        this.#fail(
          WORKER,
          new Error(
            `A worker could not go on: ${message || 'it could not be loaded'}. Start again, or reload the page.`,
          ),
        );
    const toRewards = new MessageChannel();
    const toJudge = new MessageChannel();
    this.#closePorts = serveJudge(toJudge.port1, this.#judge, taskById, (error) =>
      this.#fail('judge', error),
    );
    this.#rewards.postMessage({ type: 'port', port: toRewards.port1 }, [toRewards.port1]);
    const [rewardPort, judgePort] = [toRewards.port2, toJudge.port2];
    this.#policy.postMessage({ type: 'open', config, baseUrl, rewardPort, judgePort } satisfies Command, [
      rewardPort,
      judgePort,
    ]);
  }

  #send(command: Command): void {
    this.#policy?.postMessage(command);
  }

  #flushKnobs(): void {
    clearTimeout(this.#settling);
    if (this.problem !== undefined || this.knobs === this.#sent) return;
    this.#send({ type: 'knobs', knobs: $state.snapshot(this.knobs) });
    const update = markerUpdate(this.#model.phase, this.#sent, this.knobs);
    if (update > 0) this.#model.markers.add(update, this.#sent, this.knobs);
    this.#sent = this.knobs;
    this.#drawSoon();
  }

  #receive(event: RunEvent): void {
    if (event.type === 'scored') {
      this.#waiting.get(event.id)?.(event);
      this.#waiting.delete(event.id);
      return;
    }
    if (event.type === 'checked') {
      for (const settle of this.#checking.splice(0)) settle(event);
      return;
    }
    this.#model.apply(event);
    this.#drawSoon();
  }

  #fail(stage: string, thrown: unknown): void {
    const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#receive({ type: 'failed', stage, name, message, stack });
    if (stage === WORKER) this.#giveUp('the worker could not go on.');
  }

  /** Answers what a worker that is gone will not. */
  #giveUp(problem: string): void {
    for (const [id, answer] of this.#waiting) answer({ type: 'scored', id, problem });
    this.#waiting.clear();
    for (const settle of this.#checking.splice(0)) settle({ type: 'checked', problem });
  }

  #drawSoon(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#draw();
    }, FRAME);
  }

  #draw(): void {
    const model = this.#model;
    document.title = pageTitle(model.status);
    if (document.hidden) return;
    this.config = model.config;
    this.status = model.status;
    this.engine = model.engine;
    this.failure = model.failure;
    this.phase = model.phase;
    this.finished = model.finished;
    this.shown = model.shown;
    this.newest = model.batches.at(-1);
    this.judged = model.judged;
    this.history = model.history;
    setTimeout(() => this.#drawBeside());
  }

  #drawBeside(): void {
    const model = this.#model;
    this.studied = this.shown;
    this.markers = model.markers.list();
    this.version = model.history.version;
  }
}
