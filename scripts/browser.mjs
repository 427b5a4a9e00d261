import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { isRoot, onPath } from './system.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Software WebGPU, the same on a machine with and without a GPU; nothing that calls home. */
export const browserFlags = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // Chromium refuses to start its sandbox as root.
  ...(isRoot ? ['--no-sandbox'] : []),
];

/**
 * The path of a Chromium to test with: CHROME_PATH, else one on PATH, else the one Playwright downloaded.
 *
 * @returns {string | undefined} undefined where there is none.
 */
export function findBrowser() {
  const candidates = [process.env.CHROME_PATH, ...names.map(onPath), chromium.executablePath()];
  return candidates.find((path) => path && existsSync(path));
}

/**
 * Finds a browser as `findBrowser` does, or installs Debian's where that can be done.
 *
 * @returns {string} its path
 * @throws {Error} one line that says what to install, where there is none
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  const apt = onPath('apt-get');
  if (apt && isRoot) {
    console.error('Installing a browser for the tests (apt-get install chromium) …');
    const install = ['install', '-y', '--no-install-recommends', 'chromium'];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], install]) spawnSync(apt, args, { env, stdio: ['ignore', 2, 2] });
  }
  const installed = findBrowser();
  if (installed) return installed;
  throw new Error('The tests need a browser: install chromium or google-chrome, or set CHROME_PATH to one.');
}
