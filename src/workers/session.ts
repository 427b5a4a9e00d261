import { beside } from '../beside.ts';
import { adapterName, type OpenDevice } from '../kernels/device.ts';
import type { Counters, Engine } from '../kernels/engine.ts';
import { cosinesWithIntervals, judgedRollout } from '../gradient-cosine.ts';
import { criticOf, loadCritic } from '../model/critic.ts';
import { loadCheckpoint, loadManifest, type FetchFile, type Manifest } from '../model/manifest.ts';
import type { NetworkConfig, Tensors } from '../model/network.ts';
import { MOST_ROWS, Policy } from '../model/policy.ts';
import { responseIds, rolloutOf, rolloutOfBatch, type Rollout } from '../model/rollout.ts';
import { policyFactsOf } from '../own-code.ts';
import { presetFor } from '../ppo/knobs.ts';
import { isOwnTeacher } from '../ppo/own-models.ts';
import { samplerKey, stream } from '../ppo/random.ts';
import { isRewardModel, type Knobs, type RunConfig, type ScoringTeacher } from '../protocol/config.ts';
import type { EngineCounts } from '../protocol/engine-report.ts';
import type { RunEvent } from '../protocol/events.ts';
import { failingAs, failureOf, RunError } from '../protocol/failure.ts';
import type {
  Answer,
  Called,
  CallReply,
  CallRequest,
  Command,
  JudgeReply,
  JudgeRequest,
  Loading,
  Notice,
  Question,
  RewardReply,
  RewardRequest,
  Until,
} from '../protocol/messages.ts';
import type { OwnTeacher } from '../protocol/own-model.ts';
import { Remote, serve } from '../protocol/remote.ts';
import type { Task } from '../protocol/task.ts';
import type { Judged } from '../protocol/verdict.ts';
import { programText, responseIdsOf } from '../tasks/program-text.ts';
import { taskById } from '../tasks/tasks.ts';
import { tokenNumbers, whereIs } from '../token-numbers.ts';
import { train } from '../train.ts';
import { Training, type Purpose } from '../training.ts';
import { chooseEngine, openEngine } from './choose-engine.ts';
import { engineReport } from './engine-report.ts';
import { loadOwn } from './own-models.ts';
import { fetchUnder } from './fetch-file.ts';
import { measuredTuning, tuningText } from './tuning.ts';
import { since } from './since.ts';
import { turn } from './turn.ts';

type OpenCommand = Extract<Command, { type: 'open' }>;
type CosinesQuestion = Extract<Question, { type: 'cosines' }>;
type AnswersQuestion = Extract<Question, { type: 'answers' }>;
type TokensQuestion = Extract<Question, { type: 'tokens' }>;
type PolicyFactsQuestion = Extract<Question, { type: 'policy-facts' }>;
type ScoreQuestion = Extract<Question, { type: 'score' }>;

/** A page makes the tests of these in one task; those of hundreds would hold it up. */
const PROGRAMS_PER_REQUEST = 16;

/** Says when to pause while stepping, from the next event and the stage it ends. */
type Boundary = (event: RunEvent, stage: string) => boolean;
const atUpdate: Boundary = (event) => event.type === 'phase' && event.phase === 'prompts';
const after =
  (last: number): Boundary =>
  (event) =>
    event.type === 'phase' && event.phase === 'prompts' && event.update > last;
const atPhase: Boundary = (event, stage) => event.type === 'phase' && event.phase !== stage;

/** What the critic begins as: the first teacher, see `loadCritic`. */
async function criticStart(
  fetchFile: FetchFile,
  manifest: Manifest,
  { knobs: { teacher } }: RunConfig,
): Promise<Tensors | undefined> {
  if (!isOwnTeacher(teacher)) return failingAs('files', loadCritic(fetchFile, manifest, teacher));
  const { about, tensors } = await loadOwn(teacher, manifest.policy.network);
  return criticOf(tensors, (about as OwnTeacher).scores);
}

