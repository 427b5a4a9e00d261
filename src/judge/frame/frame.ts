/**
 * The script of the sandboxed frame: opens the worker, passes messages on in both directions, and tells the page when
 * the worker has died, is silent, or sends what is no report. It holds no program for longer than it takes to pass it
 * on, and makes no DOM.
 */
import workerText from 'virtual:judge-worker';
import { limits } from '../core/limits.ts';
import { frameGreeting, isReport } from '../core/reports.ts';
import type { OpenMessage, Report, RunMessage } from '../core/reports.ts';
import { Watchdog } from '../core/watchdog.ts';

function serve(open: OpenMessage, port: MessagePort): void {
  const worker = new Worker(URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' })));
  /** Tests of the jobs that are not answered yet. */
  const testCounts = new Map<number, number>();
  const report = (message: Report) => port.postMessage(message);

  function lose(why: string): void {
    watchdog.stop();
    worker.onmessage = null;
    worker.terminate();
    report({ type: 'lost', why });
  }
  const watchdog = new Watchdog(limits.workerMs, () => lose('its worker did not answer'));

  worker.onerror = (event) => lose(`its worker failed: ${event.message}`);
  worker.onmessageerror = () => lose('its worker sent what cannot be read');
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!isReport(data, (id) => testCounts.get(id))) {
      lose('its worker sent something that is no report');
      return;
    }
    if (data.type === 'outcomes') testCounts.delete(data.id);
    if (testCounts.size > 0) watchdog.start();
    else watchdog.stop();
    report(data);
  };
  port.onmessage = ({ data }: MessageEvent<RunMessage>) => {
    if (testCounts.size === 0) watchdog.start();
    for (const { id, args } of data.jobs) testCounts.set(id, args.length);
    worker.postMessage(data);
  };
  worker.postMessage(open, [open.wasm]);
}

function onFirstMessage(event: MessageEvent<OpenMessage>): void {
  if (event.source !== window.parent || event.ports.length !== 1) return;
  window.removeEventListener('message', onFirstMessage);
  serve(event.data, event.ports[0]);
}
window.addEventListener('message', onFirstMessage);
// To whoever made the frame: a policy of the host's may keep this script from running, and then nothing is said.
window.parent.postMessage(frameGreeting, '*');
