/** The worker's script, in the page and in Node alike: glue between messages and the engine. */
import { limits } from '../core/limits.ts';
import { ProgramEngine } from '../core/program-engine.ts';
import type { OpenMessage, RunnerReport, RunMessage } from '../core/reports.ts';

function report(message: RunnerReport): void {
  self.postMessage(message);
}

async function run(engine: ProgramEngine, { jobs }: RunMessage): Promise<void> {
  for (const { id, ...job } of jobs) {
    const begun = performance.now();
    let lastSign = begun;
    const outcomes = await engine.run(job, () => {
      if (performance.now() - lastSign < limits.aliveMs) return;
      lastSign = performance.now();
      report({ type: 'alive' });
    });
    report({ type: 'outcomes', id, outcomes, ms: performance.now() - begun });
  }
}

let engine: Promise<ProgramEngine> | undefined;
let last: Promise<void> = Promise.resolve();

/** A failure of ours, no program's: the worker must go. */
function fail(error: unknown): void {
  report({ type: 'lost', why: String(error).slice(0, limits.messageLength) });
}

self.onmessage = ({ data }: MessageEvent<OpenMessage | RunMessage>) => {
  if (data.type === 'open') {
    engine = ProgramEngine.open(new Uint8Array(data.wasm));
    engine.then(() => report({ type: 'ready' })).catch(fail);
  } else if (engine) {
    const opened = engine;
    last = last.then(async () => run(await opened, data)).catch(fail);
  }
};
