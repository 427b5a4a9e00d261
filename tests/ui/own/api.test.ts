import { expect, test } from 'vitest';
import { argumentsOf, madeUpBatches } from '../../../src/ppo/own/filter-facts.ts';
import { namesPolicyFacts } from '../../../src/ppo/own/own-filter.ts';
import { namesTests } from '../../../src/ppo/own/own-score.ts';
import { madeUpResponses, scoreArguments } from '../../../src/ppo/own/score-facts.ts';
import { filterApi, scoreApi, toldOf } from '../../../src/ui/own/api.ts';

const { interfaces: api, text: apiText, membersAfter } = filterApi;
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
  ['r.program.', undefined],
  ['Math.', undefined],
  ['  return ', undefined],
  ['', undefined],
])('after %j', (before, owner) => {
  expect(membersAfter(before)).toEqual(owner === undefined ? [] : api.get(owner));
});

test('what is told of a score is what it is given, each with words', () => {
  const [text] = scoreArguments(madeUpResponses[0].facts);
  const [answer] = JSON.parse(text) as [object];
  const members = scoreApi.interfaces.get('Answer')!;
  expect(names(members)).toEqual(Object.keys(answer));
  for (const { words, type } of members)
    expect([words.length > 10, type]).toEqual([true, expect.any(String)]);
  const ofTests = members.filter(({ name }) => namesTests(`answer.${name}`));
  expect(names(ofTests)).toEqual(['passed', 'tests', 'passes']);
});

test.each<[string, boolean]>([
  ['  return answer.', true],
  ['a.pa', true],
  ['answer.program.', false],
  ['Math.', false],
  ['', false],
])('after %j of a score', (before, isAnswer) => {
  expect(scoreApi.membersAfter(before)).toEqual(isAnswer ? scoreApi.interfaces.get('Answer') : []);
});

test('a name of the API is told of as it is declared, with its words, and no other name is', () => {
  const tell = (before: string, word: string) => toldOf(filterApi, before, word);
  expect(tell('  return r.', 'kl')).toEqual({
    declared: 'Answer.kl: number',
    words: expect.stringMatching(/^Its log-probability minus that under the reference/) as string,
  });
  expect(tell('  group.', 'mean')).toEqual({
    declared: 'Group.mean: number',
    words: 'Mean of their scores.',
  });
  expect(tell('  if (', 'group')).toEqual({
    declared: 'group: Group',
    words: 'It has responses, mean and deviation.',
  });
  expect(tell('function ', 'filter')).toEqual({
    declared: 'function filter(group: Group, batch: Batch): (number | boolean)[]',
    words: expect.stringMatching(/^Yours to write\./) as string,
  });
  expect(toldOf(scoreApi, '  return ', 'answer')?.declared).toBe('answer: Answer');
  expect(toldOf(scoreApi, '  return answer.', 'passes')?.declared).toBe('Answer.passes: boolean[]');
  for (const [before, word] of [
    ['r.program.', 'length'],
    ['  ', 'mean'],
    ['', 'return'],
    ['Math.', 'max'],
    ['x.', 'group'],
    ['', 'Group'],
  ])
    expect(tell(before, word), `${before}${word}`).toBeUndefined();
});
