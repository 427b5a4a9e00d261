/** The lab's thread: trains one model of a visitor's own, or reads one from a file, and tells of it. */
import { makeOwn } from '../lab.ts';
import { loadCheckpoint, loadManifest } from '../model/manifest.ts';
import { decodeOwn } from '../model/own-file.ts';
import { ended } from '../protocol/failure.ts';
import type { JudgeReply, JudgeRequest } from '../protocol/messages.ts';
import type { LabCommand, LabNotice } from '../protocol/own-model.ts';
import { Remote } from '../protocol/remote.ts';
import type { JudgeAll } from '../pretrain.ts';
import { fetchUnder } from './fetch-file.ts';
import { turn } from './turn.ts';

/** A page makes the tests of these in one task, each perhaps to a problem of its own. */
const PROGRAMS_PER_REQUEST = 4;

type TrainCommand = Extract<LabCommand, { type: 'train' }>;

export class LabSession {
  readonly #send: (notice: LabNotice) => void;
  #isPaused = false;
  #resume: () => void = () => undefined;

  constructor(send: (notice: LabNotice) => void) {
    this.#send = send;
  }

  handle(command: LabCommand): void {
    switch (command.type) {
      case 'train':
        this.#do(() => this.#train(command));
        break;
      case 'read':
        this.#do(async () => {
          const { bytes } = command;
          this.#send({ type: 'made', about: (await decodeOwn(bytes)).about, bytes });
        });
        break;
      case 'pause':
        this.#isPaused = true;
        break;
      case 'resume':
        this.#isPaused = false;
        this.#resume();
        break;
      default:
        command satisfies never;
    }
  }

  #do(work: () => Promise<void>): void {
    work().catch((error: unknown) =>
      this.#send({ type: 'problem', problem: ended((error as Error).message) }),
    );
  }

  async #train({ recipe, baseUrl, judgePort }: TrainCommand): Promise<void> {
    this.#send({ type: 'at', stage: 'models', done: 0 });
    const fetchFile = fetchUnder(baseUrl);
    const { policy } = await loadManifest(fetchFile, recipe.preset);
    const sft = await loadCheckpoint(fetchFile, recipe.preset, policy);
    const made = await makeOwn(recipe, {
      ...{ network: policy.network, sft, tell: this.#send },
      judge: judgeOver(new Remote(judgePort)),
      pass: () => this.#pass(),
    });
    this.#send({ type: 'made', ...made });
  }

  /** A turn of the event loop, so that commands are heard; as long as it is paused. */
  async #pass(): Promise<void> {
    await turn();
    if (!this.#isPaused) return;
    this.#send({ type: 'paused' });
    await new Promise<void>((resolve) => (this.#resume = resolve));
  }
}

/** Shares of tests passed, by the page's judge. */
function judgeOver(judge: Remote<JudgeRequest, JudgeReply>): JudgeAll {
  return async (tasks, programs) => {
    const asked: Promise<JudgeReply>[] = [];
    for (let first = 0; first < programs.length; first += PROGRAMS_PER_REQUEST) {
      const part = [first, first + PROGRAMS_PER_REQUEST] as const;
      const taskIds = tasks.slice(...part).map(({ id }) => id);
      asked.push(judge.ask({ taskIds, programs: programs.slice(...part), purpose: 'evaluation' }));
    }
    const replies = await Promise.all(asked);
    const verdicts = replies.flatMap((reply) => reply.verdicts);
    if (verdicts.some(({ name }) => name === 'infra')) {
      const problem = replies.find((reply) => reply.problem)?.problem;
      throw new Error(`A program could not be judged (${problem ?? 'no reason given'}). Train it once more.`);
    }
    return Float32Array.from(verdicts, ({ testScore }) => testScore);
  };
}
