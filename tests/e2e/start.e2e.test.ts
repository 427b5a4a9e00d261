import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { browserFlags, findBrowser } from '../../scripts/browser.mjs';
import { dist } from '../../scripts/build.mjs';
import { serve } from '../../scripts/serve.mjs';

let browser: Browser;
let page: Page;
let errors: string[];
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
});
afterAll(() => browser.close());
afterEach(() => page.context().close());

/** A page of its own, not gone anywhere yet. */
async function newPage(options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.newPage(options);
  errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
}
const open = (url = inject('siteUrl')) => page.goto(`${url}?engine=cpu`);
const ready = () =>
  page
    .locator('.controls p[role=status]')
    .filter({ hasText: /Ready\..* \d+ pass/ })
    .waitFor({ timeout: 120_000 });
const problem = (text: string) =>
  page.getByRole('alert').filter({ hasText: text }).waitFor({ timeout: 30_000 });

describe('before the app', () => {
  test('there is a page that says what it is, to one without JavaScript too', async () => {
    await newPage({ javaScriptEnabled: false });
    await open();
    await page.getByRole('heading', { name: 'PF-PPO Playground' }).waitFor();
    await page.getByRole('heading', { name: 'This page needs JavaScript' }).waitFor();
    expect(await page.getByRole('link', { name: /arXiv/ }).getAttribute('href')).toBe(
      'https://arxiv.org/abs/2409.06957',
    );
    expect(await page.getByText('Loading the page').isVisible()).toBe(false);
  });

  test.each([
    { width: 390, height: 844 },
    { width: 1440, height: 900 },
  ])('it is painted, and nothing jumps when the app comes, $width pixels wide', async (viewport) => {
    await newPage({ viewport });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await open();
    await ready();
    const { shift, files, paint } = await page.evaluate(() => ({
      shift: (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0),
      files: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(
        (file) => ({
          name: file.name.replace(/[?].*/, '').replace(/.*\/|-[\w-]{8}(?=\.)/g, '') || 'index.html',
          start: file.startTime,
          bytes: (file as PerformanceResourceTiming).encodedBodySize,
        }),
      ),
      paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    }));
    // What decides the first paint is small; all else is not even asked for.
    const first = ['index.html', 'icon.svg', 'index.js'];
    expect(files.filter(({ name, start }) => start < paint && !first.includes(name))).toEqual([]);
    const firstBytes = first.map((name) => files.find((file) => file.name === name)?.bytes ?? NaN);
    expect(firstBytes.reduce((sum, bytes) => sum + bytes)).toBeLessThan(10_000);
    expect(files.map(({ name }) => name)).toContain('open.js');
    expect(shift).toBeLessThan(0.1);
    expect(await page.locator('#shell').count()).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe('a start that fails says so', () => {
  test('where a file of the page does not come', async () => {
    await newPage();
    await page.route(/\/assets\/open-[^/]*\.js$/, (route) => route.abort());
    await open();
    await problem('one of its files could not be loaded. Check the connection and reload');
    expect(await page.getByText('Loading the page').isVisible()).toBe(false);
  });

  test('where the app cannot run', async () => {
    await newPage();
    await page.addInitScript(() => Object.assign(window, { matchMedia: undefined }));
    await open();
    await problem('The page could not start (matchMedia is not a function). Reload;');
  });

  test('where something else throws before it', async () => {
    await newPage();
    await page.route(/\/assets\/open-[^/]*\.js$/, (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: 'setTimeout(() => { throw new Error("Half an app."); }); await new Promise(() => {});',
      }),
    );
    await open();
    await problem('The page could not start (Half an app). Reload;');
  });
});

test('a browser whose language is no language gets the page and its charts', async () => {
  await newPage();
  await page.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, 'language', { get: () => 'C.UTF-8', configurable: true }),
  );
  await open();
  await ready();
  await page.locator('.uplot canvas').first().waitFor();
  expect(errors).toEqual([]);
});

describe('on a host with a policy of its own', () => {
  async function openWith(policy: string): Promise<() => Promise<void>> {
    const { url, close } = await serve(dist, { headers: { 'content-security-policy': policy } });
    await newPage();
    await open(url);
    return close;
  }

  test.each([
    [
      "script-src 'self'",
      /script-src must allow 'sha256-\S+ 'wasm-unsafe-eval', worker-src must allow blob:/,
    ],
    ["script-src 'self' 'wasm-unsafe-eval' blob:", /header script-src must allow 'sha256-[^ ]+'\./],
    ["connect-src 'none'", /header connect-src must allow 'self'\./],
  ])('%s: the page names what is missing', async (policy, words) => {
    const close = await openWith(policy);
    const alert = page.getByRole('alert').filter({ hasText: 'Content-Security-Policy header' });
    await alert.waitFor({ timeout: 30_000 });
    expect(await alert.innerText()).toMatch(words);
    await close();
  });

  test.each([
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self' blob:",
    "default-src 'self'; script-src * 'unsafe-inline' 'unsafe-eval' blob:; style-src * 'unsafe-inline'",
  ])('%s: it works and says nothing', async (policy) => {
    const close = await openWith(policy);
    await ready();
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
    await close();
  });
});
