import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { filterNames } from '../../src/ppo/filter.ts';
import {
  checkKnobs,
  defaultConfig,
  defaultKnobs,
  differences,
  fitKnobs,
  knobNames,
  knobTable,
} from '../../src/ppo/knobs.ts';
import { filterModes, type Knobs } from '../../src/protocol/config.ts';

const numbers = knobNames.filter((name) => knobTable[name].kind === 'number');
const numberOf = (name: keyof Knobs) => {
  const knob = knobTable[name];
  if (knob.kind !== 'number') throw new Error(name);
  return knob;
};

describe('the table of knobs', () => {
  it.each(numbers)('%s: its dial stands on its default, rises, and stays within its bounds', (name) => {
    const { steps, standard, low, high, integer } = numberOf(name);
    const values: readonly number[] = steps;
    expect(values).toContain(standard);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values.every((value) => value >= low && value <= high)).toBe(true);
    expect(values.every((value) => !integer || Number.isInteger(value))).toBe(true);
  });

  it('has no two knobs of one name in the address', () => {
    const taken = knobNames.map((name) => knobTable[name].address as string);
    expect(new Set([...taken, 'seed', 'engine', 'mode', 'keep', 'profile', 'type']).size).toBe(
      taken.length + 6,
    );
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
  [{ teacher: 'me' }, 'Teacher is me; it can be strong, weak, tests.'],
  [{ filter: undefined }, `No filter is named 'undefined': there are ${filterNames.join(', ')}.`],
  [{ filter: { ...defaultKnobs.filter, mode: 'draw' } }, 'Mode is draw; it can be select, resample.'],
  [
    { filter: { ...defaultKnobs.filter, name: 'sieve' } },
    `No filter is named 'sieve': there are ${filterNames.join(', ')}.`,
  ],
  [{ groupSize: 1 }, 'best-worst can keep 1 to 1 of the 1 responses: got 2.'],
])('%o is refused in a sentence', (part, problem) => {
  expect(checkKnobs({ ...defaultKnobs, ...part } as Knobs)).toBe(problem);
});

test('whatever a dial is turned to can be trained with', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...filterNames),
      fc.constantFrom(...filterModes),
      fc.constantFrom(...numberOf('groupSize').steps),
      fc.integer({ min: 1, max: 16 }),
      fc.array(fc.nat(2), { minLength: 1, maxLength: 16 }),
      (name, mode, groupSize, keep, profile) => {
        const knobs = { ...defaultKnobs, groupSize, filter: { name, mode, keep, profile } };
        expect(checkKnobs(fitKnobs(knobs))).toBeUndefined();
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

test('every knob there is makes a difference', () => {
  for (const name of knobNames) {
    const knob = knobTable[name];
    if (knob.kind === 'filter') continue;
    const values: readonly (string | number)[] = knob.kind === 'number' ? knob.steps : knob.options;
    const other = values.find((value) => value !== knob.standard);
    expect(differences(defaultKnobs, { ...defaultKnobs, [name]: other })).toHaveLength(1);
  }
});