/** One run's training: pulls `train` as the page's commands allow, and sends what it yields. Opened once. */
export class Session {
  private readonly send: (notice: Notice) => void;
  private rewards?: Remote<RewardRequest, RewardReply>;
  private judge?: Remote<JudgeRequest | CallRequest, JudgeReply | CallReply>;
  private stage = 'loading';
  private update = 0;
  private knobs?: Knobs;
  /** What the page asked for; `pull` says when it is so. */
  private running = true; // the untrained policy's batch is made without being asked for
  private boundary?: Boundary;
  private until: Until = {};
  private resume: () => void = () => undefined;
  private said?: 'running' | 'paused';
  private failed = false;
  private training?: Training;
  /** Settles once the last state is told. */
  private saving?: Promise<void>;
  /** What is asked of the policy for between two stages. */
  private readonly asides: { isDue: () => boolean; work: () => Promise<void> }[] = [];
  private policyOn?: { engine: Engine; network: NetworkConfig; device?: OpenDevice };
  /** What the last update asked of the engine. */
  private counts?: EngineCounts;

  constructor(send: (notice: Notice) => void) {
    this.send = send;
  }

  handle(command: Command): void {
    switch (command.type) {
      case 'open':
        void this.open(command).catch((error: unknown) => this.fail(error));
        break;
      case 'play':
        this.until = command.until ?? {};
        this.go(this.until.update === undefined ? undefined : after(this.until.update));
        break;
      case 'pause':
        this.running = false;
        break;
      case 'step':
        this.until = {};
        this.go(command.unit === 'update' ? atUpdate : atPhase);
        break;
      case 'knobs':
        this.knobs = command.knobs;
        break;
      default:
        command satisfies never;
    }
  }

  /** From loading the models to the end of the run. */
  private async open({ config, from, baseUrl, ...ports }: OpenCommand): Promise<void> {
    this.rewards = new Remote(ports.rewardPort, (loading) => this.send(loading as Loading));
    this.judge = new Remote(ports.judgePort);
    serve<Question, Answer>(ports.questionPort, (question) => this.answer(question));
    this.knobs ??= config.knobs;
    this.update = from?.update ?? 0;
    const chosen = await chooseEngine(config.engine);
    const { name, device } = chosen;
    void device?.lost.then((reason) => this.fail(new RunError('device', reason)));
    const preset = presetFor(config.preset, device?.isFallback === false);
    const fetchFile = fetchUnder(baseUrl);
    const manifest = await failingAs('files', loadManifest(fetchFile, preset));
    const { network } = manifest.policy;
    // Before the reward model's thread begins, which takes over what is kept of the adapter.
    const { engine, tuning } = await openEngine(chosen, (opened) => measuredTuning(opened, network));
    const why = tuning ? `${chosen.why} ${tuningText(tuning)}` : chosen.why;
    const { teacher } = this.knobs;
    const rewards = beside(this.rewards.ask({ type: 'open', preset, baseUrl, engine: name, teacher }));
    const progress = (received: number, total: number) =>
      this.send({ type: 'loading', what: 'policy', received, total });
    // The critic's start is the file that the reward model's thread loads, and tells of.
    const start = beside(criticStart(fetchFile, manifest, config));
    const tensors = config.policy
      ? (await loadOwn(config.policy, network)).tensors
      : await failingAs('files', loadCheckpoint(fetchFile, preset, manifest.policy, progress));
    await rewards;
    const critic = await start;
    const policy = new Policy(engine, network, tensors, MOST_ROWS, critic);
    const training = new Training(
      {
        config,
        policy,
        knobs: () => this.knobs ?? config.knobs,
        score: (rollout, teacher) => this.scores(rollout, teacher),
        judge: (tasks, programs, purpose) => this.truths(tasks, programs, purpose),
        call: (request) => this.call(request),
        emit: (event) => this.tell(event),
      },
      from,
    );
    this.training = training;
    this.policyOn = { engine, network, device };
    const { update } = this;
    await engine.ready();
    const { parameters } = manifest.policy;
    this.send({ type: 'opened', update, config, engine: name, why, preset, parameterCount: parameters });
    await this.pull(training, update + 1);
  }

