import { spawnSync } from 'node:child_process';
import { isRoot, onPath } from './system.mjs';

/** What the tests of the export need, as a sentence. */
export const pythonNeeded =
  'The exported Python is tested with python3 and numpy: install both (Debian: apt-get install python3-numpy), or set PYTHON to one that has numpy.';

/** @param {string} command */
const hasNumpy = (command) => spawnSync(command, ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0;

/**
 * A Python that has numpy: PYTHON, else that on PATH, else the system's.
 *
 * @returns {string | undefined} undefined where there is none.
 */
export function findPython() {
  const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3'];
  return candidates.find((command) => command && hasNumpy(command));
}

/** Installs Debian's where there is none and that can be done; the tests say what is missing where it cannot. */
export function ensurePython() {
  const apt = onPath('apt-get');
  if (findPython() || !isRoot || !apt) return;
  console.error('Installing Python with numpy for the tests (apt-get install python3-numpy) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'python3-numpy']])
    spawnSync(apt, args, { env, stdio: ['ignore', 2, 2] });
}
