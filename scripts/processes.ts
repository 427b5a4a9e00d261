/** Jobs of a command in processes of their own, at low priority: each has the judge and the engine to itself. */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from './install.mjs';

/** What became of a job. */
export type Reply<Result> = { result: Result } | { problem: string };

/** Calls never overlap: each waits for those before it, and fails where one of them did. */
export function oneAtATime<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let last = Promise.resolve();
  return (...args) => (last = last.then(() => act(...args)));
}

/**
 * Works jobs off on `count` processes, each `npm run COMMAND -- --worker yes`, which is to call `serveJobs`. `done` is waited for after each,
 * and never under way twice, since it writes what all jobs share. A job that fails, or takes its process with it, is a problem to be
 * told, and the others go on; where `done` fails, all ends.
 */
export async function workOff<Job extends object, Result>(
  command: string,
  jobs: readonly Job[],
  count: number,
  done: (job: Job, reply: Reply<Result>) => Promise<void>,
): Promise<void> {
  const left = [...jobs];
  const tell = oneAtATime(done);
  const work = async () => {
    let worker: Worker<Job, Result> | undefined;
    try {
      for (let job = left.shift(); job; job = left.shift()) {
        worker = worker?.isThere ? worker : new Worker(command);
        await tell(job, await worker.run(job));
      }
    } finally {
      worker?.close();
      left.length = 0;
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, jobs.length) }, work));
}

class Worker<Job extends object, Result> {
  isThere = true;
  private readonly child;

  constructor(command: string) {
    this.child = spawn(
      process.execPath,
      [join(root, 'scripts/run.mjs'), command, '--worker', 'yes'],
      // Typed arrays and maps arrive as such.
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
    ).once('exit', () => (this.isThere = false));
  }

  run(job: Job): Promise<Reply<Result>> {
    return new Promise((resolve) => {
      const end = (code: number | null) => resolve({ problem: `its process ended (${code})` });
      this.child.once('exit', end);
      this.child.once('message', (reply: Reply<Result>) => {
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
export function serveJobs<Job, Result>(act: (job: Job) => Promise<Result>): Promise<number> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  process.on('message', (job: Job) => {
    act(job).then(
      (result) => process.send!({ result } satisfies Reply<Result>),
      (error: unknown) => process.send!({ problem: (error as Error).message } satisfies Reply<Result>),
    );
  });
  return new Promise((resolve) => process.once('disconnect', () => resolve(0)));
}
