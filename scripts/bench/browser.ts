/** What is measured in a browser: a step by each, the judge, and an update in the page as it is built. */
import { chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';
import { knobTable } from '../../src/ppo/knobs.ts';
import { browserFlags, ensureBrowser } from '../browser.mjs';
import { dist, ensureBuilt } from '../build.mjs';
import { root } from '../install.mjs';
import { serve } from '../serve.mjs';
import type { Row } from './table.ts';
import { configOf, timesOf, WARM_UP, type Heard } from './update.ts';
import { PEERS, type Peer, type Sizes } from './work.ts';

/** What `page.ts` can be asked. */
export interface Bench {
  /** What the browser says of the adapter. */
  adapter(): Promise<string>;
  step(by: Peer, sizes: Sizes, times: number): Promise<Row>;
  judged(programs: number): Promise<Row>;
}
/** The page's `globalThis`. */
type Driven = { bench: Bench };
type Listening = { heard: Heard[] };

async function withPage<Result>(work: (page: Page) => Promise<Result>): Promise<Result> {
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserFlags });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(300_000);
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** Steps of all at some sizes, and the judge, in a page that has nothing else to do. A browser of its own for each. */
export async function inBrowser(
  sizes: readonly Sizes[],
  times: number,
  programs: number,
): Promise<{ browser: string; adapter: string; steps: Row[]; judge: Row }> {
  const server = await createServer({ root, server: { port: 0, hmr: false, ws: false }, logLevel: 'error' });
  try {
    await server.listen();
    const url = `${server.resolvedUrls!.local[0]}scripts/bench/page.html`;
    const driven = <Result>(ask: (page: Page) => Promise<Result>) =>
      withPage(async (page) => {
        await page.goto(url);
        await page.waitForFunction(() => 'bench' in globalThis);
        return ask(page);
      });
    const { browser, adapter } = await driven(async (page) => ({
      browser: `Chromium ${page.context().browser()!.version()}`,
      adapter: await page.evaluate(() => (globalThis as unknown as Driven).bench.adapter()),
    }));
    const steps: Row[] = [];
    for (const size of sizes)
      for (const by of PEERS)
        steps.push(
          await driven((page) =>
            page.evaluate(
              ([who, what, often]) => (globalThis as unknown as Driven).bench.step(who, what, often),
              [by, size, times] as const,
            ),
          ),
        );
    const judge = await driven((page) =>
      page.evaluate((count) => (globalThis as unknown as Driven).bench.judged(count), programs),
    );
    return { browser, adapter, steps, judge };
  } finally {
    await server.close();
  }
}

/** Notes when the page hears from the policy's worker that an update begins, and that it is done. */
function listen(): void {
  const heard: Heard[] = [];
  Object.assign(globalThis, { heard });
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener(
        'message',
        ({ data }: MessageEvent<{ type?: string; phase?: string; update: number }>) => {
          const said = data.type === 'phase' ? data.phase : data.type;
          if (said === 'prompts' || said === 'updated') heard.push([said, data.update, performance.now()]);
        },
      );
    }
  };
}

/** An update in the built page, on the CPU engine. */
export async function updateInPage(name: string, updates: number): Promise<Row> {
  ensureBuilt();
  const { url, close } = await serve(dist);
  try {
    const { filter, evalEvery } = configOf(name).knobs;
    const heard = await withPage(async (page) => {
      await page.addInitScript(listen);
      const asked = new URLSearchParams({
        ...{ engine: 'cpu', preset: 'tiny' },
        [knobTable.filter.address]: filter.name,
      });
      await page.goto(`${url}?${asked.toString()}`);
      await page.locator('p[role=status]', { hasText: 'Ready' }).waitFor();
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await page.waitForFunction(
        (last) => (globalThis as unknown as Listening).heard.some(([, update]) => update > last),
        updates + WARM_UP,
      );
      return page.evaluate(() => (globalThis as unknown as Listening).heard);
    });
    return { where: 'page', 'kept by': name, ...timesOf(heard, evalEvery) };
  } finally {
    await close();
  }
}
