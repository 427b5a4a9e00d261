import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';

/** What the gates read: the sources and their own configs. */
const inputs = [
  'src',
  'tsconfig',
  'tsconfig.json',
  'eslint.config.js',
  '.dependency-cruiser.mjs',
  'package.json',
];

/** A harmless file that most may not import, then files that each break one rule of the house. */
const canaries = {
  'src/model/canary.ts':
    'export interface Canary {\n  sings: number;\n}\nexport const canary: Canary = { sings: 1 };\n',
  'src/ppo/clock.ts': 'export const now = () => new Date();\n',
  'src/ppo/console.ts': "export const say = () => console.log('hello');\n",
  'src/ppo/layer.ts': "import { canary } from '../model/canary.ts';\nexport const song = canary.sings;\n",
  'src/ppo/window.ts': 'export const width = () => document.body.clientWidth;\n',
  'src/tasks/dice.ts': 'export const roll = () => Math.random();\n',
  'src/tasks/word.ts': 'export const reward = 1;\n',
  'src/ui/Broken.svelte':
    '<script lang="ts">\n  const count: number = \'three\';\n</script>\n\n<p>{count}</p>\n',
  'src/ui/TypeOnly.svelte':
    '<script lang="ts">\n  import type { Canary } from \'../model/canary.ts\';\n  let { one }: { one: Canary } = $props();\n</script>\n\n<p>{one.sings}</p>\n',
  'src/ui/Layer.svelte':
    '<script lang="ts">\n  import { canary } from \'../model/canary.ts\';\n</script>\n\n<p>{canary.sings}</p>\n',
  'src/ui/layer.ts': "import type { Canary } from '../model/canary.ts';\nexport type Bird = Canary;\n",
  'tests/props.ts':
    "import { mount } from 'svelte';\nimport Term from '../src/ui/Term.svelte';\nmount(Term, { target: document.body, props: { name: 1 } });\n",
  'src/workers/promise.ts': "export function go(): void {\n  fetch('models/manifest.json');\n}\n",
};

let copy: string;

beforeAll(async () => {
  // Inside the checkout, so that the tools find their packages; ignored by git and by every gate.
  await mkdir(join(root, '.cache'), { recursive: true });
  copy = await mkdtemp(join(root, '.cache', 'canary-'));
  for (const input of inputs) await cp(join(root, input), join(copy, input), { recursive: true });
  for (const [path, text] of Object.entries(canaries)) {
    await mkdir(join(copy, path, '..'), { recursive: true });
    await writeFile(join(copy, path), text);
  }
});

afterAll(() => rm(copy, { recursive: true }));

/** Runs a tool of node_modules over the copy. */
function run(script: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: copy });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The lines of an output that name a file. */
function about(output: string, file: string): string {
  return output
    .split('\n')
    .filter((line) => line.includes(file))
    .join('\n');
}

test('svelte-check: a type error and a forbidden type-only import in a component', async () => {
  const { code, output } = await run(
    'svelte-check/bin/svelte-check',
    '--tsconfig',
    'tsconfig/page.json',
    '--output',
    'machine',
  );
  expect(about(output, 'src/ui/Broken.svelte')).toContain("Type 'string' is not assignable to type 'number'");
  expect(about(output, 'src/ui/TypeOnly.svelte')).toContain('src/model/canary.ts');
  expect(about(output, 'src/ui/TypeOnly.svelte')).toContain('is not listed within the file list of project');
  expect(code).not.toBe(0);
});

test('svelte-check: a prop that a component does not have, in a test', async () => {
  const { code, output } = await run(
    'svelte-check/bin/svelte-check',
    '--tsconfig',
    'tsconfig/tests.json',
    '--output',
    'machine',
  );
  expect(about(output, 'tests/props.ts')).toContain("'name' does not exist in type");
  expect(code).not.toBe(0);
});

test('tsc: a pure folder knows no page and no model', async () => {
  const { code, output } = await run('typescript/bin/tsc', '-b', 'tsconfig/pure.json');
  expect(about(output, 'src/ppo/window.ts')).toContain("Cannot find name 'document'");
  expect(about(output, 'src/ppo/layer.ts')).toContain('error TS6307');
  expect(code).not.toBe(0);
});

test('dependency-cruiser: forbidden imports, in components and by type alone too', async () => {
  const { code, output } = await run('dependency-cruiser/bin/dependency-cruise.mjs', 'src');
  expect(about(output, 'src/ppo/layer.ts')).toContain('layer-ppo: src/ppo/layer.ts → src/model/canary.ts');
  expect(about(output, 'src/ui/layer.ts')).toContain('layer-ui: src/ui/layer.ts → src/model/canary.ts');
  expect(about(output, 'src/ui/Layer.svelte')).toContain(
    'layer-ui: src/ui/Layer.svelte → src/model/canary.ts',
  );
  expect(code).not.toBe(0);
});

describe('eslint', () => {
  let found: Map<string, string[]>;
  let code: number | null;

  beforeAll(async () => {
    const files = Object.keys(canaries).filter((path) => !path.startsWith('src/ui/'));
    const result = await run('eslint/bin/eslint.js', '--format', 'json', ...files);
    code = result.code;
    const reports = JSON.parse(result.output) as { filePath: string; messages: { ruleId: string }[] }[];
    found = new Map(
      reports.map(({ filePath, messages }) => [
        filePath.slice(copy.length + 1),
        messages.map(({ ruleId }) => ruleId),
      ]),
    );
  });

  test.each([
    ['src/ppo/clock.ts', 'no-restricted-globals'],
    ['src/ppo/console.ts', 'no-restricted-globals'],
    ['src/tasks/dice.ts', 'no-restricted-syntax'],
    ['src/tasks/word.ts', 'no-restricted-syntax'],
    ['src/workers/promise.ts', '@typescript-eslint/no-floating-promises'],
  ])('%s breaks %s', (file, rule) => {
    expect(found.get(file)).toContain(rule);
    expect(code).toBe(1);
  });

  test('what breaks no rule is not reported', () => {
    expect(found.get('src/model/canary.ts')).toEqual([]);
  });
});
