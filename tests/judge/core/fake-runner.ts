import type { NumberedJob, RunnerReport } from '../../../src/judge/core/reports.ts';

/** A runner in the test's own hands: nothing is answered but by the test. */
export class FakeRunner {
  readonly jobs: NumberedJob[] = [];
  /** Programs that were to go before others. */
  readonly urgent: string[] = [];
  readonly onReport: (report: unknown) => void;
  isClosed = false;

  constructor(onReport: (report: unknown) => void) {
    this.onReport = onReport;
  }
  run(jobs: NumberedJob[], isUrgent: boolean) {
    if (isUrgent) this.urgent.push(...jobs.map((job) => job.program));
    if (isUrgent) this.jobs.unshift(...jobs);
    else this.jobs.push(...jobs);
  }
  close() {
    this.isClosed = true;
  }
  report(report: RunnerReport) {
    this.onReport(report);
  }
  /** Answers the oldest job: every call returned `text`. */
  answer(text: string) {
    const job = this.jobs.shift();
    if (!job) throw new Error('there is no job to answer');
    this.report({
      type: 'outcomes',
      id: job.id,
      outcomes: job.args.map(() => ({ kind: 'value', text })),
      ms: 1,
    });
    return job.program;
  }
}
