import { expect, test } from 'vitest';
import { filters, reads } from '../../src/ppo/filter.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { profilePoints } from '../../src/ui/recipe/profile-points.ts';

const { name } = filters.find((filter) => reads({ ...defaultKnobs.filter, name: filter.name }, 'profile'))!;

test('the paper’s filters are points among the profiles, by its weights', () => {
  const config = { ...defaultKnobs.filter, name, profile: [3, 0, 0, 3] };
  const points = profilePoints(config, 4);
  expect(points.map(({ profile }) => profile)).toEqual([
    [0.25, 0.25, 0.25, 0.25],
    [1, 0, 0, 0],
    [0.5, 1 / 6, 1 / 6, 1 / 6],
    [0.5, 0, 0, 0.5],
  ]);
  expect(points.map(({ keep }) => keep)).toEqual([4, 1, 2, 2]);
  // Weights that are the same but for their sum are that point.
  expect(points.map(({ isSet }) => isSet)).toEqual([false, false, false, true]);
  expect(profilePoints({ ...config, profile: [1, 2, 3, 4] }, 4).some(({ isSet }) => isSet)).toBe(false);
});