  /** `first` is the update that begins with Train, not before. */
  private async pull(training: Training, first: number): Promise<void> {
    let opening = true;
    let before: Counters | undefined;
    for await (const event of train(training)) {
      if (this.failed) break;
      const beginsUpdate = event.type === 'phase' && event.phase === 'prompts' && event.update > 0;
      if (beginsUpdate) this.save(training);
      // What has just been measured, and is still to be told, may stop it.
      const { kl, passRate } = this.until;
      if (beginsUpdate && this.stage === 'evaluate' && (kl ?? passRate) !== undefined) await this.saving;
      if (beginsUpdate) before = { ...this.policyOn!.engine.counters };
      if (event.type === 'updated' && before) this.counts = since(before, this.policyOn!.engine.counters);
      const opened = opening && beginsUpdate && event.update === first;
      if (opened || this.boundary?.(event, this.stage)) this.running = false;
      if (opened) opening = false;
      else this.emit(event);
      await this.attend();
      // Between a stage's last word and the next stage nothing is computed: it waits there, where an update may be done.
      if (!this.running && event.type === 'phase') {
        // Who sees it at rest may leave it, export it or open it elsewhere at once.
        await this.saving;
        // `go` wakes it, and so does an aside, after which it sleeps again.
        for (await this.attend(); !this.running; await this.attend()) {
          this.say('paused');
          await new Promise<void>((resolve) => (this.resume = resolve));
        }
        if (opened) this.emit(event);
      }
      await turn();
    }
  }

  /** What has become known beside the loop. */
  private tell(event: RunEvent): void {
    this.send(event);
    if (event.type !== 'evaluated') return;
    const { kl = Infinity, passRate = Infinity } = this.until;
    const { 'eval/kl': measured = -Infinity, 'eval/pass@1_held_out': passed = -Infinity } = event.metrics;
    if (measured >= kl || passed >= passRate) this.running = false;
  }

  private emit(event: RunEvent): void {
    if (event.type === 'phase') {
      this.stage = event.phase;
      this.update = event.update;
    }
    this.send(event);
  }

  /** What a page needs to go on from here, should this worker be lost. Training does not wait for it. */
  private save(training: Training): void {
    this.saving = training.state().then(
      (state) => this.send({ type: 'saved', state }),
      (error: unknown) => this.fail(error),
    );
  }

  /** A judge that fails is told at once, though the loop may not wait for it yet. */
  private async truths(
    tasks: readonly Task[],
    programs: readonly string[],
    purpose: Purpose,
  ): Promise<Judged> {
    try {
      const asked: Promise<JudgeReply>[] = [];
      for (let first = 0; first < programs.length; first += PROGRAMS_PER_REQUEST) {
        const part = [first, first + PROGRAMS_PER_REQUEST] as const;
        const taskIds = tasks.slice(...part).map((task) => task.id);
        const request: JudgeRequest = { taskIds, programs: programs.slice(...part), purpose };
        asked.push(this.judge!.ask(request) as Promise<JudgeReply>);
      }
      const replies = await Promise.all(asked);
      const verdicts = replies.flatMap((reply) => reply.verdicts);
      const problem = replies.find((reply) => reply.problem)?.problem;
      if (verdicts.every(({ name }) => name === 'infra'))
        throw new Error(`The judge could not run any program: ${problem ?? 'no reason given'}`);
      return {
        testScores: Float32Array.from(verdicts, ({ name, testScore }) =>
          name === 'infra' ? NaN : testScore,
        ),
        passes: verdicts.map(({ passes }) => passes),
      };
    } catch (error) {
      const failure = new RunError('judge', (error as Error).message, { cause: error });
      this.fail(failure);
      throw failure;
    }
  }

  /** What code of a visitor's returns, in the page's sandbox. */
  private async call(request: CallRequest): Promise<Called[]> {
    const reply = await failingAs('judge', this.judge!.ask(request));
    return (reply as CallReply).outcomes;
  }

  private async scores(rollout: Rollout, teacher: ScoringTeacher): Promise<Float32Array> {
    const { tokens, lengths, ended } = rollout;
    return (await this.rewards!.ask({ type: 'score', teacher, tokens, lengths, ended }))!;
  }

