/** Runs of a suite in processes of their own, at low priority: each has the judge and the engine to itself. */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from '../install.mjs';
import type { Run } from '../../src/evidence/results.ts';
import { oneRun } from './one-run.ts';
import type { Job } from './suite.ts';

type Reply = { run: Run } | { problem: string };

/** Calls never overlap: each waits for those before it, and fails where one of them did. */
export function oneAtATime<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let last = Promise.resolve();
  return (...args) => (last = last.then(() => act(...args)));
}

/**
 * Works jobs off on `count` processes, or in this one where it is 1; `done` is waited for after each, and never under way twice, since
 * it writes what all runs share. The first failure ends all.
 */
export async function workOff(
  jobs: readonly Job[],
  count: number,
  done: (job: Job, run: Run) => Promise<void>,
): Promise<void> {
  if (count === 1) {
    for (const job of jobs) await done(job, await oneRun(job));
    return;
  }
  const left = [...jobs];
  const workers = Array.from({ length: Math.min(count, jobs.length) }, () => new Worker());
  const tell = oneAtATime(done);
  const work = async (worker: Worker) => {
    for (let job = left.shift(); job; job = left.shift()) await tell(job, await worker.run(job));
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) worker.close();
  }
}

class Worker {
  private readonly child = spawn(
    process.execPath,
    [join(root, 'scripts/run.mjs'), 'experiment', '--worker', 'yes'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );

  run(job: Job): Promise<Run> {
    return new Promise((resolve, reject) => {
      const end = (code: number | null) =>
        reject(new Error(`a run of ${job.arm} ended its process (${code})`));
      this.child.once('exit', end);
      this.child.once('message', (reply: Reply) => {
        this.child.off('exit', end);
        if ('run' in reply) resolve(reply.run);
        else reject(new Error(`${job.arm}, seed ${job.config.seed}: ${reply.problem}`));
      });
      this.child.send(job);
    });
  }

  close(): void {
    this.child.kill();
  }
}

/** What such a process does: the jobs it is sent, until its parent goes. */
export function serveJobs(): Promise<number> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  process.on('message', (job: Job) => {
    oneRun(job).then(
      (run) => process.send!({ run } satisfies Reply),
      (error: unknown) => process.send!({ problem: (error as Error).message } satisfies Reply),
    );
  });
  return new Promise((resolve) => process.once('disconnect', () => resolve(0)));
}
