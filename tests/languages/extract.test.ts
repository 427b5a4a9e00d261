import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import PO from 'pofile';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';

mkdirSync(join(root, '.cache'), { recursive: true });
/** Below the packages that its configuration imports. */
const folder = mkdtempSync(join(root, '.cache', 'languages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const names = ['a', 'b', 'c'];

/** The sentences of the catalogue, once every file says `word` and its name. */
function taken(word: string): string[] {
  for (const name of names) write(`said/${name}.js`, `export const f = () => '${word} ${name}';`);
  const module = pathToFileURL(join(root, 'scripts/vite/extract.mjs')).href;
  const script = `import { extract } from '${module}'; await extract();`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return PO.parse(readFileSync(join(folder, 'words/de.po'), 'utf8'))
    .items.map(({ msgid }) => msgid)
    .sort();
}

test('of all files that changed at once the sentences are taken, and those that are gone are given up', () => {
  for (const name of ['words', 'said']) mkdirSync(join(folder, name));
  write('words/main.loader.js', '');
  write(
    'wuchale.config.js',
    `import { pofile } from 'wuchale';
    import { adapter } from 'wuchale/adapter-vanilla';
    const main = adapter({ files: { include: 'said/*.js', ignore: [] }, storage: pofile(), loader: 'custom', heuristic: () => 'message' });
    export default { locales: ['en', 'de'], localesDir: 'words', adapters: { main } };`,
  );
  for (const word of ['Old', 'New']) expect(taken(word)).toEqual(names.map((name) => `${word} ${name}`));
});