  private async answer(question: Question): Promise<Answer> {
    switch (question.type) {
      case 'score':
        return this.score(question);
      case 'times':
        return this.times();
      case 'cosines':
        return this.aside((training) => this.cosines(training, question));
      case 'tokens':
        return this.aside((training) => this.tokens(training, question));
      case 'answers':
        // What it answers is told as that of the policy after an update: not in the midst of its steps.
        return this.aside(
          (training) => this.answers(training, question),
          (training) => whereIs(training).steps === 0,
        );
      case 'policy-facts':
        return this.aside(({ given }) => this.policyFacts(given.policy, question));
      case 'ping':
        return { type: 'pong' };
    }
  }

  /** Scores a program that a visitor edited; what the vocabulary cannot say is an answer, not a failure. */
  private async score({ teacher, taskId, program }: ScoreQuestion): Promise<Answer> {
    const task = taskById(taskId);
    const written = responseIdsOf(task, program);
    if ('problem' in written) return { type: 'scored', problem: written.problem };
    const rollout = rolloutOf([{ prompt: task.promptIds, response: written.ids }]);
    const [score] = await this.scores(rollout, teacher);
    return { type: 'scored', score };
  }

  /** Of every filter's gradient with the truth's, by the policy as it is now. */
  private async cosines(
    { given: { policy, config } }: Training,
    { batch, testScores, kept, knobs }: CosinesQuestion,
  ): Promise<Answer> {
    const random = stream(config.seed, 'bootstrap', batch.update);
    const judged = judgedRollout(batch, testScores);
    const cosines = await cosinesWithIntervals(policy, judged, kept, knobs, random);
    return { type: 'cosines', cosines: cosines.map((cosine) => cosine ?? null) };
  }

  private async tokens(training: Training, { batch, row, kept, knobs }: TokensQuestion): Promise<Answer> {
    return { type: 'tokens', ...(await tokenNumbers(training, batch, row, kept, knobs)) };
  }

  private async answers(training: Training, { taskId, count }: AnswersQuestion): Promise<Answer> {
    const { done = 0, given, inForce } = training;
    const task = taskById(taskId);
    const source = { key: samplerKey(given.config.seed, 'answers'), number: done };
    const prompts = Array.from({ length: count }, () => task.promptIds);
    const rollout = await given.policy.sample(prompts, source, inForce.temperature);
    const programs = prompts.map((_, r) => programText(task, responseIds(rollout, r)));
    const { teacher } = inForce;
    const scores = isRewardModel(teacher) ? await this.scores(rollout, teacher) : undefined;
    return { type: 'answers', update: done, programs, scores };
  }

  /** Of responses that were sampled earlier, by the policy as it is now. */
  private async policyFacts(policy: Policy, { batch, temperature }: PolicyFactsQuestion): Promise<Answer> {
    return {
      type: 'policy-facts',
      ...(await policyFactsOf(policy, rolloutOfBatch(batch), temperature)),
    };
  }

  /** Has something done with the policy between two stages, when nothing else is; between the first two at which it is due. */
  private aside<Result>(
    work: (training: Training) => Promise<Result>,
    isDue: (training: Training) => boolean = () => true,
  ): Promise<Result> {
    const { training } = this;
    if (!training) throw new Error('The run has not begun yet.');
    return new Promise((resolve, reject) => {
      this.asides.push({ isDue: () => isDue(training), work: () => work(training).then(resolve, reject) });
      if (!this.running) this.resume();
    });
  }

  private async attend(): Promise<void> {
    for (;;) {
      const next = this.asides.findIndex(({ isDue }) => isDue());
      if (next < 0) return;
      const [{ work }] = this.asides.splice(next, 1);
      await work();
    }
  }

  private times(): Answer {
    if (!this.policyOn) throw new Error('No engine runs yet.');
    const { engine, network, device } = this.policyOn;
    engine.times.next();
    const report = engineReport(engine, network, device?.isFallback ?? false, this.counts);
    return { type: 'timed', adapter: device && adapterName(device.info), ...report };
  }

  private go(boundary?: Boundary): void {
    this.boundary = boundary;
    this.running = true;
    this.say('running');
    this.resume();
  }

  private say(state: 'running' | 'paused'): void {
    if (state === this.said) return;
    this.said = state;
    this.send({ type: 'state', state, update: this.update });
  }

  /** Told once: what fails after the first failure is its consequence. */
  private fail(thrown: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.send({ type: 'failed', update: this.update, ...failureOf(thrown, this.stage) });
  }
}
