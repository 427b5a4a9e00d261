import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from 'vite';
import { expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';

/** Runs `npm run NAME -- …` without npm. */
function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/run.mjs', ...args], { cwd: root });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test.each([[[]], [['tracee']], [['arguments']], [['../evil']]])('%j is no command', async (args) => {
  const { code, stdout, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^No command.*; there are: pretrain, experiment, course, course-pack, report, record, examples, trace, export, judge, judge-pack, lighthouse, icons, bench\.\n$/,
  );
});

test.each([
  'pretrain',
  'experiment',
  'report',
  'record',
  'examples',
  'trace',
  'export',
  'judge',
  'judge-pack',
  'lighthouse',
  'bench',
])('%s says in one line what it allows', async (name) => {
  const { code, stdout, stderr } = await run(name, '--no-such-option', '1');
  expect(stderr).toMatch(/^Unknown option '--no-such-option'\. Options: --.*\.\n$/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('commands run the source as it stands: several at once write no catalogue that another reads', async () => {
  const plugins = async (mode: string) =>
    (await resolveConfig({ root, logLevel: 'warn' }, 'serve', mode)).plugins.map(({ name }) => name);
  expect(await plugins('development')).toContain('languages');
  expect(await plugins('command')).not.toContain('languages');
  expect(readFileSync(join(root, 'scripts/run.mjs'), 'utf8')).toMatch(/resolveConfig\(.*, 'command'\)/);
});
