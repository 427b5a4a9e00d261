import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { browserFlags, findBrowser } from '../../scripts/browser.mjs';
import { expectFits } from './fits.ts';

const MINUTE = 60_000;

let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: string[];
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
});
afterAll(() => browser.close());
afterEach(() => context.close());

/** A page of its own that notes every sentence it says, not gone anywhere yet. */
async function newPage(options: BrowserContextOptions = {}): Promise<void> {
  context = await browser.newContext(options);
  page = await context.newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.addInitScript(() => {
    const sentences: string[] = [];
    const shifts: number[] = [];
    Object.assign(window, { sentences, shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
    new MutationObserver(() => {
      const text =
        document.querySelector('.controls p[role=status]')?.textContent.replace(/\s+/g, ' ').trim() ?? '';
      if (text !== '' && text !== sentences.at(-1)) sentences.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}
/** Keeps the models from coming until what it gives is called. */
async function holdModels(): Promise<() => void> {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await context.route('**/models/**', async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

const open = (search = '') => page.goto(inject('siteUrl') + search);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const said = (pattern: RegExp) =>
  page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const sentences = () => page.evaluate(() => (window as unknown as { sentences: string[] }).sentences);
/** How much the page has jumped, as browsers measure it. */
const shift = () =>
  page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0),
  );
const cells = () => page.getByRole('gridcell').count();
const charts = () => page.getByRole('slider', { name: /by update/ });

/** What every chart has at an update, as it is spoken. */
async function readingsAt(update: number): Promise<(string | null)[]> {
  await charts().first().focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < update; step++) await page.keyboard.press('ArrowRight');
  return charts().evaluateAll((all) => all.map((chart) => chart.getAttribute('aria-valuetext')));
}

test(
  'a first visit opens on a recording before there is an engine, and training live gives its numbers',
  async () => {
    await newPage();
    const letGo = await holdModels();
    await open();
    // No model has come: all that is shown is the recording.
    await said(/^\s*A recording, update \d+ of 25:/);
    await expect.poll(cells).toBe(256);
    await page.getByText(/^Recorded: what the/).waitFor();
    await page.getByText(/One recorded run/).waitFor();
    await said(/A recording, update [3-9] of 25:/);
    expect(await page.title()).toBe('PF-PPO Playground');
    await button('Pause it').click();
    await button('Play on').waitFor();
    const paused = (await sentences()).at(-1);
    const recorded = await readingsAt(1);
    await page.waitForTimeout(1500);
    expect((await sentences()).at(-1)).toBe(paused);
    expect(await button('Step update').isDisabled()).toBe(true);

    letGo();
    await expect.poll(() => button('Step update').isDisabled(), { timeout: 2 * MINUTE }).toBe(false);
    await page.getByRole('button', { name: 'Engine: CPU' }).waitFor();
    expect((await sentences()).at(-1)).toBe(paused);

    await button('Train live').click();
    await said(/^\s*Update [2-9]:/);
    await button('Pause').click();
    await said(/^\s*Paused/);
    const all = await sentences();
    const left = all.findLastIndex((text) => text.startsWith('A recording'));
    expect(all.slice(left + 1).filter((text) => /record/i.test(text))).toEqual([]);
    expect(await page.getByText(/record/i).count()).toBe(0);
    expect(recorded.length).toBeGreaterThan(3);
    expect(recorded[0]).toMatch(/update 1\b.*batch 0\.\d+/i);
    expect(await readingsAt(1)).toEqual(recorded);
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'training that is asked for before there is an engine begins as soon as there is one',
  async () => {
    await newPage();
    const letGo = await holdModels();
    await open();
    await said(/^\s*A recording/);
    await button('Train live').click();
    await said(/^\s*(Starting|Loading|Before training)/);
    expect(await cells()).toBe(0);
    letGo();
    await said(/^\s*Update [1-9]:/);
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'a recording is played to its end, again after a reload, and is left by a change of a setting',
  async () => {
    await newPage();
    await open();
    await said(/A recording, update 25 of 25:/);
    expect(await shift()).toBeLessThan(0.1);
    await button('Play it again').click();
    await said(/A recording, update [1-5] of 25:/);
    await page.reload();
    await said(/A recording, update [1-5] of 25:/);
    await page.getByRole('radio', { name: 'none', exact: true }).check({ force: true });
    await said(/^\s*Ready\./);
    expect(await page.getByText(/record/i).count()).toBe(0);
    await page.waitForURL(/\?filter=none&v=1$/);
    // From here on it is the visitor's own.
    await page.waitForFunction(() => sessionStorage.getItem('pf-ppo-run')?.includes('filter=none'));
    await page.reload();
    await page.getByText(/This is the run as you left it/).waitFor({ timeout: MINUTE });
    expect((await sentences()).filter((text) => /record/i.test(text))).toEqual([]);
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

describe('there is no recording', () => {
  test.each(['?seed=2', '?engine=cpu'])('for %s', async (search) => {
    await newPage();
    await open(search);
    await said(/Ready\..* \d+ pass/);
    expect((await sentences()).filter((text) => /record/i.test(text))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test.each([
    ['no file', () => ({ status: 404 })],
    ['another file', () => ({ body: 'no run at all' })],
  ])('where there is %s: the page is as it is without', async (_what, answer) => {
    await newPage();
    await context.route('**/recordings/*.run', (route) => route.fulfill(answer()));
    await open();
    await said(/Ready\..* \d+ pass/);
    expect((await sentences()).filter((text) => /record/i.test(text))).toEqual([]);
    expect(await page.getByRole('alert').count()).toBe(0);
    await button('Train').click();
    await said(/Update 1:/);
  });
});

test.each([
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
])('where motion is not wanted its end is shown at once, and fits $width pixels', async (viewport) => {
  await newPage({ viewport, reducedMotion: 'reduce' });
  await open();
  await said(/A recording, update 25 of 25:/);
  const played = (await sentences()).filter((text) => text.startsWith('A recording'));
  expect(played).toHaveLength(1);
  await expect.poll(cells).toBe(256);
  expect(await shift()).toBeLessThan(0.1);
  await expectFits(page, viewport.width);
});
