import { expect, test } from 'vitest';
import { wanted } from '../../src/languages/language.ts';

test.each([
  ['', null, ['en-US'], 'en'],
  ['', null, ['de-AT', 'en'], 'de'],
  ['', null, ['fr', 'de', 'en'], 'de'],
  ['', null, ['fr'], 'en'],
  ['', null, [], 'en'],
  ['', 'de', ['en-US'], 'de'],
  ['?lang=en', 'de', ['de-DE'], 'en'],
  ['?lang=de&engine=cpu', null, ['en'], 'de'],
  ['?lang=tlh', 'de', ['en'], 'de'],
  ['?lang=constructor', 'toString', ['valueOf'], 'en'],
] as const)(
  'the address %j, a choice %j and preferences %j ask for %s',
  (search, chosen, preferred, language) => {
    expect(wanted(search, chosen, preferred)).toBe(language);
  },
);
