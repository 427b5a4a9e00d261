/** docs/judge.md says what is so. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createNodeJudge } from '../../scripts/node-judge.ts';
import { limits } from '../../src/judge/core/limits.ts';
import { problemsOf } from '../../src/judge/files/import.ts';
import { mostText } from '../../src/judge/files/items.ts';
import { largestTolerance } from '../../src/judge/files/programs.ts';

const text = readFileSync('docs/judge.md', 'utf8');
const part = (title: string) => text.split('\n## ').find((one) => one.startsWith(title))!;
const rows = (title: string) =>
  [...part(title).matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row.split(' | ')).slice(2);

test('the limits are those of the code', () => {
  const said = rows('Limits').map(([name, value]) => [
    name.replaceAll('`', ''),
    Number(value.replaceAll(',', '')),
  ]);
  expect(said.length).toBeGreaterThan(10);
  for (const [name, value] of said)
    expect([name, value]).toEqual([name, limits[name as keyof typeof limits]]);
  expect(text).toContain(`up to ${largestTolerance};`);
  expect(text).toContain(`(${mostText / 1e6} million characters)`);
});

test('the globals are those that a program finds', async () => {
  const judge = await createNodeJudge();
  const program =
    'f = () => Object.getOwnPropertyNames(globalThis).sort().filter((name) => name !== "f").join(" ")';
  const [{ text: found }] = await judge.call({ program, entryPoint: 'f', args: ['[]'] });
  judge.close();
  const list = /```text\n([^`]*)```/.exec(text)![1];
  expect(JSON.stringify(list.trim().replaceAll('\n', ' '))).toBe(found);
  const absent = /does not exist, such as ([^:]*):/.exec(text)![1];
  for (const [, name] of absent.matchAll(/`(\w+)`/g)) expect(list.split(/\s/)).not.toContain(name);
});

test('every file that it names is there', () => {
  const named = rows('Layers').flatMap(([, , code, tests]) =>
    [
      ...[...code.matchAll(/`([^`]+)`/g)].map(([, path]) =>
        /^(scripts|ui)/.test(path) ? path : `judge/${path}`,
      ),
      ...[...tests.matchAll(/`([^`]+)`/g)].map(([, path]) =>
        path.startsWith('tests/') ? path : `tests/judge/${path}`,
      ),
    ].map((path) => (/^(scripts|tests)\//.test(path) ? path : `src/${path}`)),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

test('a set is told by the fields that it says', () => {
  const tables = rows('Importers');
  expect(tables).toHaveLength(3);
  for (const [, fields] of tables) {
    const names = [...fields.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    // Empty texts: which set it is was told before anything is wrong with them.
    const all = Object.fromEntries(names.map((name) => [name, '']));
    expect(() => problemsOf(all)).toThrow(/is no text/);
    for (const missing of names) {
      const { [missing]: _, ...others } = all;
      expect(problemsOf(others)).toBeUndefined();
    }
  }
});
