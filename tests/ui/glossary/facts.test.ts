import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../scripts/install.mjs';
import { filterNames } from '../../../src/ppo/filter.ts';
import { knobNames, knobTable } from '../../../src/ppo/knobs.ts';
import { noises } from '../../../src/ppo/noise.ts';
import { cosine, predictors } from '../../../src/ppo/predictors.ts';
import { teachers } from '../../../src/protocol/config.ts';
import { glossary } from '../../../src/ui/glossary.ts';
import { factsOf, found, PAPER, PAPER_TEXT, words } from '../../../src/ui/glossary/facts.ts';
import { formulasOf } from '../../../scripts/vite/tex.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Terms that are named where one is explained: `<Term id="kl"`, `term: 'kl'`, `term="kl"`, or by a table of terms. */
function usedTerms(): Set<string> {
  const files = readdirSync(join(root, 'src/ui'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !name.startsWith('glossary'))
    .map((name) => read(join('src/ui', name)));
  const named = files.flatMap((text) =>
    [
      ...text.matchAll(
        /<Term\s+id="([\w-]+)"|\bterm(?:: |=)["']([\w-]+)["']|['"](lab-(?!view)[\w-]+|own-model)['"]/g,
      ),
    ].map(([, ...names]) => names.find(Boolean)!),
  );
  return new Set([...named, ...knobNames.map((name) => knobTable[name].term)]);
}
const byName = [
  ...filterNames,
  ...teachers.map((name) => `teacher-${name}`),
  ...noises.map(({ name }) => `noise-${name}`),
  ...[...predictors, cosine].map(({ name }) => `predictor-${name}`),
];

test('every term that the page explains is in the glossary, and the glossary has no other', () => {
  expect([...new Set([...usedTerms(), ...byName])].toSorted()).toEqual(Object.keys(glossary).toSorted());
});

test('every term says in which file it is worked out, and the file is there', () => {
  for (const word of words) expect(existsSync(join(root, factsOf(word).file)), word).toBe(true);
  for (const word of words) expect(glossary[factsOf(word).beside ?? word], word).toBeTruthy();
});

test('every formula that a term names is there', () => {
  const formulas = formulasOf(read('src/ui/formulas/formulas.tex'));
  for (const word of words) {
    const { formula } = glossary[word];
    if (formula !== undefined) expect(formulas[formula], word).toBeTruthy();
  }
});

test('sections are named of the paper’s own terms alone, and of every filter that it tried', () => {
  for (const word of words) {
    const { paper, section } = glossary[word];
    if (section !== undefined) expect(section, word).toMatch(/^sections? [345](\.[1-7])?\b/);
    if (paper?.startsWith('Not in the paper')) expect(section, word).toBeUndefined();
    else if (filterNames.includes(word) && paper !== undefined) expect(section, word).toBeDefined();
  }
});

test('terms are found by all the words that are sought, those of that title first', () => {
  expect(found('')).toEqual(words);
  expect(found('  KL ')[0]).toBe('kl');
  expect(found('trust region banana')).toEqual([]);
  expect(found('cliprange')).toEqual(['clip-range']);
  expect(found('coefficient β')[0]).toBe('kl-coefficient');
});

/** The glossary as a page of the docs: `npx vitest run --project unit tests/ui/glossary -u` writes it anew. */
function asMarkdown(): string {
  const entries = words.map((word) => {
    const { title, text, paper, section, here, unknown } = glossary[word];
    const { field, from, file } = factsOf(word);
    const told = [
      text,
      (paper || section) && `*The paper:* ${[paper, section && `See ${section}.`].filter(Boolean).join(' ')}`,
      here && `*Here:* ${here}`,
      unknown && `*Not known:* ${unknown}`,
      from && `*From:* ${from.title}, [arXiv ${from.arxiv}](https://arxiv.org/abs/${from.arxiv}).`,
      [field && `*In the field:* ${field}.`, `[\`${file}\`](../${file})`].filter(Boolean).join(' '),
    ];
    return `## ${title}\n\n${told.filter(Boolean).join('\n\n')}\n`;
  });
  const head = `# Glossary\n\nMade from \`src/ui/glossary.ts\` and its neighbours, as the page's view \`#/glossary\` is. *The paper* is [arXiv ${PAPER}](https://arxiv.org/abs/${PAPER}). ${PAPER_TEXT}\n`;
  return [head, ...entries].join('\n');
}

test('the docs say of a term what the page says of it', async () => {
  await expect(asMarkdown()).toMatchFileSnapshot(join(root, 'docs/glossary.md'));
});
