import { expect, test } from 'vitest';
import { argumentsOf, madeUpBatches } from '../../../src/ppo/own/facts.ts';
import { namesPolicyFacts } from '../../../src/ppo/own/own-filter.ts';
import { api, apiText, membersAfter } from '../../../src/ui/own/api.ts';

const names = (members: readonly { name: string }[]) => members.map(({ name }) => name);

test('what is told of is what is given, each with words', () => {
  const [batch] = madeUpBatches();
  const [first] = argumentsOf(batch);
  const [group, whole] = JSON.parse(first) as [{ responses: object[] }, object];
  expect(names(api.get('Group')!)).toEqual(Object.keys(group));
  expect(names(api.get('Answer')!)).toEqual(Object.keys(group.responses[0]));
  expect(names(api.get('Batch')!)).toEqual(Object.keys(whole));
  for (const members of api.values())
    for (const { words, type } of members)
      expect([words.length > 10, type]).toEqual([true, expect.any(String)]);
  const costly = api.get('Answer')!.filter(({ name }) => namesPolicyFacts(`r.${name}`));
  expect(names(costly)).toEqual(['logprob', 'kl', 'entropy']);
  for (const { words } of costly) expect(words).toMatch(/Costs/);
  expect(apiText).not.toMatch(/truth|tests/i);
});

test.each<[string, string | undefined]>([
  ['  return group.', 'Group'],
  ['  if (r.score > batch.me', 'Batch'],
  ['group.responses.map((r) => r.', 'Answer'],
  ['group.responses[0].', 'Answer'],
  ['answer.ra', 'Answer'],
  ['  group.responses.', undefined],
  ['  return ', undefined],
  ['', undefined],
])('after %j', (before, owner) => {
  expect(membersAfter(before)).toEqual(owner === undefined ? [] : api.get(owner));
});
