import type { Browser, Page } from 'playwright';

/** A task of a page's main thread. */
interface Task {
  /** Milliseconds of the processor: a task that another process held up is not long by that. */
  ms: number;
  /** Microseconds since the trace began. */
  at: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  tdur?: number;
  args: { name?: string };
}

/** The page's threads are its renderer's, which has more than one where it has frames. */
const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain';

/**
 * Blocks the page for a while, so that a trace without it is known to have missed something. A task is traced when it ends, which is after
 * its answer has come: only what comes in a later task says that it has ended.
 */
async function block(page: Page): Promise<void> {
  await page.evaluate(() => {
    const end = performance.now() + 500;
    while (performance.now() < end);
  });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
}

/**
 * The tasks of main threads over 50 ms of the processor while `work` goes on. What the long-task observer reports is wall time, to which all
 * who share the processor add; the browser's own trace has both. It ends with one long task of ours, which is checked and left out.
 */
export async function longTasks(browser: Browser, page: Page, work: () => Promise<void>): Promise<Task[]> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[])
      if (isMain(event) || (event.ph === 'X' && /RunTask$/.test(event.name) && (event.tdur ?? 0) > 1000))
        events.push(event);
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'], recordMode: 'recordContinuously' },
  });
  await work();
  await block(page);
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const mains = new Set(events.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = events
    .filter((event) => event.ph === 'X' && mains.has(`${event.pid} ${event.tid}`))
    .map(({ ts, tdur = 0 }) => ({ ms: tdur / 1000, at: ts }))
    .sort((a, b) => a.at - b.at)
    .filter(({ ms }) => ms > 50);
  if (tasks.length === 0) throw new Error('The trace has missed the task that blocked the page for 500 ms.');
  return tasks.slice(0, -1);
}
