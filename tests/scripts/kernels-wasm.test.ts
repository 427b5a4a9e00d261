import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kernelsWasm } from '../../scripts/vite/kernels-wasm.ts';

const root = mkdtempSync(join(tmpdir(), 'kernels-'));
afterAll(() => rmSync(root, { recursive: true }));

const kernels = (body: string) => {
  mkdirSync(join(root, 'src/kernels'), { recursive: true });
  writeFileSync(join(root, 'src/kernels/kernels.as.ts'), body);
};

/** A plugin as a build or one of its workers has it. */
async function load(): Promise<unknown> {
  const plugin = kernelsWasm() as unknown as {
    configResolved: (config: object) => void;
    load: (this: object, id: string) => Promise<unknown>;
  };
  plugin.configResolved({ root });
  return plugin.load.call({ addWatchFile: () => undefined }, '\0virtual:kernels-wasm');
}

test('parts of a build that ask at once, without a cache, get the same module', async () => {
  kernels('export function three(): i32 { return 3; }');
  const [one, ...others] = await Promise.all([load(), load(), load()]);
  expect(one).toMatch(/^export default "/);
  expect(others).toEqual([one, one]);
  expect(readdirSync(join(root, '.cache'))).toHaveLength(1);
});

test('what does not compile is said, and tried again', async () => {
  kernels('export function three(): i32 { return missing; }');
  await expect(load()).rejects.toThrow('AssemblyScript does not compile');
  await expect(load()).rejects.toThrow("Cannot find name 'missing'");
});
