import type { Clause, Composition, MapName, PredicateName, Source } from './composition.ts';
import { SEPARATOR } from './vocabulary.ts';

const nouns: Record<Source, [noun: string, of: string]> = {
  array: ['items', 'of a'],
  range: ['numbers', 'from 1 to n'],
  digits: ['digits', 'of n'],
};

/** The predicate as it follows "are". */
function condition({ name, k }: Clause<PredicateName>): string {
  switch (name) {
    case 'at-least':
      return `at least ${k}`;
    case 'at-most':
      return `at most ${k}`;
    case 'multiples':
      return `multiples of ${k}`;
    case 'not-multiples':
      return `not multiples of ${k}`;
    default:
      return k === 0 ? name : `${name} ${k}`;
  }
}

function change({ name, k }: Clause<MapName>): string {
  if (name === 'plain') return '';
  if (name === 'absolute') return ', each in absolute value';
  return k === 0 ? `, each ${name}` : `, each ${name} ${k}`;
}

const openings = {
  sum: 'the sum of the',
  product: 'the product of the',
  max: 'the largest of the',
  min: 'the smallest of the',
  list: 'the list of the',
};

/** The problem in plain English: "the sum of the odd items of a, each doubled", "how many digits of n are even". */
export function statementOf({ source, predicate, map, reducer }: Composition): string {
  const [noun, of] = nouns[source];
  const keepsAll = predicate.name === 'all';
  if (reducer === 'count') {
    if (keepsAll) return `how many ${noun} ${of.slice(-1)} has`;
    return `how many ${noun} ${of} are ${condition(predicate)}`;
  }
  const isAdjective = predicate.k === 0 && !keepsAll;
  const group = isAdjective ? `${predicate.name} ${noun} ${of}` : `${noun} ${of}`;
  const relative = isAdjective || keepsAll ? '' : ` that are ${condition(predicate)}`;
  return `${openings[reducer]} ${group}${relative}${change(map)}`;
}

/** Words that carry nothing and would make every sequence longer. */
const unread = new Set(['the', 'that', 'are']);

/** The statement as the policy reads it: its words without the smallest ones, then the separator. */
export function promptOf(statement: string): string[] {
  const read = statement.match(/[a-z0-9]+|,/g) ?? [];
  return [...read.filter((word) => !unread.has(word)), SEPARATOR];
}
