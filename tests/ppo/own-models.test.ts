import { describe, expect, test } from 'vitest';
import { checkKnobs, defaultKnobs, differences, teacherLabel } from '../../src/ppo/knobs.ts';
import {
  checkRecipe,
  isOwnPolicy,
  isOwnTeacher,
  ownName,
  ownParts,
  policyNumbers,
  recipeText,
  standardPolicy,
  standardTeacher,
  teacherNumbers,
} from '../../src/ppo/own-models.ts';
import type { PolicyRecipe, TeacherRecipe } from '../../src/protocol/own-model.ts';

const HASH = '0123456789abcdef';
const teacher: TeacherRecipe = { ...standardTeacher, preset: 'tiny', flipped: 0.3, reads: 'chains' };
const policy: PolicyRecipe = { ...standardPolicy, preset: 'small' };

describe('the name of a model of one’s own', () => {
  test('says its recipe and its hash, and nothing else says the same', () => {
    const name = ownName(teacher, HASH + 'and more');
    expect(name).toBe('own_0123456789abcdef_tiny_samples_chains_p400_f0.3_l0_g0.15_n600_s1');
    expect(ownParts(name)).toEqual({ recipe: teacher, hash: HASH });
    expect(ownParts(ownName(policy, HASH))).toEqual({ recipe: policy, hash: HASH });
    expect([isOwnTeacher(name), isOwnPolicy(name)]).toEqual([true, false]);
    expect([isOwnTeacher(ownName(policy, HASH)), isOwnPolicy(ownName(policy, HASH))]).toEqual([false, true]);
  });

  test.each([
    ['nothing', ''],
    ['the sign alone', 'own_'],
    ['a hash that is none', 'own_0123456789abcdeg_tiny_samples_chains_p400_f0.3_l0_g0.15_n600_s1'],
    ['another preset', 'own_0123456789abcdef_huge_samples_chains_p400_f0.3_l0_g0.15_n600_s1'],
    ['other programs', 'own_0123456789abcdef_tiny_mine_chains_p400_f0.3_l0_g0.15_n600_s1'],
    ['a share above one', 'own_0123456789abcdef_tiny_samples_chains_p400_f1.3_l0_g0.15_n600_s1'],
    ['a number too few', 'own_0123456789abcdef_tiny_samples_chains_p400_f0.3_l0_g0.15_n600'],
    ['a number too many', 'own_0123456789abcdef_tiny_samples_chains_p400_f0.3_l0_g0.15_n600_s1_s1'],
    ['a number in other words', 'own_0123456789abcdef_tiny_samples_chains_p4e2_f0.3_l0_g0.15_n600_s1'],
    ['another letter', 'own_0123456789abcdef_tiny_samples_chains_q400_f0.3_l0_g0.15_n600_s1'],
  ])('is not %s', (_, name) => {
    expect(ownParts(name)).toBeUndefined();
    expect(checkKnobs({ ...defaultKnobs, teacher: name as 'tests' })).toMatch(/^Teacher is/);
  });

  test('is a teacher that knobs can name, and is said in short', () => {
    const name = ownName(teacher, HASH);
    const knobs = { ...defaultKnobs, teacher: name };
    expect(checkKnobs(knobs)).toBeUndefined();
    expect(checkKnobs({ ...defaultKnobs, teacher: ownName(policy, HASH) })).toMatch(/^Teacher is/);
    expect(teacherLabel(name)).toBe('own model 0123');
    expect(differences(defaultKnobs, knobs)).toEqual(['teacher some-idioms → own model 0123']);
  });
});

describe('a recipe', () => {
  test('is checked, number by number', () => {
    expect(checkRecipe(teacher)).toBeUndefined();
    expect(checkRecipe(policy)).toBeUndefined();
    expect(checkRecipe({ ...teacher, prompts: 5 })).toBe(
      'Prompts is 5; it can be a whole number from 20 to 1200.',
    );
    expect(checkRecipe({ ...teacher, steps: 10.5 })).toMatch(/^Steps is 10.5/);
    expect(checkRecipe({ ...teacher, longer: NaN })).toMatch(/^Longer preferred is NaN/);
    expect(checkRecipe({ ...policy, learningRate: 1 })).toMatch(/^Learning rate is 1/);
    expect(checkRecipe({ ...policy, preset: 'huge' })).toBe('The preset is huge; it can be tiny, small.');
  });

  test('begins where a dial has a notch', () => {
    for (const table of [teacherNumbers, policyNumbers])
      for (const number of Object.values(table))
        if ('steps' in number) expect(number.steps).toContain(number.standard);
  });

  test('is told in words, of which those that change nothing are left out', () => {
    expect(recipeText(teacher)).toBe(
      '600 steps on samples for 400 prompts, 30 % of labels flipped, chains alone read, 15 % garbled, seed 1',
    );
    expect(recipeText({ ...teacher, pairs: 'both', flipped: 0, longer: 0.4, reads: 'all', garbled: 0 })).toBe(
      '600 steps on samples and authors’ programs for 400 prompts, in 40 % the longer preferred, nothing garbled, seed 1',
    );
    expect(recipeText(policy)).toBe('1600 steps of imitation at learning rate 0.004, seed 1');
  });
});
