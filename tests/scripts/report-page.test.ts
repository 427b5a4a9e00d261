import { expect, it } from 'vitest';
import { evidenceOf } from '../../scripts/report/page.ts';
import { suite } from '../evidence/suite-results.ts';

it('in short, for the page, is the same numbers', () => {
  const { sources, predictors, updates } = evidenceOf(suite());
  expect(updates).toBe(40);
  expect(sources.map(({ id, filters }) => [id, filters.map((filter) => filter.id)])).toEqual([
    ['strong', ['cheap', 'same']],
  ]);
  const [cheap, same] = sources[0].filters;
  expect(cheap.drawn).toMatchObject({ mean: -0.1, p: 0.0033, ahead: 0, seeds: 3 });
  expect(cheap.flops).toMatchObject({ mean: 0.1, p: 0.0033, ahead: 3, seeds: 3 });
  expect(cheap.flops.high - cheap.flops.low).toBeCloseTo(2 * 0.0248, 3);
  expect(same.drawn).toMatchObject({ ahead: 2, seeds: 3 });
  // Of update 0 alone; cheap gained less than none as Γ says, and what is not clear does not count.
  expect(predictors.find(({ name }) => name === 'gamma')).toMatchObject({ right: 1, of: 1 });
  expect(predictors.find(({ name }) => name === 'r2-binned')).toMatchObject({ right: 0, of: 1 });
});
