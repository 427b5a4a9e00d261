import { describe, expect, it } from 'vitest';
import { predictors, withInterval } from '../../src/ppo/predictors.ts';
import type { Context, Estimate, Known } from '../../src/ppo/predictors.ts';
import { stream } from '../../src/ppo/random.ts';
import { r2WithInterval } from '../../src/ppo/reliability.ts';
import { noisy, predictor, rowsOf, valueOf } from './known-batches.ts';

function defined(estimate: Estimate) {
  if ('why' in estimate) throw new Error(estimate.why);
  return estimate;
}

describe('withInterval', () => {
  const stratified = (batch: Known) =>
    rowsOf(batch).filter((row) => [0, 3, 4].includes(row % batch.groupSize));

  it('repeats itself, and is about its value', () => {
    const { batch, second } = noisy(5);
    const kept = stratified(batch);
    const context = { whitening: 'kept', cost: 40, second } as const;
    for (const one of predictors) {
      const got = defined(withInterval(one, batch, kept, context, stream(1, 'bootstrap')));
      expect(withInterval(one, batch, kept, context, stream(1, 'bootstrap'))).toEqual(got);
      expect(got.value).toBe(one.of(batch, kept, context));
      expect(got.low).toBeLessThanOrEqual(got.value);
      expect(got.high).toBeGreaterThanOrEqual(got.value);
      expect(got.high).toBeGreaterThan(got.low);
      expect(got.n).toBe(96);
    }
  });

  it('is of batches of whole prompts, built one by one', () => {
    const { batch, second } = noisy(6, { prompts: 12 });
    const kept = [...stratified(batch), 3, 17, 17];
    const copied = (values: number[], from: number[]) =>
      from.flatMap((prompt) => values.slice(prompt * 8, prompt * 8 + 8));
    for (const one of predictors.filter(({ name }) => name !== 'r2')) {
      const random = stream(9, 'bootstrap');
      const values = Array.from({ length: 41 }, () => {
        const from = Array.from({ length: 12 }, () => random.integer(12));
        const drawn = {
          scores: copied(batch.scores, from),
          truths: copied(batch.truths, from),
          groupSize: 8,
        };
        const rows = from.flatMap((prompt, place) =>
          kept.filter((row) => Math.floor(row / 8) === prompt).map((row) => row + (place - prompt) * 8),
        );
        return one.of(drawn, rows, { whitening: 'all', cost: 2, second: copied(second, from) }) ?? NaN;
      }).sort((a, b) => a - b);
      const context = { whitening: 'all', cost: 2, second } as const;
      const got = defined(withInterval(one, batch, kept, context, stream(9, 'bootstrap'), 41));
      // The points of 2.5 and 97.5 % of 41 values are the second from either end.
      expect(got.low).toBeCloseTo(Math.min(got.value, values[1]), 10);
      expect(got.high).toBeCloseTo(Math.max(got.value, values[39]), 10);
    }
  });

  it('gives R² the interval that it has elsewhere', () => {
    const { batch } = noisy(7, { prompts: 10 });
    const kept = stratified(batch);
    const at = (values: number[]) => kept.map((row) => values[row]);
    const prompts = kept.map((row) => Math.floor(row / 8));
    const there = r2WithInterval(at(batch.scores), at(batch.truths), prompts, stream(1, 'bootstrap'), 100);
    if ('why' in there) throw new Error(there.why);
    const { value, ...here } = defined(
      withInterval(predictor('r2'), batch, kept, { whitening: 'off' }, stream(1, 'bootstrap')),
    );
    expect({ r2: value, ...here }).toEqual(there);
  });

  it('covers the Γ of many batches about 90 times in 100', () => {
    const batches = Array.from(
      { length: 200 },
      (_, seed) => noisy(seed, { prompts: 24, groupSize: 4 }).batch,
    );
    const values = batches.map((batch) => valueOf('gamma', batch, rowsOf(batch)) ?? NaN);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const covered = batches.filter((batch, seed) => {
      const context = { whitening: 'kept' } as const;
      const { low, high } = defined(
        withInterval(predictor('gamma'), batch, rowsOf(batch), context, stream(seed, 'bootstrap')),
      );
      return low <= mean && mean <= high;
    });
    // About 180 are expected, give or take 4.
    expect(covered.length).toBeGreaterThanOrEqual(168);
    expect(covered.length).toBeLessThanOrEqual(194);
  });

  it('is stretched to the value where draws, noisier than the batch, miss it', () => {
    const binned = predictor('r2-binned');
    const gaps = (slope: number) =>
      Array.from({ length: 30 }, (_, seed) => {
        const { batch } = noisy(seed, { slope, prompts: slope === 0 ? 16 : 32 });
        const context = { whitening: 'kept' } as const;
        const { value, low, high } = defined(
          withInterval(binned, batch, rowsOf(batch), context, stream(1, 'bootstrap')),
        );
        expect(high).toBeGreaterThan(low);
        return { below: value - low, above: high - value };
      });
    const knowing = gaps(1);
    const ignorant = gaps(0);
    for (const { below, above } of [...knowing, ...ignorant])
      expect(Math.min(below, above)).toBeGreaterThanOrEqual(0);
    expect(knowing.map(({ above }) => above)).toContain(0);
    expect(ignorant.map(({ below }) => below)).toContain(0);
  });

  it('has no width where prompts are all alike', () => {
    const copies = Array.from({ length: 12 });
    const batch = {
      scores: copies.flatMap(() => [1, 2, 3, 4, 5]),
      truths: copies.flatMap(() => [0, 1, 0, 1, 1]),
      groupSize: 5,
    };
    const context = { whitening: 'all', cost: 3, second: copies.flatMap(() => [2, 1, 5, 6, 7]) } as const;
    for (const one of predictors) {
      const got = defined(withInterval(one, batch, rowsOf(batch), context, stream(1, 'bootstrap')));
      for (const end of [got.low, got.high]) expect(end).toBeCloseTo(got.value, 10);
    }
  });

  it('counts the kept responses on which it rests', () => {
    const batch = { scores: [1, 2, 3, 4, 5, NaN], truths: [0, 1, 0, 1, NaN, 1], groupSize: 2 };
    const second = [1, 2, 3, NaN, NaN, 4];
    const n = (name: string) =>
      withInterval(
        predictor(name),
        batch,
        [0, 1, 1, 2, 3, 4, 5],
        { whitening: 'off', second },
        stream(1, 'bootstrap'),
      ).n;
    expect([n('gamma'), n('r2'), n('gamma-2')]).toEqual([5, 5, 4]);
  });

  it('says why there is none', () => {
    const batch = { scores: [1, 2, 3, 4], truths: [0, 1, 0, 1], groupSize: 2 };
    const why = (name: string, kept: number[], context: Partial<Context> = {}) => {
      const got = withInterval(
        predictor(name),
        batch,
        kept,
        { whitening: 'off', ...context },
        stream(1, 'bootstrap'),
      );
      return 'why' in got ? [got.n, got.why] : got;
    };
    expect(why('auc', [0, 2])).toEqual([2, expect.stringContaining('some that fail')]);
    expect(why('gamma', [])).toEqual([0, expect.stringContaining('not all 0')]);
    expect(why('gamma-per-cost', [0, 1])).toEqual([2, expect.stringContaining('a cost above 0')]);
    expect(why('gamma-2', [0, 1])).toEqual([0, expect.stringContaining('a second reward model')]);
    expect(why('r2-binned', [0, 1])).toEqual([2, expect.stringContaining('3 bins of 10')]);
    expect(why('r2', [0, 1])).toEqual([2, expect.stringContaining('at least 3 judged')]);
    expect(why('youden', [0, 1])).toEqual([2, expect.stringContaining('to one prompt')]);
  });

  it('says so where it exists in less than half of the draws', () => {
    // Of two prompts, one of which passes and the other does not, half of the draws are one of them twice.
    const batch = { scores: [1, 2, 3, 4], truths: [0, 0, 1, 1], groupSize: 2 };
    const results = Array.from({ length: 20 }, (_, seed) =>
      withInterval(predictor('auc'), batch, [0, 1, 2, 3], { whitening: 'off' }, stream(seed, 'bootstrap'), 9),
    );
    const undefinedOnes = results.filter((result) => 'why' in result);
    expect(undefinedOnes.length).toBeGreaterThan(2);
    expect(undefinedOnes.length).toBeLessThan(18);
    for (const { n, why } of undefinedOnes)
      expect([n, why]).toEqual([4, 'scores or results differ in too few prompts']);
  });
});
