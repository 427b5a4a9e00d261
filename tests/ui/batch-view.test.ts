import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareFilters,
  plannedCounts,
  reliabilityOf,
  triedFilter,
  viewBatch,
  withShare,
} from '../../src/ui/batch-view.ts';
import { checkFilter, filterNames, fitFilter } from '../../src/ppo/filter.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { filterModes, type FilterConfig } from '../../src/protocol/config.ts';
import { flowStages } from '../../src/ui/flow.ts';
import { responseOf } from '../../src/ui/response/response.ts';
import { batchOf, truths } from './batch.ts';

describe('viewBatch', () => {
  test('ranks the responses of each prompt, best score first', () => {
    const view = viewBatch(batchOf(), truths, batchOf().filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.row))).toEqual([
      [2, 0, 3, 1],
      [5, 4, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(view.cells[0].map((cell) => cell.rank)).toEqual([0, 1, 2, 3]);
  });

  test('passes only what passes every test; what the judge could not judge is unknown', () => {
    const view = viewBatch(batchOf(), truths, batchOf().filter, 1);
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
    const view = viewBatch(batchOf(), undefined, batchOf().filter, 1);
    expect(view.cells.flat().every((cell) => cell.result === 'unjudged')).toBe(true);
    expect(view.rates).toBeUndefined();
    expect(view.passRate).toBeUndefined();
  });

  test('shows what was kept and the weights that kept it', () => {
    const view = viewBatch(batchOf(), truths, batchOf().filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.kept))).toEqual([
      [1, 0, 0, 1],
      [1, 0, 0, 1],
      [1, 0, 0, 1],
    ]);
    expect(view.weights).toEqual([0.5, 0, 0, 0.5]);
    expect(view.kept).toHaveLength(6);
    expect(view.preview).toBe(false);
  });

  test('a preview shows what another filter would keep of the same responses', () => {
    const filter = { ...defaultKnobs.filter, name: 'best-of-n', profile: [1] };
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
    const view = viewBatch(batchOf({ mode: 'resample' }), truths, batchOf({ mode: 'resample' }).filter, 1);
    expect(view.cells.flat().reduce((sum, cell) => sum + cell.kept, 0)).toBe(12);
    expect(view.cells.flat().some((cell) => cell.kept > 1)).toBe(true);
  });
});

/** As the page compares them while nothing moves. */
const compare = (batch: ReturnType<typeof batchOf>, wanted: FilterConfig) =>
  compareFilters(batch, truths, triedFilter(batch, wanted, true), wanted, 1);

describe('compareFilters', () => {
  test('what a filter that is not on would keep does not depend on which one is', () => {
    const of = (active: string) =>
      compare(batchOf(), { ...batchOf().filter, name: active }).find(
        ({ filter }) => filter.name === 'random-k',
      );
    expect(of('none')?.r2).toEqual(of('best-random')?.r2);
    expect(of('rank-profile')?.r2).toEqual(of('random-k')?.r2);
  });

  test('compares every filter on one batch and names the active one', () => {
    const rows = compare(batchOf(), batchOf().filter);
    expect(rows.map(({ filter, kept }) => [filter.name, kept])).toEqual([
      ['none', 12],
      ['best-of-n', 3],
      ['best-random', 6],
      ['best-worst', 6],
      ['random-k', 6],
    ]);
    expect(rows.filter((row) => row.active).map((row) => row.filter.name)).toEqual(['best-worst']);
  });

  test('says why R² is undefined', () => {
    const rows = compare(batchOf(), batchOf().filter);
    expect(rows.find((row) => row.filter.name === 'best-of-n')?.r2).toEqual({
      n: 3,
      why: 'every response passes',
    });
  });

  test('does not change with the filter that happens to be active', () => {
    const none = compare(batchOf(), batchOf().filter)[0];
    const again = compare(batchOf({ name: 'none' }), batchOf({ name: 'none' }).filter)[0];
    expect(again?.r2).toEqual(none?.r2);
  });

  test('a rank profile joins them where it is the active one', () => {
    const batch = batchOf({ name: 'rank-profile' });
    expect(compare(batch, batch.filter)[0]).toMatchObject({ active: true, kept: 6 });
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

describe('one batch, one filter', () => {
  const config = fc.record({
    name: fc.constantFrom(...filterNames),
    mode: fc.constantFrom(...filterModes),
    keep: fc.integer({ min: 1, max: 64 }),
    profile: fc.array(fc.nat(3), { minLength: 1, maxLength: 16 }),
  });
  const anyBatch = config
    .map((filter) => fitFilter(filter, 4))
    .chain((filter) => fc.constantFrom(...[0, 3].map((update) => batchOf(filter, update))));
  const anyTruth = fc.constantFrom(
    truths,
    truths.map(() => NaN),
    truths.map(() => 1),
    undefined,
  );

  test('nothing that is derived throws, and all that is derived agrees', () => {
    fc.assert(
      fc.property(anyBatch, config, anyTruth, fc.boolean(), (batch, wanted, testScores, waiting) => {
        const tried = triedFilter(batch, wanted, waiting);
        expect(checkFilter(tried, batch.groupSize)).toBeUndefined();
        const view = viewBatch(batch, testScores, tried, 1);
        if (!waiting) expect(view.preview).toBe(false);
        expect(view.cells.flat().reduce((sum, { kept }) => sum + kept, 0)).toBe(view.kept.length);
        flowStages({ update: batch.update, phase: 'filter' }, { batch }, { ...defaultKnobs, filter: tried });
        for (const { row, kept } of view.cells.flat())
          expect(responseOf({ batch, testScores }, view, row)).toMatchObject({ row, kept });
        if (!testScores) return;
        reliabilityOf(batch, testScores, 1);
        const rows = compareFilters(batch, testScores, tried, wanted, 1);
        const active = rows.filter((row) => row.active);
        expect(active.map(({ filter, kept }) => [filter, kept])).toEqual([[tried, view.kept.length]]);
      }),
    );
  });

  test('while it trains, and where one of them is a way of sampling, it is the one that was trained with', () => {
    const batch = batchOf();
    const none = { ...batch.filter, name: 'none' };
    expect(triedFilter(batch, none, false)).toBe(batch.filter);
    expect(triedFilter(batch, none, true)).toEqual(none);
    expect(triedFilter(batch, { ...none, name: 'single' }, true)).toBe(batch.filter);
  });

  test('an option that the filter does not read makes it no other', () => {
    const batch = batchOf({ name: 'none' });
    expect(triedFilter(batch, { ...batch.filter, keep: 3, profile: [1] }, true)).toBe(batch.filter);
  });

  test('the same question is answered from memory', () => {
    const batch = batchOf();
    const [first, second] = [compare(batch, batch.filter), compare(batch, batch.filter)];
    first.forEach(({ r2 }, i) => expect(second[i].r2).toBe(r2));
  });
});
