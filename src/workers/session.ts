import { loadCheckpoint, loadManifest } from '../model/manifest.ts';
import { parameterCount } from '../model/network.ts';
import { Policy } from '../model/policy.ts';
import { rolloutOf, type Rollout } from '../model/rollout.ts';
import type { EngineChoice, Knobs, RewardModelName, RunConfig } from '../protocol/config.ts';
import type { Command, JudgeReply, RewardReply, RunEvent } from '../protocol/messages.ts';
import { responseIdsOf } from '../tasks/program-text.ts';
import { taskById } from '../tasks/tasks.ts';
import { train, type Training } from '../train.ts';
import { check } from './check.ts';
import { chooseEngine } from './engine.ts';
import { fetchUnder } from './fetch-file.ts';
import { Remote } from './remote.ts';

type OpenCommand = Extract<Command, { type: 'open' }>;
/** What a reward worker answers to a question. */
type Answer = Extract<RewardReply, { id: number }>;

/** Says when to pause while stepping. */
type Boundary = (event: RunEvent) => boolean;
const atUpdate: Boundary = (event) => event.type === 'phase' && event.phase === 'prompts';
const atPhase: Boundary = (event) => event.type === 'phase' && !event.minibatch?.index;

/** One visitor's training: pulls `train` as the page's commands allow, and sends what it yields. */
export class Session {
  private readonly emit: (event: RunEvent) => void;
  private rewardWorker?: Remote<Answer>;
  private judgeHost?: Remote<JudgeReply>;
  /** Changes with every `open`; a loop that finds another one than its own ends. */
  private run = 0;
  private stage = 'loading';
  private update = 0;
  private engine: EngineChoice = 'auto';
  private knobs?: Knobs;
  private running = false;
  private boundary?: Boundary;
  private resume: () => void = () => undefined;
  /** Settles when the previous run has freed its memory. */
  private ended: Promise<void> = Promise.resolve();

  constructor(emit: (event: RunEvent) => void) {
    this.emit = emit;
  }

  handle(command: Command): void {
    switch (command.type) {
      case 'open':
        void this.open(command);
        break;
      case 'play':
        this.boundary = undefined;
        this.go();
        break;
      case 'pause':
        this.running = false;
        this.say();
        break;
      case 'step':
        this.boundary = command.unit === 'update' ? atUpdate : atPhase;
        this.go();
        break;
      case 'knobs':
        this.knobs = command.knobs;
        break;
      case 'score':
        void this.score(command.id, command.taskId, command.program);
        break;
      case 'check':
        void check(this.engine).then(this.emit);
        break;
      default:
        command satisfies never;
    }
  }

  private async open(command: OpenCommand): Promise<void> {
    const run = ++this.run;
    if (command.rewardPort)
      this.rewardWorker = new Remote<Answer>(command.rewardPort, (message) => this.emit(message as RunEvent));
    if (command.judgePort) this.judgeHost = new Remote<JudgeReply>(command.judgePort);
    this.resume();
    await this.ended;
    if (run === this.run) this.ended = this.drive(run, command);
  }

  /** From loading the models to the end of the run; whatever fails on the way is told, with its stage. */
  private async drive(run: number, { config, baseUrl }: OpenCommand): Promise<void> {
    this.stage = 'loading';
    this.update = 0;
    this.engine = config.engine;
    this.knobs = config.knobs;
    this.boundary = undefined;
    let free = () => undefined as void;
    try {
      const { engine, why, device } = await chooseEngine(config.engine);
      free = () => engine.free();
      void device?.lost.then((reason) =>
        this.fail(run, new Error(`${reason} Press Reset to start again, or choose the CPU engine.`)),
      );
      const fetchFile = fetchUnder(baseUrl);
      const manifest = await loadManifest(fetchFile, config.preset);
      const tensors = await loadCheckpoint(fetchFile, config.preset, manifest.policy, (received, total) =>
        this.emit({ type: 'loading', what: 'policy', received, total }),
      );
      const { network } = manifest.policy;
      const policy = new Policy(engine, network, tensors, config.minibatchSize);
      const name = engine.name === 'webgpu' ? 'webgpu' : 'cpu';
      await this.askReward({ type: 'open', preset: config.preset, baseUrl, engine: name });
      if (run !== this.run) return;
      this.emit({ type: 'ready', engine: name, why, config, parameterCount: parameterCount(network) });
      await this.pull(run, train(this.training(run, config, policy)));
    } catch (error) {
      this.fail(run, error);
    } finally {
      free();
    }
  }

