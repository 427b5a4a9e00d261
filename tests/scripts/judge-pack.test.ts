import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { main } from '../../scripts/judge-pack.ts';
import { attacks, sumTests } from '../judge/attacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'judge-pack-'));
const unpacked = join(folder, 'package');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  expect(await main(['--out', folder])).toBe(0);
  const [[path]] = said.mock.calls as [[string]];
  said.mockRestore();
  expect(path).toBe(join(folder, 'pf-ppo-judge-0.1.0.tgz'));
  await promisify(execFile)('tar', ['xzf', path, '-C', folder]);
}, 120_000);

const tests = [{ args: [2], expected: 3 }];
const lines = [
  { id: 'right', entryPoint: 'f', program: 'f = (a) => a + 1', tests, label: 'pass' },
  { id: 'endless', entryPoint: 'f', program: 'f = () => { for (;;); }', tests, label: 'fail' },
  { id: 'leaves', entryPoint: 'f', program: 'f = () => process.exit(0)', tests, label: 'pass' },
]
  .map((line) => JSON.stringify(line))
  .join('\n');

/** Elsewhere, where no package is in reach. */
const judge = (command: string, args: string[], input = '') =>
  spawnSync(process.execPath, [command, ...args], { cwd: folder, input, encoding: 'utf8' });
const packaged = join(unpacked, 'judge.js');

test('the package judges as the command does, with nothing but Node', () => {
  const of = (command: string) => judge(command, ['-', '--jobs', '1'], lines);
  const [found, own] = [of(packaged), of(join(root, 'scripts/judge/bin.mjs'))];
  expect(
    found.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { verdict: string }).verdict),
  ).toEqual(['passed', 'fuel', 'threw']);
  expect(found.stderr).toContain('3 labels: 2 confirmed, 1 contradicted:');
  expect(found.status).toBe(1);
  for (const part of ['stdout', 'stderr', 'status'] as const) expect(found[part]).toEqual(own[part]);
});

test('it lets no attack pass', () => {
  const programs = Object.entries(attacks).flatMap(([kind, list]) =>
    list.map(({ name, program }) => ({
      ...{ id: name, entryPoint: 'f', program, tests: sumTests },
      label: kind === 'honest' ? 'pass' : 'fail',
    })),
  );
  const input = programs.map((program) => JSON.stringify(program)).join('\n');
  const { stderr, status } = judge(packaged, ['-'], input);
  expect(stderr).toContain(`${programs.length} labels: ${programs.length} confirmed, 0 contradicted.`);
  expect(status).toBe(0);
}, 300_000);

test('a file that is not there, and options that do not exist, are told with exit code 2', () => {
  expect(judge(packaged, ['nowhere.jsonl'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nowhere.jsonl') as string,
  });
  expect(judge(packaged, ['--fast', 'yes']).status).toBe(2);
});

test('it needs no other package, and brings the licences of those whose code it has', () => {
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({ name: 'pf-ppo-judge', bin: { 'pf-ppo-judge': 'judge.js' } });
  expect(manifest).not.toHaveProperty('dependencies');
  expect(readdirSync(unpacked).sort()).toEqual(
    [
      'LICENSE',
      'README.md',
      'THIRD-PARTY.txt',
      'judge.js',
      'package.json',
      'quickjs.wasm',
      'worker.js',
    ].sort(),
  );
  for (const name of ['acorn', 'quickjs-emscripten-core'])
    expect(readFileSync(join(unpacked, 'THIRD-PARTY.txt'), 'utf8')).toContain(`${name} (MIT)`);
  expect(readFileSync(join(unpacked, 'README.md'), 'utf8')).toContain('npx pf-ppo-judge');
});
