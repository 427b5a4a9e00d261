import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPython, pythonNeeded } from '../../scripts/python.mjs';

const folder = fileURLToPath(new URL('../../src/export/python', import.meta.url));
const script = fileURLToPath(new URL('check.py', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Asks the exported Python, all in one process.
 *
 * @param questions what `check.py` reads
 * @throws Error with a sentence where there is no Python with numpy
 */
export function askPython<Answer>(questions: readonly object[]): Promise<Answer[]> {
  const python = findPython();
  if (!python) throw new Error(pythonNeeded);
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script, folder], { env: { ...process.env, PF_PPO_PLAYGROUND: root } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`Python ended with ${code}: ${stderr}`));
      else
        resolve(
          stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Answer),
        );
    });
    child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  });
}
