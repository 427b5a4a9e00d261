import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PO from 'pofile';
import { beforeAll, expect, test } from 'vitest';
import config from '../../wuchale.config.js';

const FILE = 'src/languages/de.po';
const before = readFileSync(FILE, 'utf8');
const { items, headers } = PO.parse(before);
const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|svelte)$/.test(name))
  .map((name) => ({ name: join('src', name), text: readFileSync(join('src', name), 'utf8') }));

/** Holes and tags of a sentence, in no order. */
const marks = (text: string) => (text.match(/\{\d+\}|<\/?\d+\/?>/g) ?? []).sort().join();
const edges = (text: string) => [/^\s*/.exec(text)?.[0], /\s*$/.exec(text)?.[0]].join('|');

beforeAll(() => {
  const command = ['node_modules/wuchale/dist/cli/index.js', '--clean', '--sync'];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});

test('the catalogue has what the source says, and nothing besides', () => {
  expect(items.length).toBeGreaterThan(2000);
  expect(
    readFileSync(FILE, 'utf8') === before,
    `${FILE} was behind the source: it has been brought up to it`,
  ).toBe(true);
});

test('every sentence is translated', () => {
  expect(items.filter(({ msgstr }) => msgstr.some((text) => text === '')).map(({ msgid }) => msgid)).toEqual(
    [],
  );
});

test('a translation has the holes and tags of its sentence, and its spaces at both ends', () => {
  const single = items.filter(({ msgid_plural }) => !msgid_plural);
  const wrong = single.filter(
    ({ msgid, msgstr: [text] }) => marks(text) !== marks(msgid) || edges(text) !== edges(msgid),
  );
  expect(wrong.map(({ msgid, msgstr }) => [msgid, ...msgstr])).toEqual([]);
});

test('what is counted has a form for each number that the language tells apart', () => {
  const forms = Number(/nplurals=(\d)/.exec(headers['Plural-Forms'] ?? '')?.[1]);
  expect(forms).toBe(new Intl.PluralRules('de').resolvedOptions().pluralCategories.length);
  const counted = items.filter(({ msgid_plural }) => msgid_plural);
  expect(counted.length).toBeGreaterThan(20);
  expect(counted.filter(({ msgstr }) => msgstr.length !== forms).map(({ msgid }) => msgid)).toEqual([]);
});

test('no code compares what is said: it would be another word in another language', () => {
  const text = source.map((file) => file.text).join('\n');
  const compared = new Set(
    [...text.matchAll(/(?:[!=]== |case |startsWith\()'([^'\n]+)'|'([^'\n]+)' [!=]== /g)].map(
      ([, a, b]) => a ?? b,
    ),
  );
  // A lone word in lower case is said where it stands in markup, and where the source says so.
  const said = items.map(({ msgid }) => msgid).filter((words) => /^[A-Z]| /.test(words));
  expect(said.filter((words) => compared.has(words))).toEqual([]);
});

test('no two sentences differ in their outer spaces alone: a catalogue has them as one', async () => {
  const said = new Map<string, Set<string>>();
  const transforms = [config.adapters?.page?.transform, config.adapters?.script?.transform];
  for (const { name, text } of source) {
    const isPart = items.some(({ references }) => references.includes(name));
    if (!isPart) continue;
    const { msgs } = await transforms[name.endsWith('.svelte') ? 0 : 1]!({
      content: text,
      filename: name,
      index: { get: () => 0 } as never,
      expr: { plain: '', reactive: '' },
      matchUrl: () => null,
    });
    for (const words of msgs.map(({ msgStr }) => msgStr.join('|')))
      said.set(words.trim(), (said.get(words.trim()) ?? new Set()).add(words));
  }
  expect(said.size).toBeGreaterThan(2000);
  expect([...said.values()].filter((ways) => ways.size > 1).map((ways) => [...ways])).toEqual([]);
});
