/**
 * The script of the sandboxed frame: opens the workers, passes messages on in both directions, and tells the page when a
 * worker has died, is silent, or sends what is no report. It holds no program for longer than it takes to pass it on,
 * and makes no DOM.
 */
import workerText from 'virtual:judge-worker';
import { limits } from '../core/limits.ts';
import { frameGreeting, isReport } from '../core/reports.ts';
import type { OpenMessage, RunnerReport, RunMessage } from '../core/reports.ts';
import { Watchdog } from '../core/watchdog.ts';

/** A worker that runs programs one after the other, and must give signs of life while it owes an answer. */
class WatchedWorker {
  private readonly worker = new Worker(
    URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' })),
  );
  /** Tests of the jobs that are not answered yet. */
  private readonly testCounts = new Map<number, number>();
  private readonly onReport: (report: RunnerReport) => void;
  private readonly watchdog = new Watchdog(limits.workerMs, () => this.lose('its worker did not answer'));

  /** @param onReport told `lost` once at most, and nothing after it */
  constructor(open: OpenMessage, onReport: (report: RunnerReport) => void) {
    this.onReport = onReport;
    this.worker.onerror = (event) => this.lose(`its worker failed: ${event.message}`);
    this.worker.onmessageerror = () => this.lose('its worker sent what cannot be read');
    this.worker.onmessage = ({ data }: MessageEvent<unknown>) => this.hear(data);
    this.worker.postMessage(open);
  }

  run(message: RunMessage): void {
    if (this.testCounts.size === 0) this.watchdog.start();
    for (const { id, args } of message.jobs) this.testCounts.set(id, args.length);
    this.worker.postMessage(message);
  }

  close(): void {
    this.watchdog.stop();
    this.worker.onmessage = null;
    this.worker.terminate();
  }

  private lose(why: string): void {
    this.close();
    this.onReport({ type: 'lost', why });
  }

  private hear(data: unknown): void {
    if (!isReport(data, (id) => this.testCounts.get(id))) {
      this.lose('its worker sent something that is no report');
      return;
    }
    if (data.type === 'outcomes') this.testCounts.delete(data.id);
    if (this.testCounts.size > 0) this.watchdog.start();
    else this.watchdog.stop();
    this.onReport(data);
  }
}

function serve(open: OpenMessage, port: MessagePort): void {
  const tell = (report: RunnerReport) => {
    if (report.type === 'lost') for (const worker of [patient, urgent]) worker?.close();
    port.postMessage(report);
  };
  const patient = new WatchedWorker(open, tell);
  /** A visitor does not wait for a program that is running: there is a second worker from the first visit on. */
  let urgent: WatchedWorker | undefined;
  port.onmessage = ({ data }: MessageEvent<RunMessage>) => {
    if (data.isUrgent) urgent ??= new WatchedWorker(open, tell);
    (data.isUrgent ? urgent! : patient).run(data);
  };
}

function onFirstMessage(event: MessageEvent<OpenMessage>): void {
  if (event.source !== window.parent || event.ports.length !== 1) return;
  window.removeEventListener('message', onFirstMessage);
  serve(event.data, event.ports[0]);
}
window.addEventListener('message', onFirstMessage);
// To whoever made the frame: a policy of the host's may keep this script from running, and then nothing is said.
window.parent.postMessage(frameGreeting, '*');