  private async pull(run: number, events: AsyncGenerator<RunEvent, void, void>): Promise<void> {
    this.running = true; // the untrained policy's batch is made without being asked for
    let opening = true;
    for (;;) {
      const { value: event } = await events.next();
      if (run !== this.run || !event) break;
      if (event.type === 'updated') this.update = event.update;
      if (event.type === 'phase') this.stage = event.phase;
      const opened = opening && event.type === 'phase' && event.update === 1;
      if (opened || this.boundary?.(event)) this.running = false;
      if (opened) opening = false;
      if (!opened) this.emit(event);
      if (!this.running) {
        this.say();
        await new Promise<void>((resolve) => (this.resume = resolve));
        if (run !== this.run) break;
        if (opened) this.emit(event);
      }
      await turn();
    }
    await events.return();
  }

  private training(run: number, config: RunConfig, policy: Policy): Training {
    return {
      config,
      policy,
      knobs: () => this.knobs ?? config.knobs,
      score: (rollout, rewardModel) => this.scores(rollout, rewardModel),
      judge: async (tasks, programs) => {
        if (!this.judgeHost) throw new Error('the judge is not connected; reload the page');
        const taskIds = tasks.map((task) => task.id);
        const { verdicts } = await this.judgeHost.ask({ taskIds, programs });
        return Float32Array.from(verdicts, (verdict) => (verdict.name === 'infra' ? NaN : verdict.testScore));
      },
      emit: (event) => {
        if (run === this.run) this.emit(event);
      },
    };
  }

  private async scores(rollout: Rollout, rewardModel: RewardModelName): Promise<Float32Array> {
    const { tokens, lengths, ended } = rollout;
    const reply = await this.askReward({ type: 'score', rewardModel, tokens, lengths, ended });
    if (reply.type !== 'scored') throw new Error(`the reward worker answered ${reply.type}, expected scored`);
    return reply.rmScores;
  }

  private async askReward(question: object): Promise<Answer> {
    if (!this.rewardWorker) throw new Error('the reward worker is not connected; reload the page');
    const reply = await this.rewardWorker.ask(question);
    if (reply.type !== 'failed') return reply;
    throw Object.assign(new Error(reply.message), { name: reply.name, stack: reply.stack });
  }

  /** Scores a program that a visitor edited; what the vocabulary cannot say is an answer, not a failure. */
  private async score(id: number, taskId: string, program: string): Promise<void> {
    try {
      const task = taskById(taskId);
      const written = responseIdsOf(task, program);
      if ('problem' in written) return this.emit({ type: 'scored', id, problem: written.problem });
      const rollout = rolloutOf([{ prompt: task.promptIds, response: written.ids }]);
      const [rmScore] = await this.scores(rollout, this.knobs?.rewardModel ?? 'strong');
      this.emit({ type: 'scored', id, rmScore });
    } catch (error) {
      this.emit({ type: 'scored', id, problem: (error as Error).message });
    }
  }

  private go(): void {
    this.running = true;
    this.say();
    this.resume();
  }

  private say(): void {
    this.emit({ type: 'state', state: this.running ? 'running' : 'paused', update: this.update });
  }

  private fail(run: number, thrown: unknown): void {
    if (run !== this.run) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name, message, stack = '' } = error;
    this.emit({ type: 'failed', stage: this.stage, name, message, stack });
  }
}

const channel = new MessageChannel();
/** A real turn of the event loop, so that commands are heard; unlike a timer, not slowed down in a hidden tab. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(0);
  });
}
