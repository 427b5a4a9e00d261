import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/protocol/batch.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';
import type { JudgedBatch } from '../../src/ui/run/run-model.ts';
import { drawKept, ownName } from '../../src/ppo/filter.ts';
import { stream } from '../../src/ppo/random.ts';
import { rememberChances } from '../../src/ui/batch-view.ts';
import { tryFilter, workOut } from '../../src/ui/tried.ts';
import { batchOf, truths } from './batch.ts';

const judgedOf = (batch: Batch): JudgedBatch => ({ batch, testScores: truths });

/** What the page shows while nothing moves. */
const shown = (judged: JudgedBatch, part: Partial<FilterConfig>) =>
  tryFilter(judged, { ...judged.batch.filter, ...part }, true, 1);
const compare = (judged: JudgedBatch, part: Partial<FilterConfig> = {}) => shown(judged, part).comparison!;
const rowOf = (judged: JudgedBatch, name: string, part: Partial<FilterConfig> = {}) =>
  compare(judged, part).find(({ filter }) => filter.name === name)!;

describe('the filter that is shown', () => {
  const batch = batchOf();
  test('is the visitor’s while nothing moves, else the one that was trained with', () => {
    const none = { ...batch.filter, name: 'none' };
    expect(tryFilter({ batch }, none, false, 1)).toMatchObject({ filter: batch.filter, why: undefined });
    expect(tryFilter({ batch }, none, true, 1)).toMatchObject({ filter: none, why: undefined });
  });
  test('is fitted to the batch, whose groups may be smaller than the next ones', () => {
    const wide = { name: 'best-worst', keep: 12, profile: Array(16).fill(1) as number[] };
    expect(shown({ batch }, wide).filter.keep).toBe(4);
  });
  test('is not a way of sampling, which cannot be tried on these responses: it says so', () => {
    expect(shown({ batch }, { name: 'single' })).toMatchObject({
      filter: batch.filter,
      why: 'single is a way of sampling and cannot be tried on these responses: they are shown under best-worst.',
    });
    const sampled = { ...batchOf({ name: 'single' }), groupSize: 1, promptCount: 12 };
    expect(shown({ batch: sampled }, { name: 'best-of-n' })).toMatchObject({
      filter: sampled.filter,
      why: 'These responses were sampled by single: there is nothing for best-of-n to choose from.',
    });
    expect(shown({ batch: sampled }, { mode: 'resample' }).why).toBeUndefined();
  });
  test('is one that reads the truth once that is known, and says that it waits', () => {
    const agreeing = { name: 'agreement' };
    expect(shown({ batch }, agreeing)).toMatchObject({
      filter: batch.filter,
      why: 'agreement waits for the unit tests of these responses: until then they are shown under best-worst.',
    });
    const { filter, why, view, comparison } = shown(judgedOf(batch), agreeing);
    expect([filter.name, why]).toEqual(['agreement', undefined]);
    // Means 0.375, −0.75, 1.5: right and above, or wrong and below; row 6 is unknown, rows 0 and 10 are wrong and above.
    expect(view.kept).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 11]);
    expect(view.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(comparison![0]).toMatchObject({ active: true, kept: 9 });
    // Another truth of the same batch is another answer.
    const failed = { batch, testScores: truths.map(() => 0) };
    expect(shown(failed, agreeing).view.kept).toEqual([1, 6, 7, 11]);
    expect(shown(judgedOf(batch), agreeing).view.kept).toBe(view.kept);
  });
  test('is code once that has been run on these responses, and draws the rows that training would', () => {
    const filter = { name: ownName, code: 'a' };
    expect(shown(judgedOf(batch), filter)).toMatchObject({
      filter: batch.filter,
      why: 'own has not been run on these responses: they are shown under best-worst.',
    });
    const chances = Array.from(batch.scores, (_, row) => [1, 0.5, 0, 0.5][row % 4]);
    rememberChances(batch, 'a', chances);
    const { view, comparison, why } = shown(judgedOf(batch), filter);
    const config = { ...batch.filter, ...filter };
    const draw = stream(1, 'filter', batch.update);
    expect(why).toBeUndefined();
    expect(view.kept).toEqual(drawKept(batch.scores, 4, config, draw, undefined, chances));
    expect(comparison![0]).toMatchObject({ active: true, filter: { name: ownName }, kept: view.kept.length });
    // Other code has other chances; what was run last is remembered.
    for (const code of ['b', 'c', 'd', 'e'])
      rememberChances(
        batch,
        code,
        chances.map(() => 1),
      );
    expect(shown(judgedOf(batch), { ...filter, code: 'e' }).view.kept).toHaveLength(12);
    expect(shown(judgedOf(batch), filter).why).toMatch('has not been run');
  });
  test('keeps nothing where the filter does, and says so without a number', () => {
    const equal = { ...batch, scores: batch.scores.map(() => 1) };
    const { view, comparison } = shown(judgedOf(equal), { name: 'top' });
    expect([view.kept, view.weights]).toEqual([[], [0, 0, 0, 0]]);
    const [top] = comparison!;
    expect(top).toMatchObject({ active: true, kept: 0 });
    for (const [, estimate] of top.estimates)
      expect(estimate).toMatchObject({ n: 0, why: expect.any(String) as string });
  });
  test('is the batch’s own where only options differ that it does not read', () => {
    const drawn = batchOf({ name: 'random-k' });
    const other = shown({ batch: drawn }, { profile: [1] });
    expect(other.filter).toBe(drawn.filter);
    expect(other.view.kept).toBe(drawn.kept);
  });
});

