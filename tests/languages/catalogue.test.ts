import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import PO from 'pofile';
import { compile } from 'svelte/compiler';
import ts from 'typescript';
import { beforeAll, expect, test } from 'vitest';
import type { Adapter } from 'wuchale';
import config, { CODE, SENTENCE } from '../../wuchale.config.js';

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
  const command = ['node_modules/wuchale/dist/cli/index.js', '--clean'];
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

const isComponent = (name: string) => name.endsWith('.svelte');
const { page, script } = config.adapters as Record<'page' | 'script', Adapter>;
/** The modules that sentences are taken from, as they are built. */
const built = source
  .filter(({ name }) => isTaken(name))
  .map(async ({ name, text }) => {
    const { output, msgs } = await (isComponent(name) ? page : script).transform({
      content: text,
      filename: name,
      index: { get: () => 0 } as never,
      expr: { plain: 'words', reactive: 'words' },
      matchUrl: () => null,
    });
    return { name, code: output('').code ?? text, msgs };
  });

function isTaken(name: string): boolean {
  if (isComponent(name)) return matchesGlob(name, page.files as string);
  const { include, ignore } = script.files as { include: string[]; ignore: string[] };
  return [true, false].every((is) => (is ? include : ignore).some((glob) => matchesGlob(name, glob)) === is);
}

test('no two sentences differ in their outer spaces alone: a catalogue has them as one', async () => {
  const said = new Map<string, Set<string>>();
  for (const { msgs } of await Promise.all(built))
    for (const words of msgs.map(({ msgStr }) => msgStr.join('|')))
      said.set(words.trim(), (said.get(words.trim()) ?? new Set()).add(words));
  expect(said.size).toBeGreaterThan(2000);
  expect([...said.values()].filter((ways) => ways.size > 1).map((ways) => [...ways])).toEqual([]);
});

/** The sentences that a built module has in itself, and looks up nowhere. */
function sentencesLeft(code: string): string[] {
  const left: string[] = [];
  const file = ts.createSourceFile('built.ts', code, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node) => {
    // Errors of a call that is wrong are for programmers; a class is a name.
    if (ts.isThrowStatement(node) && /^throw new (Range|Type)Error/.test(node.getText())) return;
    if (ts.isCallExpression(node) && node.expression.getText() === '$.set_class') return;
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'class') return;
    const isIgnored = /@wc-ignore \*\/\s*$/.test(code.slice(node.pos, node.getStart()));
    const text = ts.isTemplateExpression(node)
      ? node.head.text + node.templateSpans.map(({ literal }) => `#${literal.text}`).join('')
      : ts.isStringLiteralLike(node)
        ? node.text
        : undefined;
    if (text !== undefined && !isIgnored) {
      // Of markup, what stands between tags and what is read of them.
      const isMarkup = text.startsWith('<');
      const parts = isMarkup
        ? text.split(/<[^>]*?(?:(?:aria-label|title|alt|placeholder)="([^"]*)"[^>]*)?>/)
        : [text];
      left.push(...parts.filter((part) => part && SENTENCE.test(part) && !CODE.test(part)));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return left;
}

test('a sentence that is not looked up is found', () => {
  const sentences = [
    'throw new Error(`${name} is not here.`);',
    'const a = { b: [f("The file (a .json) is cut off.")] };',
    'const c = `<p class="small quiet wide" title="It has no end">and it is so</p>`;',
  ];
  expect(sentences.map(sentencesLeft)).toEqual([
    ['# is not here.'],
    ['The file (a .json) is cut off.'],
    ['It has no end', 'and it is so'],
  ]);
  const none =
    'throw new RangeError("no such thing here"); f(/* @wc-ignore */ "small letters only", "two words")';
  expect(sentencesLeft(none)).toEqual([]);
});

test('no sentence is left in what is built', async () => {
  const left: string[] = [];
  for (const { name, code } of await Promise.all(built)) {
    const js = isComponent(name) ? compile(code, { filename: name, generate: 'client' }).js.code : code;
    left.push(...sentencesLeft(js).map((text) => `${name}: ${text}`));
  }
  expect(left).toEqual([]);
}, 120_000);
