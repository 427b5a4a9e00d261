import type { UnitTest } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import { limits } from './limits.ts';
import { isReport } from './reports.ts';
import type { OpenRunner, RunnerReport, Runner } from './reports.ts';
import { isEntryPoint } from './outcome.ts';
import type { Outcome, ProgramJob } from './outcome.ts';
import { infraVerdict, suiteOf, verdictOf } from './expected.ts';
import type { Suite } from './expected.ts';
import { VerdictCache } from './verdict-cache.ts';
import { Watchdog } from './watchdog.ts';
import { WorkQueue } from './work-queue.ts';
import type { Priority, Work } from './work-queue.ts';

/** A program and the tests it is judged by. */
export interface JudgeItem {
  /** The whole program, signature included. */
  program: string;
  /** The name, or dotted path, of the function that the tests call. */
  entryPoint: string;
  /** At least one. The same list object is the same tests: verdicts are remembered by it. */
  tests: readonly UnitTest[];
  /** How far a number may be off, relative to the larger; 0 where nothing is said. */
  tolerance?: number;
}

/** Counts since the judge was made. */
export interface JudgeStats {
  /** Programs that were run. */
  ran: number;
  /** Programs whose verdict was known already. */
  cached: number;
  /** Runners lost under a program, or before one. */
  lost: number;
  /** Milliseconds that programs took, measured where they ran. */
  ms: number;
}

export interface JudgeOptions {
  /** Whose programs go first; `batch` where nothing is said. */
  priority?: Priority;
  /** Aborted, `judge` rejects with its reason, and programs that wait and that nobody else asked for are not run. */
  signal?: AbortSignal;
  /** Told each verdict as soon as it is known, in any order; not after an abort. */
  onVerdict?: (index: number, verdict: Verdict) => void;
}

/** Programs sent ahead, so that the runner never waits for the next. */
const usualInFlight = 16;
/** Bytes of verdicts remembered. */
const cacheBytes = 16 * 1024 * 1024;
/** Runners that may be lost in a row without any answer before what waits is given up. */
const startLimit = 3;
/** Milliseconds for a runner to start in. */
const startMs = 20_000;

/**
 * The trusted side of the judge: hands programs to a runner, compares what comes back, watches the runner, and replaces
 * it when it is lost. Programs in flight when one was lost run once more, each alone; the one that loses it again has
 * the verdict `crash`.
 */
export class JudgeScheduler {
  private readonly open: OpenRunner;
  private readonly inFlightLimit: number;
  private readonly suites = new WeakMap<readonly UnitTest[], { suite: Suite; number: number }>();
  private readonly cache = new VerdictCache(cacheBytes);
  private readonly waiting = new WorkQueue();
  private readonly inFlight = new Map<number, Work>();
  private readonly byKey = new Map<string, Work>();
  private readonly counts: JudgeStats = { ran: 0, cached: 0, lost: 0, ms: 0 };
  private readonly answers = new Watchdog(limits.frameMs, () => this.lose('it did not answer'));
  private readonly starts = new Watchdog(startMs, () => this.lose('it did not start'));
  private runner: Runner | undefined;
  private isReady = false;
  private failedStarts = 0;
  private nextId = 0;
  private suiteCount = 0;
  private isClosed = false;

  /** @param inFlight programs sent ahead; more where the asker seldom turns its event loop */
  constructor(open: OpenRunner, inFlight = usualInFlight) {
    this.open = open;
    this.inFlightLimit = inFlight;
  }

  get stats(): Readonly<JudgeStats> {
    return this.counts;
  }