describe('what is worked out piece by piece', () => {
  test('is not worked out again', () => {
    const judged = judgedOf(batchOf());
    const asked = [judged, { ...judged.batch.filter, name: 'none' }, true, 1] as const;
    const [reliability, ...others] = [...workOut(...asked)];
    const rows = others.slice(-5);
    const tried = tryFilter(...asked);
    expect(tried.reliability).toBe(reliability);
    expect(tried.comparison).toHaveLength(5);
    expect(tried.comparison).toEqual(rows);
    tried.comparison!.forEach(({ r2 }, place) => expect(r2).toBe((rows[place] as { r2: unknown }).r2));
  });
  test('is nothing before the batch is judged', () => {
    expect([...workOut({ batch: batchOf() }, batchOf().filter, true, 1)]).toEqual([undefined]);
  });
});

describe('the comparison', () => {
  test('is of every filter on one batch, the shown one marked', () => {
    const rows = compare(judgedOf(batchOf()));
    expect(rows.map(({ filter, kept }) => [filter.name, kept])).toEqual([
      ['none', 12],
      ['best-of-n', 3],
      ['best-random', 6],
      ['best-worst', 6],
      ['random-k', 6],
    ]);
    expect(rows.filter((row) => row.active).map((row) => row.filter.name)).toEqual(['best-worst']);
  });
  test('says of each filter what the predictors say, R² as everywhere else, cost per prompt', () => {
    const judged = judgedOf(batchOf());
    for (const { kept, r2, estimates } of compare(judged)) {
      const own = estimates.get('r2')!;
      expect('r2' in r2 ? r2.r2 : r2.why).toBe('value' in own ? own.value : own.why);
      const [gain, perCost] = ['gamma', 'gamma-per-cost'].map((name) => estimates.get(name)!);
      if (!('value' in gain) || !('value' in perCost)) expect.unreachable();
      // Three prompts of four responses; each is written and scored, what is kept is looked at by three networks and learned from twice.
      expect(perCost.value).toBeCloseTo(gain.value / Math.sqrt((12 * 2 + kept * 15) / 3), 9);
    }
  });
  test('draws the same prompts for all: filters that keep the same have the same intervals', () => {
    const all = rowOf(judgedOf(batchOf()), 'random-k', { keep: 4 });
    expect(all.kept).toBe(12);
    expect(all.estimates).toEqual(rowOf(judgedOf(batchOf()), 'none').estimates);
  });
  test('says why R² is undefined', () => {
    expect(rowOf(judgedOf(batchOf()), 'best-of-n').r2).toEqual({ n: 3, why: 'every response passes' });
  });
  test('of a filter that is not on does not depend on which one is, nor on how the batch was trained', () => {
    const of = (name: string, trained: string) =>
      rowOf(judgedOf(batchOf({ name: trained })), 'best-random', { name }).r2;
    expect(of('rank-profile', 'none')).toEqual(of('none', 'best-worst'));
    expect(of('best-of-n', 'random-k')).toEqual(of('none', 'best-worst'));
  });
  test('has a rank profile where it is shown, and one response per prompt alone', () => {
    expect(compare(judgedOf(batchOf({ name: 'rank-profile' })))[0]).toMatchObject({ active: true, kept: 6 });
    const sampled = { ...batchOf({ name: 'single' }), groupSize: 1, promptCount: 12 };
    expect(compare(judgedOf(sampled)).map(({ filter, kept }) => [filter.name, kept])).toEqual([
      ['single', 12],
    ]);
  });
  test('takes what was really kept, where a filter is the batch’s own', () => {
    const judged = judgedOf(batchOf({ name: 'random-k' }, 5));
    const own = rowOf(judged, 'random-k').r2;
    expect(rowOf(judged, 'random-k', { name: 'none' }).r2).toBe(own);
    const counterfactual = rowOf(
      judgedOf({ ...judged.batch, filter: { ...judged.batch.filter, keep: 4 } }),
      'random-k',
      {
        keep: 2,
      },
    );
    expect(counterfactual.r2).not.toEqual(own);
  });
  test('works out again only what a dragged profile changes', () => {
    const judged = judgedOf(batchOf());
    const at = (profile: number[]) => compare(judged, { name: 'rank-profile', profile });
    const [before, after] = [at([0.5, 0, 0, 0.5]), at([0.4, 0.1, 0.1, 0.4])];
    const same = before.filter(({ r2 }, place) => after[place].r2 === r2).map(({ filter }) => filter.name);
    expect(same).toEqual(['none', 'best-of-n', 'best-random', 'best-worst', 'random-k']);
    expect(after[0].filter.name).toBe('rank-profile');
  });
});

