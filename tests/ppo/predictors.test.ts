import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictors } from '../../src/ppo/predictors.ts';
import { auc } from '../../src/ppo/reliability.ts';
import { whitenings } from '../../src/protocol/config.ts';
import { noisy, rowsOf, valueOf } from './known-batches.ts';

/** Scores are small integers, so that ties are common and maps by integers exact. */
const cases = fc
  .record({ groupSize: fc.integer({ min: 2, max: 6 }), prompts: fc.integer({ min: 2, max: 20 }) })
  .chain(({ groupSize, prompts }) => {
    const size = { minLength: groupSize * prompts, maxLength: groupSize * prompts };
    const score = fc.integer({ min: -8, max: 8 });
    return fc.record({
      batch: fc.record({
        scores: fc.array(score, size),
        truths: fc.array(fc.constantFrom(0, 1, 1, 0, NaN), size),
        groupSize: fc.constant(groupSize),
      }),
      second: fc.array(score, size),
      kept: fc.array(fc.nat({ max: groupSize * prompts - 1 }), { maxLength: 120 }),
      whitening: fc.constantFrom(...whitenings),
    });
  });

/** Both undefined, or equal up to rounding. */
function expectSame(got: number | undefined, expected: number | undefined) {
  if (got === undefined || expected === undefined) expect(got).toBe(expected);
  else expect(got).toBeCloseTo(expected, 8);
}

