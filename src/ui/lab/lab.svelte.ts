import { ownParts, standardPolicy, standardTeacher } from '../../ppo/own-models.ts';
import { ended } from '../../protocol/failure.ts';
import type {
  LabCommand,
  LabNotice,
  LabStage,
  OwnAbout,
  OwnName,
  OwnRecipe,
  PolicyRecipe,
  SampleProgram,
  TeacherRecipe,
} from '../../protocol/own-model.ts';
import {
  deleteModel,
  labelModel,
  loadModelFile,
  saveModel,
  type KeptModel,
} from '../../record/own-models.ts';
import { download, fileName } from '../download.ts';
import { ownModels } from '../own-models.svelte.ts';
import type { Run } from '../run.svelte.ts';
import { reasonOf } from '../run/keeper.ts';
import { whileWaiting } from '../while-waiting.ts';

/** Milliseconds between two drawings of what trains. */
const FRAME = 200;
/** Points of a curve at most. */
const POINTS = 200;

export type Phase = 'idle' | 'training' | 'pausing' | 'paused' | 'done' | 'failed';
export interface Point {
  x: number;
  y: number;
}
/** How far it is. */
export interface Progress {
  stage: LabStage;
  /** 0 … 1 */
  done: number;
  /** Seconds, pauses apart. */
  spent: number;
}
type Deleted = NonNullable<Awaited<ReturnType<typeof deleteModel>>>;

/** What of the run in Play is asked for: the judge, and to wait. */
type Page = Pick<Run, 'serveJudge' | 'status' | 'pause' | 'play'>;

/** The thread of one job. */
interface Job {
  send(command: LabCommand): void;
  end(): void;
}

