import { describe, expect, test } from 'vitest';
import { checkFilter } from '../../src/ppo/filter.ts';
import { defaultKnobs, filterModes, filterNames, type Knobs } from '../../src/protocol/config.ts';
import { glossary } from '../../src/ui/glossary.ts';
import {
  changesFromDefault,
  checkKnobs,
  fitGroupSize,
  ladders,
  teacherOf,
  teachers,
  usesKeep,
  withTeacher,
  type NumberKnob,
} from '../../src/ui/recipe/recipe.ts';

const knobs = Object.keys(ladders) as NumberKnob[];

test.each(knobs)('%s can be set to its default, and its values rise', (knob) => {
  const { values } = ladders[knob];
  expect(values).toContain(defaultKnobs[knob]);
  expect(values).toEqual([...values].sort((a, b) => a - b));
});

test('the defaults can be trained with and differ from themselves in nothing', () => {
  expect(checkKnobs(defaultKnobs)).toBeUndefined();
  expect(changesFromDefault(defaultKnobs)).toEqual([]);
});

test('every filter and every number explains itself', () => {
  for (const name of filterNames) expect(glossary[name].text).not.toBe('');
  for (const knob of knobs) expect(glossary[ladders[knob].term].text).not.toBe('');
});

test('the number kept is asked for exactly where the filter reads it', () => {
  for (const name of filterNames)
    for (const mode of filterModes) {
      const tooMany = checkFilter({ name, mode, keep: 99, profile: [1, 0, 0, 1] }, 8);
      expect([name, mode, usesKeep(name, mode)]).toEqual([name, mode, tooMany !== undefined]);
    }
});

describe('a change of N', () => {
  const wide: Knobs = { ...defaultKnobs, filter: { ...defaultKnobs.filter, keep: 6 } };
  test('lowers the number kept to fit', () => {
    expect(fitGroupSize(wide, 4).filter.keep).toBe(4);
    expect(fitGroupSize(wide, 16).filter.keep).toBe(6);
  });
  test('keeps best and worst of a profile at its ends', () => {
    expect(fitGroupSize(defaultKnobs, 3).filter.profile).toEqual([1, 0, 1]);
    expect(fitGroupSize(defaultKnobs, 12).filter.profile).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
  test('never leaves a recipe that cannot be trained with', () => {
    const middle = { ...defaultKnobs.filter, name: 'rank-profile' as const, keep: 1, profile: [0, 0, 1, 0] };
    for (const groupSize of ladders.groupSize.values) {
      expect(checkKnobs(fitGroupSize({ ...defaultKnobs, filter: middle }, groupSize))).toBeUndefined();
      expect(checkKnobs(fitGroupSize(wide, groupSize))).toBeUndefined();
    }
  });
});

test('who teaches is one choice of three', () => {
  expect(teachers.map((teacher) => teacherOf(withTeacher(defaultKnobs, teacher)))).toEqual(teachers);
  expect(withTeacher(defaultKnobs, 'tests').rewardSource).toBe('tests');
});
