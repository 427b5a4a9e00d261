import type { UnitTest } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import { limits } from './limits.ts';
import { isReport } from './reports.ts';
import type { OpenRunner, Report, Runner } from './reports.ts';
import { isEntryPoint } from './outcome.ts';
import { infraVerdict, suiteOf, verdictOf } from './expected.ts';
import type { Suite } from './expected.ts';
import { Watchdog } from './watchdog.ts';

/** A program and the tests it is judged by. */
export interface JudgeItem {
  /** The whole program, signature included. */
  program: string;
  /** The name, or dotted path, of the function that the tests call. */
  entryPoint: string;
  /** At least one. */
  tests: readonly UnitTest[];
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

/** Programs sent ahead, so that the runner never waits for the next. */
const inFlightLimit = 16;
/** Characters of verdicts remembered, and of the programs that they are about; the oldest are forgotten first. */
const cacheLimit = 16 * 1024 * 1024;
/** Runners that may be lost in a row without any answer before what waits is given up. */
const startLimit = 3;
/** Milliseconds for a runner to start in. */
const startMs = 20_000;

/** Who is served first: a visitor who waits, the batch that is trained on, an evaluation. */
export const priorities = ['visitor', 'batch', 'evaluation'] as const;
export type Priority = (typeof priorities)[number];

export interface JudgeOptions {
  priority?: Priority;
  /** Aborted, it takes back what nobody else waits for and has not begun; `judge` then rejects with its reason. */
  signal?: AbortSignal;
  /** Told each verdict as soon as it is known, in any order. */
  onVerdict?: (index: number, verdict: Verdict) => void;
}

interface Work {
  id: number;
  key: string;
  item: JudgeItem;
  suite: Suite;
  priority: Priority;
  /** How often a runner was lost under it. */
  losses: number;
  /** Those who wait for it. */
  askers: Set<(verdict: Verdict) => void>;
}

/**
 * The trusted side of the judge: hands programs to a runner, compares what comes back, watches the runner, and replaces
 * it when it is lost. A program under which one was lost runs once more, alone; lost again, its verdict is `crash`.
 */
export class Scheduler {
  private readonly open: OpenRunner;
  private readonly suites = new WeakMap<readonly UnitTest[], { suite: Suite; key: number }>();
  /** Equal suites have one number. */
  private readonly suiteKeys = new Map<string, number>();
  private readonly cache = new Map<string, { verdict: Verdict; size: number }>();
  private cacheSize = 0;
  private readonly waiting: Record<Priority, Work[]> = { visitor: [], batch: [], evaluation: [] };
  private readonly suspects: Work[] = [];
  private readonly inFlight = new Map<number, Work>();
  private readonly byKey = new Map<string, Work>();
  private readonly counts: JudgeStats = { ran: 0, cached: 0, lost: 0, ms: 0 };
  private readonly answers = new Watchdog(limits.frameMs, () => this.lose('it did not answer'));
  private readonly starts = new Watchdog(startMs, () => this.lose('it did not start'));
  private runner: Runner | undefined;
  private isReady = false;
  private failedStarts = 0;
  private nextId = 0;
  private isClosed = false;

  constructor(open: OpenRunner) {
    this.open = open;
  }

  get stats(): Readonly<JudgeStats> {
    return this.counts;
  }