describe('every predictor', () => {
  it('has a name, and words, of its own', () => {
    expect(predictors.map(({ name }) => name)).toEqual(
      'r2-binned r2 auc youden gamma gamma-per-cost gamma-2'.split(' '),
    );
    for (const field of ['label', 'symbol', 'words'] as const)
      expect(new Set(predictors.map((one) => one[field])).size).toBe(predictors.length);
    expect(predictors.filter(({ usesTruth }) => !usesTruth).map(({ name }) => name)).toEqual(['gamma-2']);
  });

  it('is blind to the order of the kept and to the scale of the scores, and to their offset unless it is in the advantages', () => {
    const map = fc.record({ scale: fc.integer({ min: 1, max: 5 }), offset: fc.integer({ min: -9, max: 9 }) });
    fc.assert(
      fc.property(cases, map, ({ batch, second, kept, whitening }, { scale, offset }) => {
        const context = { whitening, second, cost: 3 };
        const isCentred = whitening === 'kept' || whitening === 'all';
        for (const { name, of } of predictors) {
          const value = of(batch, kept, context);
          expectSame(of(batch, kept.toReversed(), context), value);
          const shift = isCentred || !name.startsWith('gamma') ? offset : 0;
          expectSame(
            of({ ...batch, scores: batch.scores.map((score) => scale * score + shift) }, kept, context),
            value,
          );
        }
      }),
    );
  });

  it('leaves out what is not known, and is never NaN', () => {
    const value = fc.constantFrom(0, 1, 2, 3, -2.5, NaN, Infinity, -Infinity, 1e300, -1e300, 1e-300);
    const hostile = fc.record({
      scores: fc.array(value, { minLength: 12, maxLength: 12 }),
      truths: fc.array(fc.constantFrom(0, 1, NaN), { minLength: 12, maxLength: 12 }),
      second: fc.array(value, { minLength: 12, maxLength: 12 }),
      kept: fc.array(fc.nat({ max: 11 }), { maxLength: 60 }),
      whitening: fc.constantFrom(...whitenings),
    });
    fc.assert(
      fc.property(hostile, ({ scores, truths, second, kept, whitening }) => {
        for (const { of } of predictors) {
          const got = of({ scores, truths, groupSize: 3 }, kept, { whitening, second, cost: 2 });
          if (got !== undefined) expect(got).toSatisfy(Number.isFinite);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses rows and sizes that do not fit', () => {
    const batch = { scores: [1, 2, 3, 4], truths: [0, 1, 0, 1], groupSize: 2 };
    for (const { of } of predictors) {
      const context = { whitening: 'off', cost: 1, second: [1, 2, 3, 4] } as const;
      expect(() => of(batch, [0, 4], context)).toThrow('Row 4 is kept, but the batch has rows 0 to 3');
      expect(() => of({ ...batch, groupSize: 3 }, [0], context)).toThrow('whole groups of 3');
      expect(() => of({ ...batch, truths: [1] }, [0], context)).toThrow('got 1 and 4');
    }
    expect(() => valueOf('gamma-2', batch, [0], { second: [1, 2] })).toThrow('got 2 and 4');
  });
});

describe('R² and AUC', () => {
  const batch = { scores: [1, 2, 3, 4, 9, 9], truths: [0, 0, 1, 1, 0, 1], groupSize: 2 };

  it('are those of the kept, each as often as it is kept', () => {
    // Sxy = 2, Sxx = 5, Syy = 1.
    expect(valueOf('r2', batch, [0, 1, 2, 3])).toBeCloseTo(0.8, 12);
    // Scores 1, 2, 2, 4, of truth 0, 0, 0, 1: means 2.25 and 0.25; Sxy = 1.75, Sxx = 4.75, Syy = 0.75.
    expect(valueOf('r2', batch, [0, 1, 1, 3])).toBeCloseTo(1.75 ** 2 / (4.75 * 0.75), 12);
    // 2 > 1, 2 < 9, 9 > 1, 9 = 9, where the failing ones are 1 and 9: of the passing 3 and 9, 2½ of 4.
    expect(valueOf('auc', batch, [0, 2, 4, 5])).toBe(0.625);
    expect(valueOf('auc', batch, [0, 2, 2, 4])).toBe(auc([1, 3, 3, 9], [0, 1, 1, 0]));
  });

  it('bin what is kept', () => {
    // Kept twice, 15 scores of 0, 1 and 2 make bins of 10, of pass rates 0, 1, 1: R² = 0.75. Row 15 would spoil it.
    const scores = Array.from({ length: 16 }, (_, row) => (row < 15 ? Math.floor(row / 5) : 50));
    const binnable = {
      scores,
      truths: scores.map((score) => (score > 0 && score < 3 ? 1 : 0)),
      groupSize: 4,
    };
    const once = rowsOf(binnable).slice(0, 15);
    expect(valueOf('r2-binned', binnable, [...once, ...once])).toBeCloseTo(0.75, 12);
    expect(valueOf('r2-binned', binnable, once)).toBeUndefined();
  });

  it('are undefined where nothing differs', () => {
    for (const name of ['r2', 'auc', 'youden', 'r2-binned']) {
      expect(valueOf(name, batch, [0, 1, 4])).toBeUndefined();
      expect(valueOf(name, batch, [2, 3, 5])).toBeUndefined();
      expect(valueOf(name, batch, [])).toBeUndefined();
    }
  });
});

describe('youden', () => {
  const batch = { scores: [1, 2, 3, 4, 5], truths: [0, 1, 0, 1, 1], groupSize: 5 };

  it('is as counted by hand', () => {
    // Above 3: two of three that pass, none that fails.
    expect(valueOf('youden', batch, [0, 1, 2, 3, 4])).toBeCloseTo(2 / 3, 12);
    // Above 2.5: one of two, one of two.
    expect(valueOf('youden', batch, [3, 2, 1, 0])).toBe(0);
    // 1, 2, 2, 4: above 2 is one of three that pass.
    expect(valueOf('youden', batch, [0, 1, 1, 3])).toBeCloseTo(1 / 3, 12);
    expect(valueOf('youden', batch, [1, 2])).toBe(-1);
    expect(valueOf('youden', { ...batch, scores: [2, 2, 2, 2, 2] }, [0, 1, 2])).toBe(0);
  });

  it('takes the median of all the kept, known or not', () => {
    const truths = [0, 1, NaN, NaN, NaN];
    expect(valueOf('youden', { ...batch, truths }, [0, 1, 2, 3, 4])).toBe(0);
    expect(valueOf('youden', { ...batch, truths }, [0, 1])).toBe(1);
  });
});

describe('gamma', () => {
  // Pass rates ½ and ½: s − p = −½, ½, −½, ½.
  const batch = { scores: [1, 3, 2, 6], truths: [0, 1, 0, 1], groupSize: 2 };

  it('is as worked by hand', () => {
    // Less the mean 3: −2, 0, −1, 3. Σ A (s − p) = 1 + 0 + ½ + 1½, ΣA² = 14.
    expect(valueOf('gamma', batch, [0, 1, 2, 3])).toBeCloseTo(3 / Math.sqrt(14), 12);
    // Of rows 0 and 3: −2.5, 2.5 less their own mean; −2, 3 less that of all; 1, 6 as they are.
    expect(valueOf('gamma', batch, [0, 3], { whitening: 'kept' })).toBeCloseTo(2.5 / Math.sqrt(12.5), 12);
    expect(valueOf('gamma', batch, [0, 3], { whitening: 'all' })).toBeCloseTo(2.5 / Math.sqrt(13), 12);
    for (const whitening of ['scale', 'off'] as const)
      expect(valueOf('gamma', batch, [0, 3], { whitening })).toBeCloseTo(2.5 / Math.sqrt(37), 12);
    // Row 3 twice: mean 13/3, A = −10/3, 5/3, 5/3. Σ A (s − p) = 5/3 + 5/6 + 5/6, ΣA² = 150/9.
    expect(valueOf('gamma', batch, [0, 3, 3])).toBeCloseTo(10 / Math.sqrt(150), 12);
    expect(valueOf('gamma-per-cost', batch, [0, 3], { cost: 16 })).toBeCloseTo(2.5 / Math.sqrt(12.5) / 4, 12);
  });

  it('takes a pass rate over the whole prompt, and means over rows of unknown truth too', () => {
    // Pass rates ½ and ⅔. Less the mean 3 of the kept: −2, 0, and 2, whose truth is unknown.
    const known = { scores: [1, 3, 5, 2, 6, 7], truths: [0, 1, NaN, 0, 1, 1], groupSize: 3 };
    expect(valueOf('gamma', known, [0, 1, 2])).toBeCloseTo(1 / 2, 12);
    // Less the mean 4 of all: −3, −1. Σ A (s − p) = 1½ − ½.
    expect(valueOf('gamma', known, [0, 1, 2], { whitening: 'all' })).toBeCloseTo(1 / Math.sqrt(10), 12);
    // As they are: 2 · −⅔ + 7 · ⅓ = 1, ΣA² = 53.
    expect(valueOf('gamma', known, [3, 5], { whitening: 'off' })).toBeCloseTo(1 / Math.sqrt(53), 12);
  });

  it('leaves out rows without a score, from means too', () => {
    // Less the mean 3 of 1, 2, 6: −2, −1, 3. Σ A (s − p) = 1 + ½ + 1½.
    const unscored = { ...batch, scores: [1, NaN, 2, 6] };
    for (const whitening of ['kept', 'all'] as const)
      expect(valueOf('gamma', unscored, [0, 1, 2, 3], { whitening })).toBeCloseTo(3 / Math.sqrt(14), 12);
  });

  it('leaves out prompts with one known truth, which would be their own pass rate', () => {
    const known = { scores: [9, 9, 1, 2], truths: [1, NaN, 0, 1], groupSize: 2 };
    expect(valueOf('gamma', known, [0, 2, 3], { whitening: 'off' })).toBeCloseTo(0.5 / Math.sqrt(5), 12);
    expect(valueOf('gamma', known, [0, 0])).toBeUndefined();
    expect(valueOf('gamma', { ...batch, groupSize: 1 }, [0, 1, 2, 3])).toBeUndefined();
  });

  it('is undefined where all advantages are 0, whatever rounding makes of their mean', () => {
    expect(valueOf('gamma', { ...batch, scores: [0.1, 0.1, 0.1, 7] }, [0, 1, 2])).toBeUndefined();
    expect(
      valueOf('gamma', { ...batch, scores: [2, 2, 0, 4] }, [0, 1], { whitening: 'all' }),
    ).toBeUndefined();
    expect(
      valueOf('gamma', { ...batch, scores: [0, 0, 1, 1] }, [0, 1], { whitening: 'off' }),
    ).toBeUndefined();
    expect(valueOf('gamma', batch, [0])).toBeUndefined();
    expect(valueOf('gamma', batch, [])).toBeUndefined();
    for (const cost of [undefined, 0, -1, NaN, Infinity])
      expect(valueOf('gamma-per-cost', batch, [0, 3], { cost })).toBeUndefined();
  });

  it('is largest, for given rows, where advantages are in proportion to s − p (Cauchy–Schwarz)', () => {
    fc.assert(
      fc.property(cases, ({ batch: { truths, groupSize, scores }, kept, whitening }) => {
        const known = truths.map((truth) => (Number.isNaN(truth) ? 0 : truth));
        const gains = known.map((truth, row) => {
          const start = row - (row % groupSize);
          return truth - known.slice(start, start + groupSize).reduce((a, b) => a + b) / groupSize;
        });
        const most = Math.sqrt(kept.reduce((total, row) => total + gains[row] ** 2, 0));
        const any = valueOf('gamma', { scores, truths: known, groupSize }, kept, { whitening }) ?? 0;
        expect(Math.abs(any)).toBeLessThanOrEqual(most + 1e-9);
        const perfect = { scores: gains, truths: known, groupSize };
        expect(valueOf('gamma', perfect, kept, { whitening: 'off' }) ?? 0).toBeCloseTo(most, 9);
      }),
    );
  });

  it('is 0 on average for scores that know nothing, and changes sign with the scores', () => {
    const mean = (slope: number) => {
      const values = Array.from({ length: 300 }, (_, seed) => {
        const { batch: drawn } = noisy(seed, { prompts: 12, groupSize: 4, slope });
        return valueOf('gamma', drawn, rowsOf(drawn)) ?? NaN;
      });
      return values.reduce((total, value) => total + value, 0) / values.length;
    };
    // One batch deviates by less than ½: the mean of 300 by less than 0.03.
    expect(Math.abs(mean(0))).toBeLessThan(0.1);
    expect(mean(1)).toBeGreaterThan(0.5);
    expect(mean(-1)).toBeLessThan(-0.5);
  });

  it('grows with the square root of the number of prompts; per cost it stays', () => {
    const { batch: one } = noisy(1, { prompts: 5 });
    const kept = rowsOf(one).filter((row) => row % 3 > 0);
    const four = {
      ...one,
      scores: [0, 1, 2, 3].flatMap(() => one.scores),
      truths: [0, 1, 2, 3].flatMap(() => one.truths),
    };
    const all = [0, 1, 2, 3].flatMap((copy) => kept.map((row) => row + copy * one.scores.length));
    for (const whitening of whitenings) {
      const once = valueOf('gamma', one, kept, { whitening }) ?? NaN;
      expect(valueOf('gamma', four, all, { whitening })).toBeCloseTo(2 * once, 10);
      expectSame(
        valueOf('gamma-per-cost', four, all, { whitening, cost: 28 }),
        valueOf('gamma-per-cost', one, kept, { whitening, cost: 7 }),
      );
    }
  });
});

describe('gamma2', () => {
  const batch = { scores: [1, 3, 2, 6], truths: [NaN, NaN, NaN, NaN], groupSize: 2 };

  it('has a second score, less its mean over the prompt, for s − p', () => {
    // −2, 2, 0, 0, times 1, 3, 2, 6.
    const context = { whitening: 'off', second: [0, 4, 1, 1] } as const;
    expect(valueOf('gamma-2', batch, [0, 1, 2, 3], context)).toBeCloseTo(4 / Math.sqrt(50), 12);
    // Rows without a second score are left out, and so is row 2, alone in its prompt.
    expect(valueOf('gamma-2', batch, [0, 1, 2, 3], { ...context, second: [0, 4, 1, NaN] })).toBeCloseTo(
      4 / Math.sqrt(10),
      12,
    );
    expect(valueOf('gamma-2', batch, [0, 1])).toBeUndefined();
  });

  it('is Γ where the second score is the truth', () => {
    fc.assert(
      fc.property(cases, ({ batch: { scores, truths, groupSize }, kept, whitening }) => {
        const gamma2 = valueOf(
          'gamma-2',
          { ...batch, scores, groupSize, truths: truths.map(() => NaN) },
          kept,
          {
            whitening,
            second: truths,
          },
        );
        expect(gamma2).toBe(valueOf('gamma', { scores, truths, groupSize }, kept, { whitening }));
      }),
    );
  });
});
