import { describe, expect, test } from 'vitest';
import { defaultKnobs, type Knobs } from '../../src/protocol/config.ts';
import { describeChange, Markers, markerUpdate } from '../../src/ui/markers.ts';

const withFilter = (part: Partial<Knobs['filter']>): Knobs => ({
  ...defaultKnobs,
  filter: { ...defaultKnobs.filter, ...part },
});

describe('describeChange', () => {
  test('names what differs', () => {
    expect(describeChange(defaultKnobs, withFilter({ name: 'none' }))).toEqual(['best-worst → none']);
    expect(describeChange(defaultKnobs, { ...defaultKnobs, learningRate: 1e-4, whitening: 'off' })).toEqual([
      'learning rate 2e−4 → 1e−4',
      'whitening kept → off',
    ]);
    expect(describeChange(withFilter({ keep: 2 }), withFilter({ keep: 4 }))).toEqual(['keep 2 → 4']);
  });
  test('finds nothing in equal knobs', () => {
    expect(describeChange(defaultKnobs, structuredClone(defaultKnobs))).toEqual([]);
  });
  test('tells of a profile only where it is used', () => {
    const profile = [1, 1];
    expect(describeChange(defaultKnobs, withFilter({ profile }))).toEqual([]);
    expect(
      describeChange(withFilter({ name: 'rank-profile' }), withFilter({ name: 'rank-profile', profile })),
    ).toEqual(['new rank profile']);
  });
  test('names every knob there is', () => {
    const other: Knobs = {
      learningRate: 1,
      clipRange: 1,
      klCoef: 1,
      temperature: 2,
      filter: { name: 'none', mode: 'resample', keep: 3, profile: [] },
      whitening: 'off',
      promptsPerUpdate: 1,
      groupSize: 1,
      rewardSource: 'tests',
      rewardModel: 'weak',
    };
    // The filter makes three (name, mode, keep), each other knob one.
    expect(describeChange(defaultKnobs, other)).toHaveLength(3 + Object.keys(other).length - 1);
  });
});

describe('Markers', () => {
  test('what was dragged within one update is one marker, from first to last', () => {
    const markers = new Markers();
    const [a, b, c] = [2e-4, 3e-4, 6e-4].map((learningRate) => ({ ...defaultKnobs, learningRate }));
    markers.add(4, a, b);
    markers.add(4, b, c);
    markers.add(9, c, withFilter({ name: 'none' }));
    expect(markers.list()).toEqual([
      { update: 4, text: 'learning rate 2e−4 → 6e−4' },
      { update: 9, text: 'best-worst → none, learning rate 6e−4 → 2e−4' },
    ]);
  });
  test('what was taken back leaves none', () => {
    const markers = new Markers();
    const other = withFilter({ name: 'none' });
    markers.add(4, defaultKnobs, other);
    markers.add(4, other, defaultKnobs);
    expect(markers.list()).toEqual([]);
  });
});

describe('markerUpdate', () => {
  const other = withFilter({ name: 'none' });
  const later = { ...defaultKnobs, temperature: 0.8 };
  test('there is nothing to mark before training', () => {
    expect(markerUpdate(undefined, defaultKnobs, other)).toBe(0);
    expect(markerUpdate({ update: 0, phase: 'judge' }, defaultKnobs, other)).toBe(0);
  });
  test('a filter counts in the update under way until it has been applied there', () => {
    expect(markerUpdate({ update: 7, phase: 'rollouts' }, defaultKnobs, other)).toBe(7);
    expect(markerUpdate({ update: 7, phase: 'update' }, defaultKnobs, other)).toBe(8);
  });
  test('a learning rate counts at once, but after the last minibatch in the next update', () => {
    const faster = { ...defaultKnobs, learningRate: 1e-3 };
    expect(markerUpdate({ update: 7, phase: 'update' }, defaultKnobs, faster)).toBe(7);
    expect(markerUpdate({ update: 7, phase: 'evaluate' }, defaultKnobs, faster)).toBe(8);
  });
  test('one that is read when an update begins waits for the next, unless it is about to begin', () => {
    expect(markerUpdate({ update: 7, phase: 'update' }, defaultKnobs, later)).toBe(8);
    expect(markerUpdate({ update: 7, phase: 'prompts' }, defaultKnobs, later)).toBe(7);
  });
});
