import type { FilterName } from '../../src/protocol/config.ts';
import { describe, expect, test } from 'vitest';
import {
  compareFilters,
  plannedCounts,
  reliabilityOf,
  viewBatch,
  withShare,
} from '../../src/ui/batch-view.ts';
import { defaultKnobs } from '../../src/protocol/config.ts';
import { batchOf, truths } from './batch.ts';

describe('viewBatch', () => {
  test('ranks the responses of each prompt, best score first', () => {
    const view = viewBatch(batchOf(), truths, undefined, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.row))).toEqual([
      [2, 0, 3, 1],
      [5, 4, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(view.cells[0].map((cell) => cell.rank)).toEqual([0, 1, 2, 3]);
  });

  test('passes only what passes every test; what the judge could not judge is unknown', () => {
    const view = viewBatch(batchOf(), truths, undefined, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.result))).toEqual([
      ['passed', 'failed', 'passed', 'failed'],
      ['passed', 'passed', 'unknown', 'failed'],
      ['passed', 'passed', 'failed', 'failed'],
    ]);
    expect(view.rates?.map(({ rate, n }) => [rate, n])).toEqual([
      [1, 3],
      [2 / 3, 3],
      [0.5, 2],
      [0, 3],
    ]);
    expect(view.passRate).toMatchObject({ rate: 6 / 11, n: 11 });
  });

  test('says nothing of the truth before it is known', () => {
    const view = viewBatch(batchOf(), undefined, undefined, 1);
    expect(view.cells.flat().every((cell) => cell.result === 'unjudged')).toBe(true);
    expect(view.rates).toBeUndefined();
    expect(view.passRate).toBeUndefined();
  });

  test('shows what was kept and the weights that kept it', () => {
    const view = viewBatch(batchOf(), truths, undefined, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.kept))).toEqual([
      [1, 0, 0, 1],
      [1, 0, 0, 1],
      [1, 0, 0, 1],
    ]);
    expect(view.weights).toEqual([0.5, 0, 0, 0.5]);
    expect(view.keptCount).toBe(6);
    expect(view.preview).toBe(false);
  });

  test('a preview shows what another filter would keep of the same responses', () => {
    const filter = { ...defaultKnobs.filter, name: 'best-of-n' as const };
    const view = viewBatch(batchOf(), truths, filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.kept))).toEqual([
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    expect(view.weights).toEqual([1, 0, 0, 0]);
    expect(view.preview).toBe(true);
  });

  test('counts repeated rows of a resampled batch', () => {
    const view = viewBatch(batchOf({ mode: 'resample' }), truths, undefined, 1);
    expect(view.cells.flat().reduce((sum, cell) => sum + cell.kept, 0)).toBe(12);
    expect(view.cells.flat().some((cell) => cell.kept > 1)).toBe(true);
  });
});

describe('compareFilters', () => {
  test('what a filter that is not on would keep does not depend on which one is', () => {
    const of = (active: FilterName) =>
      compareFilters(batchOf(), truths, { ...batchOf().filter, name: active }, 1).find(
        ({ filter }) => filter.name === 'random-k',
      );
    expect(of('none')?.r2).toEqual(of('best-random')?.r2);
    expect(of('rank-profile')?.r2).toEqual(of('random-k')?.r2);
  });

  test('compares every filter on one batch and names the active one', () => {
    const rows = compareFilters(batchOf(), truths, batchOf().filter, 1);
    expect(rows.map(({ filter, kept }) => [filter.name, kept])).toEqual([
      ['best-worst', 6],
      ['best-random', 6],
      ['best-of-n', 3],
      ['random-k', 6],
      ['none', 12],
    ]);
    expect(rows.filter((row) => row.active).map((row) => row.filter.name)).toEqual(['best-worst']);
  });

  test('says why R² is undefined', () => {
    const rows = compareFilters(batchOf(), truths, batchOf().filter, 1);
    expect(rows.find((row) => row.filter.name === 'best-of-n')?.r2).toEqual({
      n: 3,
      why: 'every response passes',
    });
  });

  test('does not change with the filter that happens to be active', () => {
    const none = compareFilters(batchOf(), truths, batchOf().filter, 1).at(-1);
    const again = compareFilters(batchOf({ name: 'none' }), truths, batchOf({ name: 'none' }).filter, 1).at(
      -1,
    );
    expect(again?.r2).toEqual(none?.r2);
  });

  test('a rank profile joins them where it is the active one', () => {
    const batch = batchOf({ name: 'rank-profile' });
    expect(compareFilters(batch, truths, batch.filter, 1)[0]).toMatchObject({ active: true, kept: 6 });
  });
});

test('reliabilityOf leaves out what could not be judged', () => {
  const { r2, bins, passed } = reliabilityOf(batchOf(), truths, 1);
  expect(r2.n).toBe(11);
  expect(bins).toEqual([
    {
      score: expect.closeTo(0.5, 6) as number,
      truth: 6 / 11,
      n: 11,
      low: expect.any(Number) as number,
      high: expect.any(Number) as number,
    },
  ]);
  expect(passed[6]).toBeNaN();
});

describe('withShare', () => {
  test('gives one rank its share and lets the others keep their proportions', () => {
    expect(withShare([0.5, 0, 0.25, 0.25], 0, 0.2)).toEqual([0.2, 0, 0.4, 0.4]);
  });
  test('shares alike where all others were 0', () => {
    expect(withShare([1, 0, 0, 0, 0], 0, 0.6)).toEqual([0.6, 0.1, 0.1, 0.1, 0.1]);
  });
  test('stays between 0 and 1', () => {
    expect(withShare([0.5, 0.5], 0, 1.7)).toEqual([1, 0]);
    expect(withShare([0.5, 0.5], 0, -0.3)).toEqual([0, 1]);
    expect(withShare([1], 0, 0.3)).toEqual([1]);
  });
});

test('single spends the same budget on more prompts', () => {
  expect(plannedCounts({ ...defaultKnobs.filter, name: 'single' }, 32, 8)).toEqual({
    prompts: 256,
    groupSize: 1,
    programs: 256,
  });
  expect(plannedCounts(defaultKnobs.filter, 32, 8)).toEqual({ prompts: 32, groupSize: 8, programs: 256 });
});
