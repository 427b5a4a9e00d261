import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} Packages */

/**
 * The packages a lockfile of npm names.
 *
 * @param {string} path
 * @returns {Packages | undefined} undefined where there is no readable one.
 */
function packagesOf(path) {
  try {
    return /** @type {{ packages: Packages }} */ (JSON.parse(readFileSync(path, 'utf8'))).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what package-lock.json names, no more, no less, judged by the record that npm leaves
 * behind. Optional packages (those for other systems) may be absent.
 *
 * @param {string} folder where both lie
 */
export function isInstalled(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  const present = packagesOf(join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted)
    throw new Error(`${join(folder, 'package-lock.json')} is missing or broken: restore it from git`);
  if (!present) return false;
  const same = (/** @type {string} */ path) =>
    present[path].version === wanted[path].version &&
    present[path].integrity === wanted[path].integrity &&
    existsSync(join(folder, path, 'package.json'));
  return (
    Object.keys(present).every((path) => path in wanted && same(path)) &&
    Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || path in present)
  );
}

/** Ends the process with one line unless this Node can run the tools. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return;
  console.error(
    `Node.js 20.19 or later (22.12 or later, 24 or later) is needed; this is ${process.versions.node}.`,
  );
  process.exit(2);
}

/**
 * Makes node_modules what package-lock.json says, by `npm ci` where it is not. Ends the process with a line where
 * that fails.
 */
export function ensureInstalled() {
  checkNode();
  if (isInstalled(root)) return;
  console.error('Installing the packages of package-lock.json (npm ci) …');
  // Run by npm, this names npm's own script; by hand there is npm on PATH.
  const npm = process.env.npm_execpath;
  const [command, ...args] = npm ? [process.execPath, npm, 'ci'] : ['npm', 'ci'];
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !npm && process.platform === 'win32',
  });
  if (status === 0) return;
  console.error(
    `npm ci failed${error ? `: ${error.message}` : ''}. See its output above; is the npm registry in reach?`,
  );
  process.exit(1);
}
