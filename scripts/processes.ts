/** Runs of a suite in processes of their own, at low priority: each has the judge and the engine to itself. */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from '../install.mjs';
import type { Run } from '../../src/evidence/results.ts';
import { oneRun } from './one-run.ts';
import type { Job } from './suite.ts';

/** What became of a job. */
export type Reply = { run: Run } | { problem: string };

/** Calls never overlap: each waits for those before it, and fails where one of them did. */
export function oneAtATime<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let last = Promise.resolve();
  return (...args) => (last = last.then(() => act(...args)));
}

/**
 * Works jobs off on `count` processes; `done` is waited for after each, and never under way twice, since it writes what all runs share. A run
 * that fails, or takes its process with it, is a problem to be told, and the others go on; where `done` fails, all ends.
 */
export async function workOff(
  jobs: readonly Job[],
  count: number,
  done: (job: Job, reply: Reply) => Promise<void>,
): Promise<void> {
  const left = [...jobs];
  const tell = oneAtATime(done);
  const work = async () => {
    let worker: Worker | undefined;
    try {
      for (let job = left.shift(); job; job = left.shift()) {
        worker = worker?.isThere ? worker : new Worker();
        await tell(job, await worker.run(job));
      }
    } finally {
      worker?.close();
      left.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, jobs.length) }, work));
}

class Worker {
  isThere = true;
  private readonly child = spawn(
    process.execPath,
    [join(root, 'scripts/run.mjs'), 'experiment', '--worker', 'yes'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  ).once('exit', () => (this.isThere = false));

  run(job: Job): Promise<Reply> {
    return new Promise((resolve) => {
      const end = (code: number | null) => resolve({ problem: `its process ended (${code})` });
      this.child.once('exit', end);
      this.child.once('message', (reply: Reply) => {
        this.child.off('exit', end);
        resolve(reply);
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
