import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { formulasOf } from '../../scripts/vite/tex.ts';
import { glossary, type Entry } from '../../src/ui/glossary.ts';

test('formulas are set as MathML, one a line', () => {
  const { half, none } = formulasOf('% A comment.\n\nhalf: \\frac{1}{2}\n');
  expect(half).toBe('<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>');
  expect(none).toBeUndefined();
});

test.each([
  ['a: 1\n\\frac{1}{2}', 'line 2: a line is "name: TeX"'],
  ['a: 1\n\nb: \\frac{1', /^line 3: /],
  ['a: 1\na: 2', 'the formula a is there twice'],
])('what cannot be set is told by its line: %j', (text, message) => {
  expect(() => formulasOf(text)).toThrow(message);
});

test('every formula that a term has is there', async () => {
  const formulas = formulasOf(await readFile(join(root, 'src/ui/formulas/formulas.tex'), 'utf8'));
  const named = Object.values<Entry>(glossary).flatMap(({ formula }) => (formula ? [formula] : []));
  expect(named.length).toBeGreaterThan(5);
  expect(Object.keys(formulas)).toEqual(expect.arrayContaining(named));
});