describe('the reliability', () => {
  test('draws whole prompts: of one prompt’s responses alone there is no interval', () => {
    const one = { ...batchOf(), promptCount: 1, groupSize: 12 };
    const r2 = { why: 'all responses are to one prompt, which says nothing of others' };
    expect(shown(judgedOf(one), {}).reliability!.r2).toMatchObject(r2);
  });
  test('leaves out what could not be judged', () => {
    const { r2, bins, passed } = shown(judgedOf(batchOf()), {}).reliability!;
    expect(r2.n).toBe(11);
    expect(bins).toEqual([
      {
        score: expect.closeTo(0.5, 6) as number,
        truth: 6 / 11,
        n: 11,
        low: expect.any(Number) as number,
        high: expect.any(Number) as number,
        ends: [-3, 3],
      },
    ]);
    expect(passed[6]).toBeNaN();
  });
  test('is the R² of the filter that keeps everything, to the last digit of its interval', () => {
    const judged = judgedOf(batchOf());
    const { r2 } = shown(judged, {}).reliability!;
    expect(r2).toMatchObject({ r2: expect.any(Number) as number });
    expect(rowOf(judged, 'none').r2).toEqual(r2);
    expect(rowOf(judged, 'best-worst', { keep: 4 }).r2).toEqual(r2);
  });
});

test('before the truth is known there is nothing to compare', () => {
  const { view, comparison, reliability } = tryFilter({ batch: batchOf() }, batchOf().filter, true, 1);
  expect([comparison, reliability, view.rates]).toEqual([undefined, undefined, undefined]);
});
