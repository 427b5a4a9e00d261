import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled, root } from '../../scripts/install.mjs';

let folder: string;

const lock = {
  '': { version: '1.0.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/c-for-another-system': { version: '3.0.0', integrity: 'sha512-c', optional: true },
};
const installed = { 'node_modules/a': lock['node_modules/a'], 'node_modules/b': lock['node_modules/b'] };

async function write(path: string, content: unknown) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-'));
  await write('package-lock.json', { packages: lock });
  await write('node_modules/.package-lock.json', { packages: installed });
  await write('node_modules/a/package.json', {});
  await write('node_modules/b/package.json', {});
});

afterEach(() => rm(folder, { recursive: true }));

test('what the lockfile names is there, but for optional packages', () => {
  expect(isInstalled(folder)).toBe(true);
});

test('no node_modules', async () => {
  await rm(join(folder, 'node_modules'), { recursive: true });
  expect(isInstalled(folder)).toBe(false);
});

test('a package was deleted by hand', async () => {
  await rm(join(folder, 'node_modules/b'), { recursive: true });
  expect(isInstalled(folder)).toBe(false);
});

test.each([
  ['another version', { ...installed, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
  ['other content', { ...installed, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
  ['one too few', { 'node_modules/a': installed['node_modules/a'] }],
  ['one too many', { ...installed, 'node_modules/d': { version: '1.0.0', integrity: 'sha512-d' } }],
])('%s', async (_, packages) => {
  await write('node_modules/.package-lock.json', { packages });
  expect(isInstalled(folder)).toBe(false);
});

test('an install that broke off leaves a record that cannot be read', async () => {
  await write('node_modules/.package-lock.json', '{"packages": {');
  expect(isInstalled(folder)).toBe(false);
});

test('without a lockfile there is nothing to go by', async () => {
  await rm(join(folder, 'package-lock.json'));
  expect(() => isInstalled(folder)).toThrow('package-lock.json is missing or broken');
});

/** What a module and those that it imports at once import besides each other. */
async function importedBy(file: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = await readFile(file, 'utf8');
  const names = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)].map(([, name]) => name);
  const inner = names
    .filter((name) => name.startsWith('.'))
    .map((name) => importedBy(join(dirname(file), name), seen));
  return [...names.filter((name) => !name.startsWith('.')), ...(await Promise.all(inner)).flat()];
}

test.each(['test.mjs', 'start.mjs', 'run.mjs'])(
  'what installs the packages needs none of them: %s',
  async (name) => {
    const imported = await importedBy(join(root, 'scripts', name));
    expect(imported).toContain('node:child_process');
    expect(imported.filter((one) => !one.startsWith('node:'))).toEqual([]);
  },
);
