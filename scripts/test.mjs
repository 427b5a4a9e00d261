/**
 * `npm test`: installs what is missing, a browser and numpy included where that can be done, then runs every gate and every test to the end, whatever fails on the way.
 * `npm test -- lint unit` runs those steps alone.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, root } from './install.mjs';
import { ensurePython } from './python.mjs';
import { outcomeOf, shortened } from './test-failures.mjs';

/** @typedef {{ passed: number, failed: number, output: string, names?: string[] }} Outcome `names` of what failed. */

const minute = 60_000;
/** A step that takes longer hangs; the slowest, the e2e tests, take 22 minutes on two cores. */
const MOST_MINUTES = 35;
const reports = join(root, '.cache', 'test-reports');

/**
 * Runs a tool of node_modules to its end.
 *
 * @param {string} script from node_modules, the tool's own file
 * @param {string[]} args
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function tool(script, ...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: MOST_MINUTES * minute,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const add = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('close', (code, signal) => {
      if (signal) output += `\nKilled after ${MOST_MINUTES} minutes (${signal}).\n`;
      resolve({ ok: code === 0, output });
    });
  });
}

/**
 * A gate: one tool that passes or fails.
 *
 * @param {string} script
 * @param {string[]} args
 */
function gate(script, ...args) {
  return async () => {
    const { ok, output } = await tool(script, ...args);
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output };
  };
}

/**
 * svelte-check over a project of tsconfig/. What a test hands to a component is seen by it alone: to tsc every component is one that
 * takes anything.
 *
 * @param {string} project
 */
function svelte(project) {
  return gate(
    'svelte-check/bin/svelte-check',
    '--tsconfig',
    `tsconfig/${project}.json`,
    '--fail-on-warnings',
  );
}

/** @returns {Outcome} */
function build() {
  try {
    ensureBuilt();
    return { passed: 1, failed: 0, output: '' };
  } catch (error) {
    return { passed: 0, failed: 1, output: /** @type {Error} */ (error).message };
  }
}

/**
 * The tests of a vitest project, counted one by one. A skipped test counts as failed, and so does a file that cannot
 * even be loaded or a run without tests.
 *
 * @param {string} project
 */
function tests(project) {
  return async () => {
    const report = join(reports, `${project}.json`);
    rmSync(report, { force: true });
    const { ok, output } = await tool(
      'vitest/vitest.mjs',
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    );
    /** @type {{ testResults: import('./test-failures.mjs').TestFile[] }} */
    let files;
    try {
      files = JSON.parse(readFileSync(report, 'utf8'));
    } catch {
      return { passed: 0, failed: 1, output: `${output}\nvitest left no report.\n` };
    }
    const { passed, failures } = outcomeOf(files.testResults);
    const failed = failures.length === 0 && !(ok && passed) ? 1 : failures.length;
    return { passed, failed, output: shortened(output), names: failures };
  };
}

/** @type {Record<string, () => Outcome | Promise<Outcome>>} */
const steps = {
  types: gate('typescript/bin/tsc', '-b'),
  svelte: svelte('page'),
  'svelte-tests': svelte('tests'),
  lint: gate('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  format: gate('prettier/bin/prettier.cjs', '--check', '.'),
  layers: gate(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    'src',
    'scripts',
    'tests',
    'vite.config.ts',
    'vitest.config.ts',
  ),
  unused: gate('knip/bin/knip.js'),
  build,
  unit: tests('unit'),
  browser: tests('browser'),
  e2e: tests('e2e'),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in steps));
if (unknown.length) {
  console.error(`No step ${unknown.join(', ')}; there are: ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}
ensureInstalled();
const { ensureBrowser } = await import('./browser.mjs');
try {
  process.env.CHROME_PATH = ensureBrowser();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(1);
}
ensurePython();
mkdirSync(reports, { recursive: true });

let passed = 0;
let failed = 0;
/** @type {string[]} */
const failures = [];
for (const name of chosen.length ? chosen : Object.keys(steps)) {
  process.stdout.write(`${name} … `);
  const start = performance.now();
  const outcome = await steps[name]();
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)`);
  if (outcome.failed) console.log(outcome.output);
  if (outcome.failed) failures.push(...(outcome.names?.length ? outcome.names : [name]));
}
// Once more at the end: a log may be cut anywhere before.
for (const name of failures) console.log(`failed: ${name}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
