import { expect, test } from 'vitest';
import { filterNames } from '../../src/ppo/filter.ts';
import { defaultKnobs, knobNames, knobTable } from '../../src/ppo/knobs.ts';
import { glossary } from '../../src/ui/glossary.ts';
import { groups, optionLabels, whenRead } from '../../src/ui/recipe/recipe.ts';

test('every knob has its place on the page, once', () => {
  const placed = groups.flatMap(({ names }) => names);
  expect([...placed, 'filter'].sort()).toEqual([...knobNames].sort());
});

test('every knob, every filter and every way of sampling explains itself', () => {
  for (const name of knobNames) expect(glossary[knobTable[name].term]?.text, name).toBeTruthy();
  for (const name of filterNames) expect(glossary[name]?.text, name).toBeTruthy();
});

test.each(groups)('$title says when a change counts', ({ stages }) => {
  expect(whenRead(stages)).toMatch(/^(from the next (update|minibatch|evaluation)|when next worked out)$/);
});

test('a minibatch reads its own knobs, and what is planned at an update’s start waits for the next', () => {
  expect(whenRead(['update'])).toBe('from the next minibatch');
  expect(whenRead(['prompts'])).toBe('from the next update');
  expect(whenRead(['experience', 'advantages'])).toBe('when next worked out');
});

test('labels are of options that there are', () => {
  const options = knobNames.flatMap((name) => {
    const knob = knobTable[name];
    return knob.kind === 'choice' ? knob.options : [];
  });
  for (const option of Object.keys(optionLabels)) expect(options).toContain(option);
  expect(defaultKnobs.teacher).toBe('strong');
});
