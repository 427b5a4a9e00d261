import { expect, test } from 'vitest';
import { compare } from '../../../src/evidence/compare.ts';
import { axisNames, type Axis } from '../../../src/evidence/outcome.ts';
import { agreementsOf, gradeOf } from '../../../src/ui/compare/grade.ts';
import { fitted, setupFrom } from '../../../src/ui/compare/setup.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import { run } from '../../evidence/suite-results.ts';

/** Arms that come to so much, each under two seeds. */
function compared(outcomes: readonly number[]) {
  const arms = outcomes.map((_, arm) => ({
    ...{ id: String(arm), source: 'here', filter: String(arm), klCoef: 0.1, learningRate: 1e-3 },
    knobs: { ...defaultKnobs },
  }));
  const runs = outcomes.flatMap((end, arm) =>
    [1, 2].map((seed) => run(String(arm), seed, [0.4, end + seed / 100, end + seed / 100])),
  );
  return compare<Axis>({ suite: 'x', command: '', arms, runs }, arms, axisNames, ([first], arm) =>
    arm === first ? undefined : first,
  );
}

test('an order agrees wholly, in part or not at all with what came out, at each cost', () => {
  const found = compared([0.5, 0.8, 0.6, 0.7]);
  expect(gradeOf([1, 3, 2, 0], found)).toMatch(
    /by 1\.00 at equal responses drawn, 1\.00 at equal .*, 1\.00 at equal FLOPs/,
  );
  expect(gradeOf([0, 2, 3, 1], found)).toMatch(/by \u22121\.00 at/);
  expect(gradeOf([3, 1, 2, 0], found)).toMatch(/by 0\.80 at/);
});

test('the order that was measured is said at each cost, highest first', () => {
  const found = agreementsOf([0, 1, 2, 3], compared([0.5, 0.8, 0.6, 0.7]));
  expect(found?.map(({ cost }) => cost)).toEqual(['responses drawn', 'responses trained on', 'FLOPs']);
  for (const { measured } of found!) expect(measured).toEqual([1, 3, 2, 0]);
});

test('two are in the order that was said, or are not', () => {
  expect(gradeOf([1, 0], compared([0.5, 0.8]))).toMatch(/by 1\.00 at/);
  expect(gradeOf([0, 1], compared([0.5, 0.8]))).toMatch(/by \u22121\.00 at/);
});

test('of a setting that has not run there is no grade', () => {
  expect(gradeOf([0, 1, 2], compared([0.5, 0.8]))).toBeUndefined();
});

test('an order stays with as many settings as it was said of', () => {
  const setup = setupFrom(defaultConfig, defaultKnobs);
  const predicted = [1, 0];
  expect(fitted({ ...setup, predicted }).predicted).toEqual(predicted);
  expect(fitted({ ...setup, predicted, arms: [...setup.arms, setup.arms[0]] }).predicted).toBeUndefined();
});
