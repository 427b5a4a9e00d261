import type { Run } from './run.svelte.ts';

/** Milliseconds between two looks whether the run waits. */
const PAUSING = 50;

/** Does `work` while training waits, which then goes on if it did before: what is timed has the machine to itself. */
export async function whileWaiting(
  run: Pick<Run, 'status' | 'pause' | 'play'>,
  work: () => Promise<void>,
): Promise<void> {
  const wasRunning = run.status.kind === 'running';
  run.pause();
  while (run.status.kind === 'running') await new Promise((resolve) => setTimeout(resolve, PAUSING));
  try {
    await work();
  } finally {
    if (wasRunning) run.play();
  }
}
