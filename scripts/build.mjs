import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** Where the production build lies. */
export const dist = join(root, 'dist');

/** What a build depends on: all of it, by content, so that no change goes unseen. */
const inputs = [
  'index.html',
  'package-lock.json',
  'public',
  'scripts/vite',
  'src',
  'vite.config.ts',
  'wuchale.config.js',
];
/** What a build makes of the source, beside it. */
const made = /[\\/]languages[\\/](\.wuchale|data\.js|en\.po)/;

/** @param {string} path of a file or folder @returns {string[]} */
function filesIn(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

/** A hash of the names and contents of all inputs. */
function fingerprint() {
  const hash = createHash('sha256');
  const paths = inputs.map((input) => join(root, input)).filter((path) => existsSync(path));
  for (const file of paths.flatMap(filesIn).filter((path) => !made.test(path))) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Builds the page into dist/ unless it was built from just these files.
 *
 * @throws {Error} with the build's output where it fails
 */
export function ensureBuilt() {
  const stamp = join(dist, '.built-from');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Building the page …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // Built aside and moved into place: what is being served stays whole, and so does the old build if this one fails.
  const aside = join(root, '.cache', `build-${process.pid}`);
  const args = [vite, 'build', '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    // A test runner's own mode must not leak into the build.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    throw new Error(`vite build failed.\n${stdout}${stderr}`);
  }
  writeFileSync(join(aside, '.built-from'), wanted);
  rmSync(dist, { recursive: true, force: true });
  renameSync(aside, dist);
}
