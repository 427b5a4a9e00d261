import type { UnitTest } from '../../protocol/task.ts';
import type { Verdict } from '../../protocol/verdict.ts';
import { limits } from './limits.ts';
import { isReport } from './messages.ts';
import type { OpenRunner, Report, Runner } from './messages.ts';
import { isEntryPoint } from './outcome.ts';
import { infraVerdict, suiteOf, verdictOf } from './suite.ts';
import type { Suite } from './suite.ts';
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
/** Verdicts remembered; the oldest are forgotten first. */
const cacheLimit = 20_000;
/** Runners that may be lost in a row without any answer before what waits is given up. */
const startLimit = 3;
/** Milliseconds for a runner to start in. */
const startMs = 20_000;

interface Work {
  id: number;
  key: string;
  item: JudgeItem;
  suite: Suite;
  /** How often a runner was lost under it. */
  losses: number;
  done: ((verdict: Verdict) => void)[];
}

/**
 * The trusted side of the judge: hands programs to a runner, compares what comes back, watches the runner, and replaces
 * it when it is lost. A program under which one was lost runs once more, alone; lost again, its verdict is `crash`.
 */
export class Scheduler {
  private readonly open: OpenRunner;
  private readonly suites = new WeakMap<readonly UnitTest[], { suite: Suite; key: string }>();
  private readonly cache = new Map<string, Verdict>();
  private readonly waiting: Work[] = [];
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
   * @param onVerdict told each verdict as soon as it is known, in any order
   * @returns one verdict an item, in order; `infra`, with the score NaN, where no program explains the failure
   * @throws RangeError, TypeError where an item has no tests, too large an expected value, or no name for an entry point
   */
  async judge(
    items: readonly JudgeItem[],
    onVerdict?: (index: number, verdict: Verdict) => void,
  ): Promise<Verdict[]> {
    if (this.isClosed) throw new Error('The judge is closed: make a new one.');
    for (const { entryPoint, tests } of items) {
      if (!isEntryPoint(entryPoint))
        throw new TypeError(
          `An entry point is ${JSON.stringify(entryPoint)}; expected a name such as f or Solver.solve.`,
        );
      this.suiteOf(tests);
    }
    const verdicts = items.map(async (item, index) => {
      const verdict = await this.verdictOf(item);
      onVerdict?.(index, verdict);
      return verdict;
    });
    this.pump();
    return Promise.all(verdicts);
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
      known = { suite, key: JSON.stringify([suite.args, suite.expected]) };
      this.suites.set(tests, known);
    }
    return known;
  }

  private verdictOf(item: JudgeItem): Promise<Verdict> {
    const { suite, key: suiteKey } = this.suiteOf(item.tests);
    const key = `${item.entryPoint}\n${suiteKey}\n${item.program}`;
    const known = this.cache.get(key);
    if (known) {
      this.counts.cached++;
      return Promise.resolve(known);
    }
    return new Promise((done) => {
      const same = this.byKey.get(key);
      if (same) {
        this.counts.cached++;
        same.done.push(done);
        return;
      }
      const work: Work = { id: this.nextId++, key, item, suite, losses: 0, done: [done] };
      this.byKey.set(key, work);
      this.waiting.push(work);
    });
  }

  private settle(work: Work, verdict: Verdict): void {
    this.inFlight.delete(work.id);
    this.byKey.delete(work.key);
    if (verdict.name !== 'infra') {
      if (this.cache.size >= cacheLimit)
        for (const oldest of this.cache.keys()) {
          this.cache.delete(oldest);
          break;
        }
      this.cache.set(work.key, verdict);
    }
    for (const done of work.done) done(verdict);
  }

  /** Sends what may be sent. */
  private pump(): void {
    if (this.waiting.length + this.suspects.length + this.inFlight.size === 0) {
      this.answers.stop();
      return;
    }
    if (this.runner === undefined) this.openRunner();
    if (!this.isReady) return;
    const room = inFlightLimit - this.inFlight.size;
    const next = room >= inFlightLimit / 2 ? this.waiting.splice(0, room) : [];
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
    this.waiting.unshift(...others);
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
    const all = [...this.inFlight.values(), ...this.suspects.splice(0), ...this.waiting.splice(0)];
    for (const work of all) this.settle(work, infraVerdict(work.suite, `the judge could not run it: ${why}`));
    this.failedStarts = 0;
  }
}