  /**
   * Judges programs, each as if it were the first. A program that several ask for runs once, at the highest of their
   * priorities.
   *
   * @returns one verdict an item, in order; `infra`, with the score NaN, where no program explains the failure
   * @throws RangeError, TypeError where an item has no tests, too large an expected value, or no name for an entry point
   */
  async judge(items: readonly JudgeItem[], options: JudgeOptions = {}): Promise<Verdict[]> {
    const { priority = 'batch', signal, onVerdict } = options;
    if (this.isClosed) throw new Error('The judge is closed: make a new one.');
    signal?.throwIfAborted();
    for (const { entryPoint, tests } of items) {
      assertEntryPoint(entryPoint);
      this.suiteOf(tests);
    }
    const asked = items.map((item) => this.ask(item, priority));
    this.pump();
    const verdicts = Promise.all(
      asked.map(async ({ verdict }, index) => {
        const known = await verdict;
        if (!signal?.aborted) onVerdict?.(index, known);
        return known;
      }),
    );
    if (!signal) return verdicts;
    return new Promise((resolve, reject) => {
      const abort = () => {
        for (const { cancel } of asked) cancel();
        this.pump();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      verdicts.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  /**
   * Calls a program's function once for each of `args`, in order and in one realm; nothing is compared or remembered. It goes
   * first, since whoever asks waits.
   *
   * @returns what became of each call
   * @throws Error where the judge itself fails, or the signal's reason
   * @throws TypeError where the entry point is no name
   */
  call({ program, entryPoint, args }: ProgramJob, signal?: AbortSignal): Promise<readonly Outcome[]> {
    if (this.isClosed) throw new Error('The judge is closed: make a new one.');
    signal?.throwIfAborted();
    assertEntryPoint(entryPoint);
    const id = this.nextId++;
    const key = `call ${id}`;
    const suite: Suite = { args, expected: [], shown: [] };
    let abort = () => undefined as void;
    const called = new Promise<readonly Outcome[]>((resolve, reject) => {
      const work: Work = {
        ...{ id, key, program, entryPoint, suite, tolerance: 0, priority: 'visitor', isSuspect: false },
        askers: new Set([() => undefined]),
        caller: { resolve, reject },
      };
      this.waiting.add(work);
      abort = () => {
        work.askers.clear();
        this.waiting.remove(work);
        reject(signal!.reason as Error);
      };
    });
    signal?.addEventListener('abort', abort, { once: true });
    this.pump();
    return called.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Ends whatever runs; what waits becomes `infra`. */
  close(): void {
    this.isClosed = true;
    this.closeRunner();
    this.giveUp('the judge was closed');
  }

  private suiteOf(tests: readonly UnitTest[]) {
    let known = this.suites.get(tests);
    if (known === undefined) {
      known = { suite: suiteOf(tests), number: this.suiteCount++ };
      this.suites.set(tests, known);
    }
    return known;
  }

  /** `cancel` stops waiting for the verdict; the program is taken back where it waits for nobody else. */
  private ask({ program, entryPoint, tests, tolerance = 0 }: JudgeItem, priority: Priority) {
    const { suite, number } = this.suiteOf(tests);
    const key = `${number} ${tolerance} ${entryPoint}\n${program}`;
    const known = this.cache.get(key);
    if (known) {
      this.counts.cached++;
      return { verdict: Promise.resolve(known), cancel: () => undefined };
    }
    let work = this.byKey.get(key);
    if (work) {
      this.counts.cached++;
      this.waiting.raise(work, priority);
    } else {
      const id = this.nextId++;
      work = {
        id,
        key,
        program,
        entryPoint,
        suite,
        tolerance,
        priority,
        isSuspect: false,
        askers: new Set(),
      };
      this.byKey.set(key, work);
      this.waiting.add(work);
    }
    const asked = work;
    let asker: (verdict: Verdict) => void = () => undefined;
    const verdict = new Promise<Verdict>((resolve) => (asker = resolve));
    asked.askers.add(asker);
    const cancel = () => {
      asked.askers.delete(asker);
      if (asked.askers.size === 0 && this.waiting.remove(asked)) this.byKey.delete(key);
    };
    return { verdict, cancel };
  }

  private finish(work: Work, outcomes: readonly Outcome[]): void {
    this.inFlight.delete(work.id);
    if (work.caller) work.caller.resolve(outcomes);
    else this.settle(work, verdictOf(outcomes, work.suite, work.tolerance));
  }

  private settle(work: Work, verdict: Verdict): void {
    this.inFlight.delete(work.id);
    this.byKey.delete(work.key);
    if (verdict.name !== 'infra') this.cache.add(work.key, verdict);
    for (const asker of work.askers) asker(verdict);
  }

  /** Sends what may be sent. */
  private pump(): void {
    if (this.inFlight.size === 0) this.answers.stop();
    if (this.inFlight.size + this.waiting.size === 0) return;
    if (this.runner === undefined) this.openRunner();
    if (!this.isReady) return;
    const room = this.inFlightLimit - this.inFlight.size;
    const [urgent, others]: [Work[], Work[]] = [[], []];
    for (let work = this.waiting.first(); work !== undefined; work = this.waiting.first()) {
      const isAlone = this.inFlight.size + urgent.length + others.length === 0;
      const isUrgent = work.priority === 'visitor';
      const isFull = others.length >= room || room < this.inFlightLimit / 2;
      if (this.runsAlone || (work.isSuspect ? !isAlone : isFull && !isUrgent)) break;
      this.waiting.remove(work);
      (isUrgent ? urgent : others).push(work);
      if (work.isSuspect) break;
    }
    this.send(urgent, true);
    this.send(others, false);
  }

  /** What is in flight is a suspect, beside which nothing may run. */
  private get runsAlone(): boolean {
    return [...this.inFlight.values()].some((work) => work.isSuspect);
  }

  private send(works: Work[], isUrgent: boolean): void {
    if (works.length === 0) return;
    if (this.inFlight.size === 0) this.answers.start();
    for (const work of works) this.inFlight.set(work.id, work);
    const jobs = works.map(({ id, program, entryPoint, suite }) => ({
      id,
      program,
      entryPoint,
      args: suite.args,
    }));
    this.runner?.run(jobs, isUrgent);
  }

  private openRunner(): void {
    const runner = this.open((report) => {
      if (this.runner === runner) this.receive(report);
    });
    this.runner = runner;
    this.starts.start();
  }

  private closeRunner(): void {
    this.starts.stop();
    this.answers.stop();
    this.runner?.close();
    this.runner = undefined;
    this.isReady = false;
  }

  private receive(report: unknown): void {
    const isSound = isReport(report, (id) => this.inFlight.get(id)?.suite.args.length);
    if (!isSound) this.lose('it sent something that is no report');
    else this.obey(report);
  }

  private obey(report: RunnerReport): void {
    switch (report.type) {
      case 'ready':
        this.starts.stop();
        this.isReady = true;
        break;
      case 'alive':
        this.answers.start();
        return;
      case 'outcomes': {
        const work = this.inFlight.get(report.id)!;
        this.answers.start();
        this.failedStarts = 0;
        this.counts.ran++;
        this.counts.ms += report.ms;
        this.finish(work, report.outcomes);
        break;
      }
      case 'lost':
        this.lose(report.why);
        return;
      default:
        report satisfies never;
    }
    this.pump();
  }

  /** The runner is gone, under one of the programs in flight, if any. */
  private lose(why: string): void {
    this.closeRunner();
    this.counts.lost++;
    const lost = [...this.inFlight.values()];
    this.inFlight.clear();
    if (lost.length === 0 && ++this.failedStarts >= startLimit) this.giveUp(why);
    for (const work of lost) {
      if (work.isSuspect) {
        const outcome = { kind: 'crash' as const, text: `the place where it ran was lost twice: ${why}` };
        this.finish(
          work,
          work.suite.args.map(() => outcome),
        );
      } else if (work.askers.size === 0) {
        this.byKey.delete(work.key);
      } else {
        work.isSuspect = true;
        this.waiting.add(work);
      }
    }
    this.pump();
  }

  private giveUp(why: string): void {
    const all = [...this.inFlight.values(), ...this.waiting.clear()];
    const words = `the judge could not run it: ${why}`;
    for (const work of all) {
      this.inFlight.delete(work.id);
      if (work.caller) work.caller.reject(new Error(words));
      else this.settle(work, infraVerdict(work.suite, words));
    }
    this.failedStarts = 0;
  }
}

function assertEntryPoint(name: string): void {
  if (!isEntryPoint(name))
    throw new TypeError(
      `An entry point is ${JSON.stringify(name)}; expected a name such as f or Solver.solve.`,
    );
}
