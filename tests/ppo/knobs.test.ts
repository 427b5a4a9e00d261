import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { filterNames } from '../../src/ppo/filter.ts';
import {
  checkKnob,
  checkKnobs,
  defaultConfig,
  defaultKnobs,
  differences,
  fitKnobs,
  knobNames,
  knobGroups,
  knobTable,
  presetFor,
  settings,
  type AnyKnob,
} from '../../src/ppo/knobs.ts';
import { noiseNames, standardNoise } from '../../src/ppo/noise.ts';
import { filterModes, OFF, teachers, type Knobs } from '../../src/protocol/config.ts';

const numbers = knobNames.filter((name) => knobTable[name].kind === 'number');
const numberOf = (name: keyof Knobs) => {
  const knob: AnyKnob = knobTable[name];
  if (knob.kind !== 'number') throw new Error(name);
  return knob;
};

describe('the table of knobs', () => {
  it('has one that can be off, which is written so and is right', () => {
    expect(numbers.filter((name) => checkKnob(name, OFF) === undefined)).toEqual(['clipRange']);
    expect(settings({ ...defaultKnobs, clipRange: OFF })).toEqual(['clip range off']);
  });

  it.each(numbers)('%s: its dial stands on its default, rises, and stays within its bounds', (name) => {
    const { steps, standard, low, high, integer, canBeOff } = numberOf(name);
    const values = steps.filter((value) => !canBeOff || value !== OFF);
    expect(steps.slice(values.length)).toEqual(canBeOff ? [OFF] : []);
    expect(values).toContain(standard);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values.every((value) => value >= low && value <= high)).toBe(true);
    expect(values.every((value) => !integer || Number.isInteger(value))).toBe(true);
  });

  it('has no two knobs of one name in the address', () => {
    const taken = knobNames.map((name) => knobTable[name].address as string);
    const others = ['seed', 'engine', 'preset', 'mode', 'keep', 'profile', 'type'];
    const ofNoise = ['share', 'spread', 'height', 'false-pass', 'false-fail', 'noise-profile'];
    const all = [...taken, ...others, ...ofNoise];
    expect(new Set(all).size).toBe(all.length);
  });

  it('is what knobs are fitted to, in the same order: they are compared as JSON', () => {
    for (const name of noiseNames) {
      const noise = standardNoise(name);
      expect(JSON.stringify(fitKnobs({ ...defaultKnobs, noise }).noise)).toBe(JSON.stringify(noise));
    }
  });

  it('puts every knob under a heading that there is, and no heading over nothing', () => {
    const titles = knobGroups.map(({ title }) => title);
    expect(new Set(titles)).toEqual(new Set(knobNames.map((name) => knobTable[name].group)));
  });

  it('labels options that there are', () => {
    for (const name of knobNames) {
      const knob: AnyKnob = knobTable[name];
      if (knob.kind === 'choice')
        for (const option of Object.keys(knob.optionLabels ?? {})) expect(knob.options).toContain(option);
    }
    expect(knobTable.teacher.optionLabels.tests).toBe('unit tests');
  });

  it('is what the defaults are', () => {
    expect(checkKnobs(defaultKnobs)).toBeUndefined();
    expect(defaultConfig.knobs).toEqual(defaultKnobs);
    expect(differences(defaultKnobs, structuredClone(defaultKnobs))).toEqual([]);
    expect(defaultKnobs).toMatchObject({
      learningRate: 2e-4,
      groupSize: 8,
      filter: { name: 'best-worst', keep: 2 },
    });
  });
});

test.each<[Partial<Record<keyof Knobs, unknown>>, string]>([
  [{ learningRate: -1 }, 'Learning rate is -1; it can be a number from 0 to 1.'],
  [{ groupSize: 2.5 }, 'Responses per prompt is 2.5; it can be a whole number from 1 to 64.'],
  [{ gamma: NaN }, 'Discount γ is NaN; it can be a number from 0 to 1.'],
  [{ teacher: 'me' }, `Teacher is me; it can be ${teachers.join(', ')}.`],
  [{ filter: undefined }, `No filter is named 'undefined': there are ${filterNames.join(', ')}.`],
  [{ filter: { ...defaultKnobs.filter, mode: 'draw' } }, 'Mode is draw; it can be select, resample.'],
  [
    { filter: { ...defaultKnobs.filter, name: 'sieve' } },
    `No filter is named 'sieve': there are ${filterNames.join(', ')}.`,
  ],
  [
    { promptsPerUpdate: 256, groupSize: 32 },
    'An update can have up to 4096 programs: 256 prompts with 32 responses are 8192.',
  ],
  [{ noise: undefined }, `No noise is named '': there are ${noiseNames.join(', ')}.`],
  [{ noise: { ...standardNoise('unsure'), share: 2 } }, 'Share is 2; it can be a number from 0 to 1.'],
  [{ groupSize: 1 }, 'best-worst can keep 1 to 1 of the 1 responses: got 2.'],
])('%o is refused in a sentence', (part, problem) => {
  expect(checkKnobs({ ...defaultKnobs, ...part } as Knobs)).toBe(problem);
});