/** Trains models of the visitor's own, one at a time and in a thread of its own, and keeps them. */
export class Lab {
  recipe = $state.raw<OwnRecipe>({ ...standardTeacher, preset: 'tiny' });
  phase = $state<Phase>('idle');
  progress = $state.raw<Progress>({ stage: 'models', done: 0, spent: 0 });
  losses = $state.raw<readonly Point[]>([]);
  accuracies = $state.raw<readonly Point[]>([]);
  programs = $state.raw<readonly SampleProgram[]>([]);
  /** What trains, or was trained last. */
  trained = $state.raw<OwnRecipe>();
  made = $state.raw<OwnName>();
  /** What came of what was done last, in a sentence. */
  said = $state.raw<string>();
  deleted = $state.raw<readonly Deleted[]>([]);
  /** The run in Play trained, and waits until this is over: together both took three times as long. */
  playWaits = $state(false);
  readonly #page: Page;
  #job: Job | undefined;
  #over: () => void = () => undefined;
  #told: { progress: Progress; losses: Point[]; accuracies: Point[]; programs: readonly SampleProgram[] } = {
    ...{ progress: { stage: 'models', done: 0, spent: 0 }, losses: [], accuracies: [], programs: [] },
  };
  #spent = 0;
  #since: number | undefined;
  #isDrawingDue = false;

  constructor(page: Page) {
    this.#page = page;
    void ownModels.refresh();
  }

  get isBusy(): boolean {
    return this.phase === 'training' || this.phase === 'pausing' || this.phase === 'paused';
  }

  /** The recipe that the visitor came for, or the standard one of a kind; not while something trains. */
  askFor(kind: OwnRecipe['kind'], name: OwnName | undefined, preset: string): void {
    if (this.isBusy) return;
    const known = name && ownParts(name)?.recipe;
    if (known) this.recipe = known;
    else if (this.recipe.kind !== kind || this.phase === 'idle') this.setKind(kind, preset);
  }

  setKind(kind: OwnRecipe['kind'], preset = this.recipe.preset): void {
    this.recipe = kind === 'teacher' ? { ...standardTeacher, preset } : { ...standardPolicy, preset };
  }

  change(part: Partial<TeacherRecipe> | Partial<PolicyRecipe>): void {
    this.recipe = { ...this.recipe, ...part } as OwnRecipe;
  }

  start(): void {
    if (this.isBusy) return;
    [this.made, this.said, this.trained] = [undefined, undefined, this.recipe];
    const progress: Progress = { stage: 'models', done: 0, spent: 0 };
    this.#told = { progress, losses: [], accuracies: [], programs: [] };
    [this.#spent, this.#since] = [0, performance.now()];
    this.phase = 'training';
    this.#draw();
    // Stopped before Play has come to rest, it does not begin at all.
    const work = () =>
      new Promise<void>((resolve) => {
        this.#over = resolve;
        if (this.isBusy) this.#begin();
        else resolve();
      });
    this.playWaits = this.#page.status.kind === 'running';
    void whileWaiting(this.#page, work).finally(() => (this.playWaits = false));
  }

  #begin(): void {
    const { port1, port2 } = new MessageChannel();
    const stopJudge = this.#page.serveJudge(port1);
    this.#job = this.#open((notice) => void this.#take(notice), stopJudge);
    const baseUrl = new URL('.', document.baseURI).href;
    this.#job.send({ type: 'train', recipe: this.recipe, baseUrl, judgePort: port2 });
    if (this.phase === 'pausing') this.#job.send({ type: 'pause' });
  }

  pause(): void {
    if (this.phase !== 'training') return;
    this.phase = 'pausing';
    this.#job?.send({ type: 'pause' });
  }

  resume(): void {
    if (this.phase !== 'paused' && this.phase !== 'pausing') return;
    this.phase = 'training';
    this.#since ??= performance.now();
    this.#job?.send({ type: 'resume' });
  }

  /** Nothing of it is kept. */
  stop(): void {
    if (!this.isBusy) return;
    this.#end('idle');
    this.said = 'Stopped: nothing is kept of it.';
  }

  /** Takes files in as models, those that are models; of the others it says what is wrong. */
  async takeIn(files: readonly File[]): Promise<void> {
    const said: string[] = [];
    for (const file of files) {
      const notice = await this.#read(new Uint8Array(await file.arrayBuffer()));
      if (notice.type === 'made') {
        const label = file.name.replace(/\.safetensors$/i, '');
        const kept = await this.#keep(notice.about, notice.bytes, label);
        said.push(kept ?? `“${label}” is in the list.`);
      } else if (notice.type === 'problem') said.push(`${file.name} was not taken in. ${notice.problem}`);
    }
    this.said = said.join(' ');
  }

  async export({ name }: KeptModel): Promise<void> {
    const file = await loadModelFile(name);
    if (file) download(`${fileName(ownModels.labelOf(name))}.safetensors`, file, 'application/octet-stream');
    else await this.#doing(() => Promise.reject(new Error('It was deleted in another tab.')));
  }

  rename({ name }: KeptModel, label: string): Promise<void> {
    return this.#doing(() => labelModel(name, label));
  }

  remove({ name }: KeptModel): Promise<void> {
    return this.#doing(async () => {
      const deleted = await deleteModel(name);
      if (deleted) this.deleted = [...this.deleted, deleted];
    });
  }

  undo(deleted: Deleted): Promise<void> {
    return this.#doing(async () => {
      await saveModel(deleted.facts, deleted.file);
      this.deleted = this.deleted.filter((other) => other !== deleted);
    });
  }

  #open(onNotice: (notice: LabNotice) => void, onEnd: () => void = () => undefined): Job {
    const worker = new Worker(new URL('../../workers/lab.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<LabNotice>) => onNotice(data);
    worker.onerror = ({ message }) =>
      onNotice({ type: 'problem', problem: ended(message || 'Its thread could not be loaded') });
    return {
      send(command) {
        worker.postMessage(command, command.type === 'train' ? [command.judgePort] : []);
      },
      end() {
        worker.onmessage = worker.onerror = null;
        worker.terminate();
        onEnd();
      },
    };
  }

  async #take(notice: LabNotice): Promise<void> {
    switch (notice.type) {
      case 'at':
        this.#told.progress = { stage: notice.stage, done: notice.done, spent: this.#clock() };
        break;
      case 'loss': {
        const every = Math.ceil((this.trained?.steps ?? 1) / POINTS);
        if ((notice.step - 1) % every === 0) this.#told.losses.push({ x: notice.step, y: notice.loss });
        break;
      }
      case 'accuracy':
        this.#told.accuracies.push({ x: notice.step, y: notice.accuracy });
        this.#told.programs = notice.programs ?? this.#told.programs;
        break;
      case 'paused':
        // It may have been told to go on meanwhile.
        if (this.phase !== 'pausing') return;
        this.phase = 'paused';
        this.#spent = this.#clock();
        this.#since = undefined;
        break;
      case 'made': {
        const { about, bytes } = notice;
        this.#end('done');
        this.made = about.name;
        const problem = await this.#keep(about, bytes);
        this.said = problem;
        return;
      }
      case 'problem':
        this.#end('failed');
        this.said = notice.problem;
        return;
    }
    this.#drawSoon();
  }

  #clock(): number {
    return this.#spent + (this.#since === undefined ? 0 : (performance.now() - this.#since) / 1000);
  }

  #end(phase: Phase): void {
    this.#job?.end();
    this.#job = undefined;
    this.#draw();
    this.phase = phase;
    this.#over();
  }

  /** @returns why it could not be kept */
  async #keep(about: OwnAbout, bytes: Uint8Array<ArrayBuffer>, label?: string): Promise<string | undefined> {
    const { name } = about;
    const old = ownModels.kept?.find((model) => model.name === name);
    const words = old?.label ?? (label === ownModels.labelOf(name) ? undefined : label);
    try {
      const facts = { name, about, savedAt: Date.now(), bytes: bytes.length };
      await saveModel(words === undefined ? facts : { ...facts, label: words }, bytes);
      await ownModels.refresh();
      return undefined;
    } catch (error) {
      return `This browser does not let the page keep the model, and so no run can use it. The reason: ${ended(reasonOf(error))}`;
    }
  }

  /** What a file is, worked out in a thread of its own. */
  #read(bytes: Uint8Array<ArrayBuffer>): Promise<LabNotice> {
    return new Promise((resolve) => {
      const job = this.#open((notice) => {
        job.end();
        resolve(notice);
      });
      job.send({ type: 'read', bytes });
    });
  }

  async #doing(work: () => Promise<void>): Promise<void> {
    this.said = undefined;
    try {
      await work();
      await ownModels.refresh();
    } catch (error) {
      this.said = ended(reasonOf(error));
    }
  }

  #drawSoon(): void {
    if (this.#isDrawingDue) return;
    this.#isDrawingDue = true;
    setTimeout(() => {
      this.#isDrawingDue = false;
      this.#draw();
    }, FRAME);
  }

  #draw(): void {
    const { progress, losses, accuracies, programs } = this.#told;
    this.progress = progress;
    if (losses.length !== this.losses.length) this.losses = [...losses];
    if (accuracies.length !== this.accuracies.length) this.accuracies = [...accuracies];
    this.programs = programs;
  }
}

let lab: Lab | undefined;

/** One for the life of the page: it goes on while another view is open. */
export function labOf(page: Page): Lab {
  lab ??= new Lab(page);
  return lab;
}
