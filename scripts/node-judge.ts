import { Worker as Thread } from 'node:worker_threads';
import { limits } from '../src/judge/core/limits.ts';
import type { OpenMessage, RunnerReport, Runner, RunMessage } from '../src/judge/core/reports.ts';
import { JudgeLanes } from '../src/judge/core/lanes.ts';
import { Watchdog } from '../src/judge/core/watchdog.ts';
import { judgeParts } from './judge/parts.ts';

/** The judge without a browser: the page's scheduler and worker script over a thread, so the same verdicts. */
export type NodeJudge = Pick<JudgeLanes, 'judge' | 'call' | 'stats' | 'close'>;

/** Programs sent ahead: a whole batch, since a training loop turns this thread's event loop but seldom. */
const inFlight = 256;

/** Gives a thread the names by which a browser's worker talks to its owner. */
const workerGlobals = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => globalThis.onmessage({ data }));
`;

/** Starts a thread that is ended when it is silent, as the page's frame does it with its worker. */
function openThread(workerText: string, wasm: Uint8Array, onReport: (report: unknown) => void): Runner {
  const thread = new Thread(workerGlobals + workerText, { eval: true });
  let owed = 0;
  let isClosed = false;

  function close(): void {
    isClosed = true;
    watchdog.stop();
    void thread.terminate();
  }
  function lose(why: string): void {
    if (isClosed) return;
    close();
    const lost: RunnerReport = { type: 'lost', why };
    onReport(lost);
  }
  const watchdog = new Watchdog(limits.workerMs, () => lose('its thread did not answer'));

  thread.on('error', (error) => lose(`its thread failed: ${error.message}`));
  thread.on('exit', () => lose('its thread ended'));
  thread.on('message', (report: RunnerReport) => {
    if (isClosed) return;
    if (report.type === 'outcomes') owed--;
    if (owed > 0) watchdog.start();
    else watchdog.stop();
    onReport(report);
  });
  // Only work keeps the process alive, not the thread that waits for it.
  thread.unref();
  const open: OpenMessage = { type: 'open', wasm: wasm.slice().buffer };
  thread.postMessage(open);

  return {
    run(jobs, isUrgent) {
      if (owed === 0) watchdog.start();
      owed += jobs.length;
      const message: RunMessage = { type: 'run', jobs, isUrgent };
      thread.postMessage(message);
    },
    close,
  };
}

/** Readies a judge of so many threads; `close` it in the end. */
export async function createNodeJudge(lanes = 1): Promise<NodeJudge> {
  const { workerText, wasm } = await judgeParts();
  return new JudgeLanes((onReport) => openThread(workerText, wasm, onReport), lanes, inFlight);
}