test('whatever a dial is turned to can be trained with', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...filterNames),
      fc.constantFrom(...filterModes),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 256 }),
      fc.integer({ min: 1, max: 64 }),
      fc.array(fc.nat(2), { minLength: 1, maxLength: 64 }),
      (name, mode, groupSize, promptsPerUpdate, keep, profile) => {
        const filter = { name, mode, keep, profile };
        const fitted = fitKnobs({ ...defaultKnobs, groupSize, promptsPerUpdate, filter });
        expect(checkKnobs(fitted)).toBeUndefined();
        expect(fitKnobs(fitted)).toEqual(fitted);
        expect(fitted).toMatchObject({ groupSize, filter: { name, mode } });
      },
    ),
  );
});

test('differences are said in words, the filter first', () => {
  const other: Knobs = {
    ...defaultKnobs,
    learningRate: 1e-4,
    whitening: 'off',
    klCoef: 0,
    filter: { ...defaultKnobs.filter, name: 'random-k', keep: 4 },
  };
  expect(differences(defaultKnobs, other)).toEqual([
    'best-worst → random-k',
    'keep 2 → 4',
    'whitening kept → off',
    'KL coefficient 0.1 → 0',
    'learning rate 2e−4 → 1e−4',
  ]);
});

test('settings are what differs from the default, without saying from what', () => {
  const filter = { ...defaultKnobs.filter, name: 'random-k', mode: 'resample' as const };
  expect(settings(defaultKnobs)).toEqual([]);
  expect(settings({ ...defaultKnobs, filter, teacher: 'weak', klCoef: 0.3 })).toEqual([
    'random-k',
    'resample',
    'teacher weak',
    'KL coefficient 0.3',
  ]);
});

test('options of a filter count only where they are read', () => {
  const withFilter = (part: object): Knobs => ({
    ...defaultKnobs,
    filter: { ...defaultKnobs.filter, ...part },
  });
  const profile = [1, 1];
  expect(differences(defaultKnobs, withFilter({ profile }))).toEqual([]);
  const drawn = withFilter({ name: 'rank-profile', profile: [1] });
  expect(differences(drawn, withFilter({ name: 'rank-profile', profile }))).toEqual(['new rank profile']);
  expect(differences(withFilter({ name: 'none' }), withFilter({ name: 'none', keep: 5 }))).toEqual([]);
  expect(differences(withFilter({ name: 'top' }), withFilter({ name: 'top', mode: 'resample' }))).toEqual([]);
});

test('noise counts where the tests teach, and its options where they are others than it begins with', () => {
  const taught = (name: string, part: object = {}, teacher: Knobs['teacher'] = 'tests'): Knobs => ({
    ...defaultKnobs,
    teacher,
    noise: { ...standardNoise(name), ...part },
  });
  expect(differences(taught('none'), taught('exploits'))).toEqual(['noise none → exploits']);
  expect(differences(taught('none'), taught('exploits', { share: 0.2 }))).toEqual([
    'noise none → exploits',
    'noise share 0.2',
  ]);
  expect(differences(taught('even'), taught('even', { spread: 2, share: 1 }))).toEqual([
    'noise spread 1.5 → 2',
  ]);
  expect(differences(taught('profile'), taught('profile', { profile: [0, 1] }))).toEqual([
    'new noise profile',
  ]);
  // It has no meaning under a reward model, and one as soon as the tests teach.
  expect(differences(defaultKnobs, taught('even', {}, defaultKnobs.teacher))).toEqual([]);
  expect(differences(taught('even', {}, defaultKnobs.teacher), taught('even'))).toEqual([
    `teacher ${defaultKnobs.teacher} → tests`,
    'noise none → even',
  ]);
  expect(differences(taught('even'), taught('none', {}, 'weak'))).toEqual(['teacher tests → weak']);
  expect(settings(taught('exploits', { share: 0.2 }))).toEqual([
    'teacher tests',
    'noise exploits',
    'noise share 0.2',
  ]);
});

test('every knob there is makes a difference', () => {
  for (const name of knobNames) {
    const knob = knobTable[name];
    if (knob.kind === 'filter' || knob.kind === 'noise' || knob.kind === 'code') continue;
    const values: readonly (string | number)[] = knob.kind === 'number' ? knob.steps : knob.options;
    const other = values.find((value) => value !== knob.standard);
    expect(differences(defaultKnobs, { ...defaultKnobs, [name]: other })).toHaveLength(1);
  }
});

test('auto is the larger models where a real GPU trains; a choice is a choice', () => {
  expect([presetFor('auto', true), presetFor('auto', false)]).toEqual(['small', 'tiny']);
  expect([presetFor('tiny', true), presetFor('small', false)]).toEqual(['tiny', 'small']);
});
