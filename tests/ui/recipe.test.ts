import { expect, test } from 'vitest';
import { filterNames } from '../../src/ppo/filter.ts';
import { knobNames, knobTable } from '../../src/ppo/knobs.ts';
import { noises } from '../../src/ppo/noise.ts';
import { teachers } from '../../src/protocol/config.ts';
import { glossary } from '../../src/ui/glossary.ts';
import { groups, whenRead } from '../../src/ui/recipe/recipe.ts';

test('every knob has its place on the page, once', () => {
  const placed = groups.flatMap(({ names }) => names);
  // A filter, and code, have a panel of their own.
  expect([...placed, 'filter', 'teacherCode'].sort()).toEqual([...knobNames].sort());
});

test('every knob, every filter, every noise and every way of sampling explains itself', () => {
  for (const name of knobNames) expect(glossary[knobTable[name].term]?.text, name).toBeTruthy();
  for (const { name, words } of noises) expect(glossary[`noise-${name}`], name).toBe(words);
  for (const name of filterNames) expect(glossary[name]?.text, name).toBeTruthy();
  for (const name of teachers) expect(glossary[`teacher-${name}`]?.text, name).toBeTruthy();
});

test.each(groups)('$title says when a change counts', ({ when }) => {
  expect(when).toMatch(/^(from the next (update|minibatch|evaluation)|when next worked out)$/);
});

test('a minibatch reads its own knobs, and what is planned at an update’s start waits for the next', () => {
  expect(groups.find(({ title }) => title === 'Learning')?.when).toBe('from the next minibatch');
  expect(groups.find(({ title }) => title === 'Writing')?.when).toBe('from the next update');
  expect(groups.find(({ title }) => title === 'Advantages')?.when).toBe('when next worked out');
  expect(whenRead(['prompts', 'evaluate'])).toBe('from the next update');
  expect(whenRead(['evaluate'])).toBe('from the next evaluation');
});
