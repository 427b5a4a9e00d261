import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { browserFlags, findBrowser } from '../../scripts/browser.mjs';
import { dist } from '../../scripts/build.mjs';
import { serve } from '../../scripts/serve.mjs';

const MINUTE = 60_000;
const BASE = '/pf-ppo/';
/** What a visit may cost besides what it shows, for there to be a next one without a network. */
const MOST_BYTES = 6.5e6;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let folder: string;
let site: { url: string; close: () => Promise<void> };
let errors: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
});
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pf-ppo-offline-'));
  await cp(dist, folder, { recursive: true });
  site = await serve(folder, { basePath: BASE });
  context = await browser.newContext();
  page = await newPage();
});
afterEach(async () => {
  await context.close();
  await site.close();
  await rm(folder, { recursive: true });
});

async function newPage(): Promise<Page> {
  errors = [];
  const made = await context.newPage();
  made.on('pageerror', (error) => errors.push(String(error)));
  made.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return made;
}

const open = (search = '?engine=cpu') => page.goto(site.url + search);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const says = (pattern: RegExp) =>
  page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const installed = () => page.evaluate(async () => void (await navigator.serviceWorker.ready));
/** Addresses of what is kept, below the site, without revisions. */
const kept = () =>
  page.evaluate(async () => {
    const [name] = await caches.keys();
    const cache = await caches.open(name);
    return (await cache.keys()).map(({ url }) => new URL(url).pathname.split('/pf-ppo/')[1]);
  });

interface BuiltFile {
  url: string;
  revision: string | null;
}
const workerOf = () => readFile(join(folder, 'service-worker.js'), 'utf8');
const builtFiles = async () =>
  JSON.parse(/new Map\((\[\{.*?\}\])/.exec(await workerOf())?.[1] ?? '') as BuiltFile[];

/** Puts another build in the site's place, whose page is called otherwise. */
async function publish(title: string): Promise<void> {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  for (const ending of ['.br', '.gz']) await rm(join(folder, `index.html${ending}`), { force: true });
  await writeFile(
    join(folder, 'index.html'),
    html.replace(/<html lang="en"[^>]*>/, `<html lang="en" data-build="${title}">`),
  );
  const revision = (await builtFiles()).find(({ url }) => url === 'index.html')?.revision ?? '';
  await writeFile(
    join(folder, 'service-worker.js'),
    (await workerOf()).replace(revision, `${title}-of-the-test`),
  );
}
const build = (of = page) => of.evaluate(() => document.documentElement.dataset.build);
const lookForUpdate = () =>
  page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
const notice = () => page.getByText('A newer version of this page is here.');

test(
  'after one visit the page opens, trains and judges without a network, and has all of its files',
  async () => {
    await open();
    await says(/Ready\./);
    await installed();
    const files = await builtFiles();
    expect(files.length).toBeGreaterThan(60);
    await expect.poll(async () => (await kept()).length, { timeout: MINUTE }).toBe(files.length);
    expect((await kept()).toSorted()).toEqual(files.map(({ url }) => url).toSorted());

    await site.close();
    await context.setOffline(true);
    await page.reload();
    await says(/Ready\..* \d+ pass/);
    await button('Train').click();
    await says(/Update [2-9]:/);
    await button('Pause').click();
    await says(/Paused/);
    // The judge's frame has no more rights than before: its origin is none, so that no worker of the site answers it.
    const frame = page.frames().find((other) => other !== page.mainFrame());
    const reached = await frame?.evaluate(() => {
      try {
        return navigator.serviceWorker.controller;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(reached).toBe('SecurityError');
    await page.getByRole('link', { name: 'Evidence', exact: true }).click();
    await page.getByRole('heading', { name: 'Evidence', exact: true }).waitFor();
    await page.getByRole('img').first().waitFor();
    await page.getByRole('link', { name: 'Engine', exact: true }).click();
    await page.getByRole('heading', { name: 'Engine', exact: true }).waitFor();
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'what is large comes when it is first used where data are to be saved, and else little comes beforehand',
  async () => {
    await context.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) }),
    );
    await open();
    await says(/Ready\./);
    await installed();
    const files = await kept();
    expect(files.filter((file) => /monaco|tfjs|check\.worker|small\//.test(file))).toEqual([]);
    const bytes = await Promise.all(files.map(async (file) => (await readFile(join(folder, file))).length));
    expect(bytes.reduce((sum, length) => sum + length)).toBeLessThan(MOST_BYTES);
    await page.reload();
    await says(/Ready\./);
    await page.evaluate(async () => (await fetch('models/small/manifest.json')).text());
    await expect.poll(kept).toContain('models/small/manifest.json');
    expect(errors).toEqual([]);
  },
  3 * MINUTE,
);

test(
  'an update is announced, waits while a run trains and other tabs are open, and comes when it is asked for',
  async () => {
    await open();
    await says(/Ready\./);
    await installed();
    await page.reload();
    await says(/Ready\./);
    expect(await build()).toBeUndefined();
    await button('Train').click();
    await says(/Update [1-9]\d*:/);
    await publish('second');
    await lookForUpdate();
    await notice().waitFor({ timeout: MINUTE });
    // Nothing moved: the run goes on in the page that it began in.
    await says(/Update ([5-9]|\d\d+):/);
    expect(await build()).toBeUndefined();

    const other = await context.newPage();
    await other.goto(`${site.url}#/evidence`);
    expect(await build(other)).toBeUndefined();
    await button('Take it now').click();
    await page.getByText('close the page’s other tab first').waitFor();
    await says(/Update \d+:/);
    expect(await build()).toBeUndefined();

    await other.close();
    await button('Take it now').click();
    await page.waitForFunction(() => document.documentElement.dataset.build === 'second');
    await page.getByText(/This is the run as you left it/).waitFor({ timeout: MINUTE });
    expect(await notice().count()).toBe(0);
    expect(await button('Take it now').count()).toBe(0);
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'an update that is dismissed comes at the next visit, and a reload is none',
  async () => {
    await open();
    await says(/Ready\./);
    await installed();
    await page.reload();
    await says(/Ready\./);
    await publish('third');
    await lookForUpdate();
    await notice().waitFor({ timeout: MINUTE });
    await page.reload();
    await notice().waitFor({ timeout: MINUTE });
    expect(await build()).toBeUndefined();
    await page.locator('.news').getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => notice().count()).toBe(0);
    await page.close();
    page = await newPage();
    await page.goto('about:blank');
    await expect
      .poll(
        async () => {
          await open();
          return build();
        },
        { timeout: MINUTE },
      )
      .toBe('third');
    expect(errors).toEqual([]);
  },
  3 * MINUTE,
);
