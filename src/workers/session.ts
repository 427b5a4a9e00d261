import { loadCheckpoint, loadManifest } from '../model/manifest.ts';
import { parameterCount } from '../model/network.ts';
import { Policy } from '../model/policy.ts';
import { rolloutOf, type Rollout } from '../model/rollout.ts';
import type { EngineChoice, Knobs, RewardModelName, RunConfig } from '../protocol/config.ts';
import type { Command, JudgeReply, RewardReply, RunEvent } from '../protocol/messages.ts';
import type { Task } from '../protocol/task.ts';
import { responseIdsOf } from '../tasks/program-text.ts';
import { taskById } from '../tasks/tasks.ts';
import { train, type Training } from '../train.ts';
import { check } from './check.ts';
import { chooseEngine } from './engine.ts';
import { fetchUnder } from './fetch-file.ts';
import { Remote } from './remote.ts';

type OpenCommand = Extract<Command, { type: 'open' }>;
type ScoreCommand = Extract<Command, { type: 'score' }>;
/** What a reward worker answers to a question. */
type Answer = Extract<RewardReply, { id: number }>;

/** Says when to pause while stepping, from the next event and the stage it ends. */
type Boundary = (event: RunEvent, stage: string) => boolean;
const atUpdate: Boundary = (event) => event.type === 'phase' && event.phase === 'prompts';
const atPhase: Boundary = (event, stage) => event.type === 'phase' && event.phase !== stage;

/** One visitor's training: pulls `train` as the page's commands allow, and sends what it yields. Opened once. */
export class Session {
  private readonly emit: (event: RunEvent) => void;
  private rewardWorker?: Remote<Answer>;
  private judgeHost?: Remote<JudgeReply>;
  private stage = 'loading';
  private finished = 0;
  private engine: EngineChoice = 'auto';
  private knobs?: Knobs;
  /** What the page asked for; `pull` says when it is so. */
  private running = true; // the untrained policy's batch is made without being asked for
  private boundary?: Boundary;
  private resume: () => void = () => undefined;
  private failed = false;

  constructor(emit: (event: RunEvent) => void) {
    this.emit = emit;
  }

  handle(command: Command): void {
    switch (command.type) {
      case 'open':
        void this.open(command).catch((error: unknown) => this.fail(error));
        break;
      case 'play':
        this.go();
        break;
      case 'pause':
        this.running = false;
        break;
      case 'step':
        this.go(command.unit === 'update' ? atUpdate : atPhase);
        break;
      case 'knobs':
        this.knobs = command.knobs;
        break;
      case 'score':
        void this.score(command);
        break;
      case 'check':
        void check(this.engine).then(this.emit);
        break;
      default:
        command satisfies never;
    }
  }

  /** From loading the models to the end of the run. */
  private async open({ config, baseUrl, rewardPort, judgePort }: OpenCommand): Promise<void> {
    this.rewardWorker = new Remote<Answer>(rewardPort, (message) => this.emit(message as RunEvent));
    this.judgeHost = new Remote<JudgeReply>(judgePort);
    this.engine = config.engine;
    this.knobs = config.knobs;
    const { engine, why, device } = await chooseEngine(config.engine);
    void device?.lost.then((reason) =>
      this.fail(new Error(`${reason} Press Reset to start again, or choose the CPU engine.`)),
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
    this.emit({ type: 'ready', engine: name, why, config, parameterCount: parameterCount(network) });
    await this.pull(train(this.training(config, policy)));
  }

  private async pull(events: AsyncGenerator<RunEvent, void, void>): Promise<void> {
    let opening = true;
    for await (const event of events) {
      if (this.failed) break;
      const opened = opening && event.type === 'phase' && event.update === 1;
      if (opened || this.boundary?.(event, this.stage)) this.running = false;
      if (opened) opening = false;
      else this.emit(event); // the first update begins with Train, not before
      if (event.type === 'updated') this.finished = event.update;
      if (event.type === 'phase') this.stage = event.phase;
      if (!this.running) {
        this.say('paused');
        await new Promise<void>((resolve) => (this.resume = resolve));
        if (opened) this.emit(event);
      }
      await turn();
    }
  }

  private training(config: RunConfig, policy: Policy): Training {
    return {
      config,
      policy,
      knobs: () => this.knobs ?? config.knobs,
      score: (rollout, rewardModel) => this.scores(rollout, rewardModel),
      judge: (tasks, programs) => this.truths(tasks, programs),
      emit: this.emit,
    };
  }

  /** Shares of tests passed. A judge that fails is told at once, though the loop may not wait for it yet. */
  private async truths(tasks: readonly Task[], programs: readonly string[]): Promise<Float32Array> {
    try {
      if (!this.judgeHost) throw new Error('the judge is not connected; reload the page');
      const taskIds = tasks.map((task) => task.id);
      const { verdicts, problem } = await this.judgeHost.ask({ taskIds, programs });
      if (verdicts.every(({ name }) => name === 'infra'))
        throw new Error(
          `the judge could not run any program (${problem ?? 'no reason given'}). Reload the page.`,
        );
      return Float32Array.from(verdicts, (verdict) => (verdict.name === 'infra' ? NaN : verdict.testScore));
    } catch (error) {
      this.fail(error);
      throw error;
    }
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
  private async score({ id, rewardModel, taskId, program }: ScoreCommand): Promise<void> {
    try {
      const task = taskById(taskId);
      const written = responseIdsOf(task, program);
      if ('problem' in written) return this.emit({ type: 'scored', id, problem: written.problem });
      const rollout = rolloutOf([{ prompt: task.promptIds, response: written.ids }]);
      const [rmScore] = await this.scores(rollout, rewardModel);
      this.emit({ type: 'scored', id, rmScore });
    } catch (error) {
      this.emit({ type: 'scored', id, problem: (error as Error).message });
    }
  }

  private go(boundary?: Boundary): void {
    this.boundary = boundary;
    this.running = true;
    this.say('running');
    this.resume();
  }

  private say(state: 'running' | 'paused'): void {
    this.emit({ type: 'state', state, update: this.finished });
  }

  /** Told once: what fails after the first failure is its consequence. */
  private fail(thrown: unknown): void {
    if (this.failed) return;
    this.failed = true;
    const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown));
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
