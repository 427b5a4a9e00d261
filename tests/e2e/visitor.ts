import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { inject } from 'vitest';
import { browserFlags, findBrowser } from '../../scripts/browser.mjs';

/** A browser with the page open, and what went on behind it. */
export interface Visitor {
  page: Page;
  /** Console errors and uncaught exceptions, workers' included. */
  errors: string[];
  /** Addresses outside the site that anything in the page asked for. */
  strayRequests: string[];
  leave(): Promise<void>;
}

/**
 * Opens the built page in a browser of its own.
 *
 * @param path below the site, e.g. `?engine=cpu`
 * @param flags more command-line flags for the browser
 * @param beforehand runs in the page before its own scripts
 */
export async function visit(
  path = '',
  options: BrowserContextOptions = {},
  flags: readonly string[] = [],
  beforehand?: () => void,
): Promise<Visitor> {
  const siteUrl = inject('siteUrl');
  const browser: Browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [...browserFlags, ...flags],
  });
  const context = await browser.newContext(options);
  if (beforehand) await context.addInitScript(beforehand);
  const page = await context.newPage();
  const errors: string[] = [];
  const strayRequests: string[] = [];
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('request', (request) => {
    const inside = [siteUrl, 'data:', 'blob:'].some((start) => request.url().startsWith(start));
    if (!inside) strayRequests.push(request.url());
  });
  await page.goto(siteUrl + path, { waitUntil: 'load' });
  return { page, errors, strayRequests, leave: () => browser.close() };
}
