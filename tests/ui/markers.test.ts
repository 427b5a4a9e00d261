import { describe, expect, test } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { Knobs } from '../../src/protocol/config.ts';
import { knobsAt, labelOf, markersOf } from '../../src/ui/markers.ts';

const none: Knobs = { ...defaultKnobs, filter: { ...defaultKnobs.filter, name: 'none' } };
const slow: Knobs = { ...defaultKnobs, learningRate: 1e-4 };
const slower: Knobs = { ...defaultKnobs, learningRate: 5e-5 };

test('the knobs of an update are those that its stages read last', () => {
  const changes = [
    { update: 4, before: defaultKnobs, after: slow },
    { update: 4, before: slow, after: slower },
    { update: 9, before: slower, after: none },
  ];
  const at = (update: number) => knobsAt(defaultKnobs, changes, update);
  expect([0, 3, 4, 8, 9, 50].map(at)).toEqual([defaultKnobs, defaultKnobs, slower, slower, none, none]);
});

describe('markers', () => {
  test('say what changed, where it was first read', () => {
    expect(
      markersOf([
        { update: 4, before: defaultKnobs, after: none },
        { update: 9, before: none, after: { ...none, groupSize: 4, whitening: 'off' } },
      ]),
    ).toEqual([
      { update: 4, text: 'best-worst → none' },
      { update: 9, text: 'responses per prompt 8 → 4, whitening kept → off' },
    ]);
  });
  test('what was dragged within one update is one marker, from first to last', () => {
    expect(
      markersOf([
        { update: 4, before: defaultKnobs, after: slow },
        { update: 4, before: slow, after: slower },
      ]),
    ).toEqual([{ update: 4, text: 'learning rate 2e−4 → 5e−5' }]);
  });
  test('what was taken back leaves none, nor what was set before update 1', () => {
    expect(
      markersOf([
        { update: 0, before: slower, after: defaultKnobs },
        { update: 4, before: defaultKnobs, after: slow },
        { update: 4, before: slow, after: defaultKnobs },
      ]),
    ).toEqual([]);
  });
  test('tell of options only where the filter reads them', () => {
    const keep = (knobs: Knobs, k: number) => ({
      ...knobs,
      filter: { ...knobs.filter, keep: k, profile: [1] },
    });
    expect(markersOf([{ update: 1, before: none, after: keep(none, 5) }])).toEqual([]);
    expect(markersOf([{ update: 1, before: defaultKnobs, after: keep(defaultKnobs, 5) }])).toEqual([
      { update: 1, text: 'keep 2 → 5' },
    ]);
  });
});

test('the label of a run is what it differs in', () => {
  expect(labelOf(defaultConfig, [])).toBe('unsure middle, seed 1');
  const weak: Knobs = { ...none, teacher: 'weak', learningRate: 1e-4 };
  expect(
    labelOf({ ...defaultConfig, seed: 3, knobs: weak }, [
      { update: 12, before: weak, after: { ...weak, teacher: 'tests' } },
    ]),
  ).toBe('weak model, none, learning rate 1e−4, teacher weak → tests at 12, seed 3');
});

test('the label of a branch says where it left the other run, and what that was called if it had a name', () => {
  const label = 'unsure middle, seed 1';
  expect(labelOf(defaultConfig, [], { update: 10, label })).toBe(`${label}, branched off at update 10`);
  expect(labelOf(defaultConfig, [], { update: 10, name: 'The first', label })).toBe(
    `${label}, from update 10 of “The first”`,
  );
});

test('what was set before update 1 is what a run began with, in its label too', () => {
  const changes = [
    { update: 0, before: defaultKnobs, after: none },
    { update: 2, before: none, after: { ...none, learningRate: 1e-4 } },
  ];
  expect(labelOf({ ...defaultConfig, seed: 2 }, changes)).toBe(
    'unsure middle, none, learning rate 2e−4 → 1e−4 at 2, seed 2',
  );
});