  /**
   * Judges programs, each in a realm of its own.
   *
   * @returns one verdict an item, in order; `infra`, with the score NaN, where no program explains the failure
   * @throws RangeError, TypeError where an item has no tests, too large an expected value, or no name for an entry point
   */
  async judge(
    items: readonly JudgeItem[],
    { priority = 'batch', signal, onVerdict }: JudgeOptions = {},
  ): Promise<Verdict[]> {
    if (this.isClosed) throw new Error('The judge is closed: make a new one.');
    signal?.throwIfAborted();
    for (const { entryPoint, tests } of items) {
      if (!isEntryPoint(entryPoint))
        throw new TypeError(
          `An entry point is ${JSON.stringify(entryPoint)}; expected a name such as f or Solver.solve.`,
        );
      this.suiteOf(tests);
    }
    const takeBack: (() => void)[] = [];
    const verdicts = items.map(async (item, index) => {
      const verdict = await new Promise<Verdict>((done) => takeBack.push(this.ask(item, priority, done)));
      onVerdict?.(index, verdict);
      return verdict;
    });
    this.pump();
    const all = Promise.all(verdicts);
    if (!signal) return all;
    return new Promise((resolve, reject) => {
      const abort = () => {
        for (const takeOne of takeBack) takeOne();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      all.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
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
      const suite = suiteOf(tests);
      const text = JSON.stringify([suite.args, suite.expected]);
      const key = this.suiteKeys.get(text) ?? this.suiteKeys.size;
      this.suiteKeys.set(text, key);
      known = { suite, key };
      this.suites.set(tests, known);
    }
    return known;
  }

  /** Asks for one verdict; what it returns takes the question back. */
  private ask(item: JudgeItem, priority: Priority, done: (verdict: Verdict) => void): () => void {
    const { suite, key: suiteKey } = this.suiteOf(item.tests);
    const key = `${item.entryPoint}\n${suiteKey}\n${item.program}`;
    const known = this.cache.get(key);
    if (known) {
      this.counts.cached++;
      done(known.verdict);
      return () => undefined;
    }
    let work = this.byKey.get(key);
    if (work) {
      this.counts.cached++;
      if (priorities.indexOf(priority) < priorities.indexOf(work.priority)) this.hurry(work, priority);
    } else {
      work = { id: this.nextId++, key, item, suite, priority, losses: 0, askers: new Set() };
      this.byKey.set(key, work);
      this.waiting[priority].push(work);
    }
    const asked = work;
    asked.askers.add(done);
    return () => {
      asked.askers.delete(done);
      if (asked.askers.size === 0 && this.drop(asked)) this.byKey.delete(key);
    };
  }

  private hurry(work: Work, priority: Priority): void {
    if (this.drop(work)) this.waiting[priority].push(work);
    work.priority = priority;
  }

  /** Takes work out of the queue; false where it was not in it any more. */
  private drop(work: Work): boolean {
    const queue = this.waiting[work.priority];
    const place = queue.indexOf(work);
    if (place >= 0) queue.splice(place, 1);
    return place >= 0;
  }

  private settle(work: Work, verdict: Verdict): void {
    this.inFlight.delete(work.id);
    this.byKey.delete(work.key);
    if (verdict.name !== 'infra') this.remember(work.key, verdict);
    for (const done of work.askers) done(verdict);
  }

  private remember(key: string, verdict: Verdict): void {
    const size = key.length + sizeOf(verdict);
    this.cache.set(key, { verdict, size });
    this.cacheSize += size;
    for (const [oldest, { size: freed }] of this.cache) {
      if (this.cacheSize <= cacheLimit) break;
      this.cache.delete(oldest);
      this.cacheSize -= freed;
    }
  }

  /** Sends what may be sent. */
  private pump(): void {
    const { visitor, batch, evaluation } = this.waiting;
    const waiting = visitor.length + batch.length + evaluation.length;
    if (waiting + this.suspects.length + this.inFlight.size === 0) {
      this.answers.stop();
      return;
    }
    if (this.runner === undefined) this.openRunner();
    if (!this.isReady) return;
    // A visitor's programs are sent ahead of whatever waits, however many are under way.
    const next = visitor.splice(0);
    const room = inFlightLimit - this.inFlight.size - next.length;
    if (room >= inFlightLimit / 2) {
      next.push(...batch.splice(0, room));
      next.push(...evaluation.splice(0, room - next.length));
    }
    if (next.length + this.inFlight.size === 0) next.push(...this.suspects.splice(0, 1));
    if (next.length === 0) return;
    if (this.inFlight.size === 0) this.answers.start();
    for (const work of next) this.inFlight.set(work.id, work);
    this.runner?.run(
      next.map(({ id, item, suite }) => ({
        id,
        program: item.program,
        entryPoint: item.entryPoint,
        args: suite.args,
      })),
    );
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

  private obey(report: Report): void {
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
        this.settle(work, verdictOf(report.outcomes, work.suite));
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

  /** The runner is gone, under the first program that it has not answered, if any: it runs them in order. */
  private lose(why: string): void {
    this.closeRunner();
    this.counts.lost++;
    const [culprit, ...others] = this.inFlight.values();
    this.inFlight.clear();
    for (const work of others.reverse()) this.waiting[work.priority].unshift(work);
    if (culprit === undefined) {
      if (++this.failedStarts >= startLimit) this.giveUp(why);
    } else if (++culprit.losses === 1) {
      this.suspects.push(culprit);
    } else {
      const outcome = { kind: 'crash' as const, text: `the place where it ran was lost twice: ${why}` };
      this.settle(
        culprit,
        verdictOf(
          culprit.suite.args.map(() => outcome),
          culprit.suite,
        ),
      );
    }
    this.pump();
  }

  private giveUp(why: string): void {
    const queued = priorities.flatMap((priority) => this.waiting[priority].splice(0));
    const all = [...this.inFlight.values(), ...this.suspects.splice(0), ...queued];
    for (const work of all) this.settle(work, infraVerdict(work.suite, `the judge could not run it: ${why}`));
    this.failedStarts = 0;
  }
}

/** Characters of a verdict, near enough. */
function sizeOf({ tests }: Verdict): number {
  const length = (text: string | undefined) => text?.length ?? 0;
  return tests.reduce(
    (sum, { got, expected, message }) => sum + 64 + length(got) + expected.length + length(message),
    0,
  );
}
