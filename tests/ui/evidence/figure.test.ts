import { expect, it } from 'vitest';
import { compare } from '../../../src/evidence/compare.ts';
import { amount, moved, rowsOf, tickDigits } from '../../../src/ui/evidence/figure.ts';
import { arm, suite } from '../../evidence/suite-results.ts';

it('amounts have a unit and three digits at most', () => {
  const written = [0, 0.5, 999, 15_360, 1e6, 6.123e12, 3e18].map(amount);
  expect(written).toEqual(['0', '0.5', '999', '15.4 k', '1 M', '6.12 T', '3000 P']);
});

it('ticks are told apart', () => {
  const written = [[0], [0, 0.5], [0, 0.05], [0.2, 0.205], [0, 0.0002]].map(tickDigits);
  expect(written).toEqual([2, 2, 2, 3, 4]);
});

it('keys move in a list, and no further', () => {
  expect(['ArrowDown', 'ArrowUp', 'Home', 'End', 'a'].map((key) => moved(key, undefined, 3))).toEqual(
    [0, 2, 0, 2, undefined], // prettier-ignore
  );
  expect([moved('ArrowRight', 2, 3), moved('ArrowLeft', 0, 3), moved('ArrowDown', 0, 3)]).toEqual([2, 0, 1]);
  expect(moved('End', undefined, 0)).toBeUndefined();
});

it('rows have none first, then the greatest difference at the budget that is asked for, the unknown last', () => {
  const results = suite();
  results.arms.push(arm('d', 'strong', 'not run yet'), arm('e', 'strong', 'none'));
  const compared = compare(results, results.arms);
  const order = (budget: 'drawn' | 'flops') => rowsOf(compared, budget).map((row) => row.compared.arm.id);
  expect(order('drawn')).toEqual(['a', 'e', 'c', 'b', 'd']);
  expect(order('flops')).toEqual(['a', 'e', 'b', 'c', 'd']);
});
