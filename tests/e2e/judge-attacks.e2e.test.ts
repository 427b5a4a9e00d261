import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import type { Browser, Frame, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserFlags, findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { judgeFrame } from '../../scripts/vite/judge-frame.ts';
import type { Verdict } from '../../src/protocol/verdict.ts';
import { leakAddress } from '../judge/attack.ts';
import { attacks, harmless, sumTests } from '../judge/attacks.ts';
import type { JudgePage } from './judge-page/main.ts';

declare const window: Window & { judgePage: JudgePage };

/** Addresses that anything asked for, outside the page's own server. */
const leaks: string[] = [];
const listener = createServer((request, response) => {
  leaks.push(request.url ?? '');
  response.writeHead(200, { 'access-control-allow-origin': '*' }).end('leaked');
});
let leakUrl = '';
let site: { url: string; close: () => Promise<void> };
const folder = mkdtempSync(join(tmpdir(), 'judge-page-'));

beforeAll(async () => {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('./judge-page', import.meta.url)),
    base: './',
    logLevel: 'error',
    mode: 'production',
    plugins: [judgeFrame()],
    build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
  });
  site = await serve(folder, { basePath: '/some/path/' });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  leakUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await site.close();
  listener.close();
  rmSync(folder, { recursive: true });
});

interface Visit {
  browser: Browser;
  page: Page;
  errors: string[];
}

async function visit(flags: string[] = []): Promise<Visit> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: [...browserFlags, ...flags] });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(blob|data|about):/.test(request.url()) && !request.url().startsWith(site.url))
      leaks.push(request.url());
  });
  await page.goto(site.url);
  return { browser, page, errors };
}

function judgeIn(page: Page, programs: string[]): Promise<Verdict[]> {
  const items = programs.map((program) => ({ program, entryPoint: 'f', tests: sumTests }));
  return page.evaluate((all) => window.judgePage.judge(all), items);
}

/** Seconds of CPU that the whole browser takes while nothing goes on, out of two. */
async function idleCpu(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const total = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, info) => sum + info.cpuTime, 0);
  };
  // What a worker that was ended may still burn.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = await total();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return (await total()) - before;
}

const all = Object.entries(attacks).flatMap(([kind, list]) =>
  list.map((attack, index) => ({
    ...attack,
    isHonest: kind === 'honest',
    label: `${kind}: ${attack.name}`,
    program: (url: string) => attack.program.replaceAll(leakAddress, url),
    next: `${harmless} // ${kind} ${index}`,
  })),
);
/** The same order on every run, unlike the list's: by a multiplicative hash of the position. */
const shuffled = all
  .map((attack, index) => ({ attack, rank: ((index + 1) * 2_654_435_761) % 4_294_967_296 }))
  .sort((a, b) => a.rank - b.rank)
  .map(({ attack }) => attack);

/** Judges every attack, each with a harmless program behind it; returns what broke a promise. */
async function problemsOf(page: Page, order: typeof all): Promise<string[]> {
  const problems: string[] = [];
  for (const attack of order) {
    const [verdict, after] = await judgeIn(page, [attack.program(leakUrl), attack.next]);
    const words = verdict.tests.map((result) => result.message ?? result.got).join('; ');
    if (!attack.allowed.includes(verdict.name))
      problems.push(`${attack.label}: ${verdict.name} (${words}), expected ${attack.allowed.join(' or ')}`);
    if ((verdict.name === 'passed') !== attack.isHonest) problems.push(`${attack.label}: ${verdict.name}`);
    if (after.name !== 'passed') problems.push(`the program after ${attack.label}: ${after.name}`);
  }
  return problems;
}

describe.each([
  ['processes of their own for sandboxed frames', []],
  ['one process for the page and its frame', ['--disable-features=IsolateSandboxedIframes']],
])('in a browser with %s', (name, flags) => {
  let visited: Visit;
  beforeAll(async () => {
    visited = await visit(flags);
  });
  afterAll(() => visited.browser.close());

  test('every attack fails, every honest program passes, and the page stays alive', async () => {
    const { page, browser } = visited;
    const orders = flags.length === 0 ? [all, shuffled] : [shuffled];
    for (const order of orders) {
      await page.evaluate(() => window.judgePage.longestGap());
      expect(await problemsOf(page, order)).toEqual([]);
      const gap = await page.evaluate(() => window.judgePage.longestGap());
      const cpu = await idleCpu(browser);
      console.log(`${name}: longest stall ${gap.toFixed(0)} ms, then ${cpu.toFixed(2)} s of CPU in 2 s`);
      // Far above what is measured, far below what an attack that got through would do.
      expect(gap).toBeLessThan(1_000);
      expect(cpu).toBeLessThan(1);
      await page.evaluate(() => window.judgePage.restart());
    }
    expect(leaks).toEqual([]);
  }, 600_000);
});
