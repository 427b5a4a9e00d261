import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, shuffled, stream } from '../../src/ppo/random.ts';
import {
  auc,
  binned,
  explainedVariance,
  passRateByRank,
  r2Binned,
  r2WithInterval,
  squaredCorrelation,
} from '../../src/ppo/reliability.ts';

const number = fc.double({ min: -5, max: 5, noNaN: true });
const pairs = fc.array(fc.tuple(number, fc.constantFrom(0, 1)), { minLength: 3, maxLength: 40 });

describe('squaredCorrelation', () => {
  it('is as worked by hand', () => {
    // Sxy = 2, Sxx = 5, Syy = 1.
    expect(squaredCorrelation([1, 2, 3, 4], [0, 0, 1, 1])).toBeCloseTo(0.8, 12);
    expect(squaredCorrelation([4, 3, 2, 1], [0, 0, 1, 1])).toBeCloseTo(0.8, 12);
    expect(squaredCorrelation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(squaredCorrelation([1, 2, 1, 2], [0, 0, 1, 1])).toBe(0);
  });

  it('is in [0, 1] and blind to affine maps of either side and to the order of rows', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.1, max: 9, noNaN: true }), number, (rows, scale, offset) => {
        const scores = rows.map(([score]) => score);
        const truths = rows.map(([, truth]) => truth);
        fc.pre(Math.max(...scores) - Math.min(...scores) > 1e-3);
        const r2 = squaredCorrelation(scores, truths);
        if (r2 === undefined) {
          expect(new Set(truths).size).toBe(1);
          return;
        }
        expect(r2).toBeGreaterThanOrEqual(0);
        expect(r2).toBeLessThanOrEqual(1);
        const moved = scores.map((score) => offset - scale * score);
        const turned = truths.map((truth) => 3 - truth);
        expect(squaredCorrelation(moved, turned)).toBeCloseTo(r2, 8);
        expect(squaredCorrelation(scores.toReversed(), truths.toReversed())).toBeCloseTo(r2, 8);
      }),
    );
  });

  it('is undefined where a side does not vary or there are fewer than 3 rows', () => {
    expect(squaredCorrelation([1, 2, 3], [1, 1, 1])).toBeUndefined();
    expect(squaredCorrelation([0.1, 0.1, 0.1, 0.1], [0, 1, 0, 1])).toBeUndefined();
    expect(squaredCorrelation([1, 2], [0, 1])).toBeUndefined();
    expect(squaredCorrelation([], [])).toBeUndefined();
  });

  it('leaves out rows that are not finite on either side', () => {
    expect(squaredCorrelation([1, 2, 99, 3, 4, NaN, Infinity], [0, 0, NaN, 1, 1, 1, 0])).toBeCloseTo(0.8, 12);
    expect(squaredCorrelation([1, 2, 3], [0, 1, NaN])).toBeUndefined();
  });

  it('refuses two lengths', () => {
    expect(() => squaredCorrelation([1, 2], [1])).toThrow('got 2 and 1');
  });
});

describe('r2WithInterval', () => {
  /** Scores = truth + noise, of a known R² in the population: Var(truth)/(Var(truth) + σ²). */
  function batch(seed: number, prompts: number, perPrompt: number, sigma: number) {
    const random = stream(seed, 'evaluation');
    const groups = Array.from({ length: prompts * perPrompt }, (_, row) => Math.floor(row / perPrompt));
    const truths = groups.map(() => random.integer(2));
    return { groups, truths, scores: truths.map((truth) => truth + sigma * normal(random)) };
  }

  it('repeats itself and contains its estimate', () => {
    const { scores, truths, groups } = batch(1, 32, 2, 0.5);
    const once = r2WithInterval(scores, truths, groups, stream(3, 'bootstrap', 1));
    expect(r2WithInterval(scores, truths, groups, stream(3, 'bootstrap', 1))).toEqual(once);
    if (!('r2' in once)) throw new Error(once.why);
    expect(once.n).toBe(64);
    expect(once.r2).toBe(squaredCorrelation(scores, truths));
    expect(once.low).toBeLessThan(once.r2);
    expect(once.high).toBeGreaterThan(once.r2);
    expect(once.low).toBeGreaterThanOrEqual(0);
    expect(once.high).toBeLessThanOrEqual(1);
  });

  it('covers the true R² about 95 times in 100', () => {
    // Var(truth) = 0.25, σ² = 0.25: R² = 0.5.
    let covered = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { scores, truths, groups } = batch(seed, 40, 2, 0.5);
      const got = r2WithInterval(scores, truths, groups, stream(seed, 'bootstrap'));
      if ('r2' in got && got.low <= 0.5 && got.high >= 0.5) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(88);
    expect(covered).toBeLessThanOrEqual(99);
  });

  it('begins at 0 where the scores may say nothing, and does not mind which way they point', () => {
    let fromZero = 0;
    for (let seed = 0; seed < 50; seed++) {
      const { truths, groups } = batch(seed, 32, 2, 1);
      const noise = batch(seed + 1000, 32, 2, 1).scores;
      const got = r2WithInterval(noise, truths, groups, stream(seed, 'bootstrap'));
      const turned = r2WithInterval(
        noise.map((score) => 5 - 2 * score),
        truths,
        groups,
        stream(seed, 'bootstrap'),
      );
      if (!('r2' in got && 'r2' in turned)) throw new Error('undefined');
      for (const part of ['r2', 'low', 'high'] as const) expect(turned[part]).toBeCloseTo(got[part], 10);
      if (got.low === 0) fromZero++;
    }
    // Right 95 times in 100, were it exact.
    expect(fromZero).toBeGreaterThanOrEqual(42);
  });

  it('draws prompts, not responses: prompts that are all alike leave no doubt', () => {
    const scores = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4];
    const truths = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1];
    const groups = [7, 7, 7, 7, 3, 3, 3, 3, 5, 5, 5, 5];
    const got = r2WithInterval(scores, truths, groups, stream(1, 'bootstrap'));
    if (!('r2' in got)) throw new Error(got.why);
    for (const value of [got.r2, got.low, got.high]) expect(value).toBeCloseTo(0.8, 12);
  });

  it.each<[string, number[], number[], number[], number]>([
    ['no response passes', [1, 2, 3], [0, 0, 0], [0, 1, 2], 3],
    ['every response passes', [1, 2, 3], [1, 1, 1], [0, 1, 2], 3],
    ['all results are the same', [1, 2, 3], [0.5, 0.5, 0.5], [0, 1, 2], 3],
    ['all scores are the same', [2, 2, 2], [0, 1, 0], [0, 1, 2], 3],
    ['at least 3 judged responses, and there are 1', [1, 2, NaN], [0, NaN, 1], [0, 1, 2], 1],
    ['all responses are to one prompt', [1, 2, 3], [0, 1, 1], [4, 4, 4], 3],
  ])('says why it is undefined: %s', (why, scores, truths, groups, n) => {
    const got = r2WithInterval(scores, truths, groups, stream(1, 'bootstrap'));
    if ('r2' in got) throw new Error(`defined: ${got.r2}`);
    expect(got.why).toContain(why);
    expect(got.n).toBe(n);
  });

  it.each([
    ['scores', [1, 1, 2, 2], [0, 1, 0, 1]],
    ['results', [1, 2, 3, 4], [0, 0, 1, 1]],
  ])('says so when the %s do not vary in most draws', (_, scores, truths) => {
    // Nor do they within a prompt: half of all draws are one of the two prompts twice, and of 9 often more than half.
    const results = Array.from({ length: 20 }, (__, seed) =>
      r2WithInterval(scores, truths, [0, 0, 1, 1], stream(seed, 'bootstrap'), 9),
    );
    const undefinedOnes = results.filter((result) => 'why' in result);
    expect(undefinedOnes.length).toBeGreaterThan(2);
    expect(undefinedOnes.length).toBeLessThan(18);
    for (const { n, why } of undefinedOnes) {
      expect([n, why]).toEqual([4, 'scores or results differ in too few prompts']);
    }
  });
});

describe('binned', () => {
  const rising = Array.from({ length: 100 }, (_, i) => i);

  it('cuts sorted scores into bins of equal count', () => {
    const order = shuffled(100, stream(1, 'split'));
    const truths = order.map((score) => (score >= 50 && score % 2 === 0 ? 1 : 0));
    const { bins } = binned(order, truths, { bins: 4, perBin: 10 });
    expect(bins.map(({ score }) => score)).toEqual([12, 37, 62, 87]);
    expect(bins.map(({ n }) => n)).toEqual([25, 25, 25, 25]);
    expect(bins.map(({ ends }) => ends)).toEqual([
      [0, 24],
      [25, 49],
      [50, 74],
      [75, 99],
    ]);
    expect(bins.map(({ truth }) => truth)).toEqual([0, 0, 0.52, 0.48]);
    // Wilson for 0 in 25: 0 to z²/(25 + z²).
    expect(bins[0].low).toBe(0);
    expect(bins[0].high).toBeCloseTo(3.8414588 / 28.8414588, 6);
  });

  it.each([
    [100, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]],
    [35, [11, 12, 12]],
    [19, [19]],
    [10, [10]],
    [9, []],
    [0, []],
  ])('makes of %i responses bins of %o', (n, counts) => {
    const { bins } = binned(
      rising.slice(0, n),
      rising.slice(0, n).map(() => 1),
    );
    expect(bins.map((bin) => bin.n).sort((a, b) => a - b)).toEqual(counts);
  });

  it('never cuts ties, leaves nobody out, rises in score, and does not depend on the order of rows', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1)), {
      maxLength: 150,
    });
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 15 }),
        (list, most, perBin) => {
          const scores = list.map(([score]) => score);
          const truths = list.map(([, truth]) => truth);
          const { bins } = binned(scores, truths, { bins: most, perBin });
          expect(binned(scores.toReversed(), truths.toReversed(), { bins: most, perBin })).toEqual({ bins });
          expect(bins.length).toBeLessThanOrEqual(most);
          if (list.length < perBin) {
            expect(bins).toEqual([]);
            return;
          }
          expect(bins.reduce((total, bin) => total + bin.n, 0)).toBe(list.length);
          let taken = 0;
          const sorted = scores.toSorted((a, b) => a - b);
          for (const bin of bins) {
            expect(bin.n).toBeGreaterThanOrEqual(perBin);
            if (taken > 0) expect(sorted[taken]).toBeGreaterThan(sorted[taken - 1]);
            taken += bin.n;
            expect(bin.low).toBeLessThanOrEqual(bin.truth);
            expect(bin.high).toBeGreaterThanOrEqual(bin.truth);
          }
        },
      ),
    );
  });

  it('leaves out what was not judged', () => {
    const truths = rising.map((i) => (i < 50 ? NaN : 1));
    expect(binned(rising, truths).bins.map(({ n }) => n)).toEqual([10, 10, 10, 10, 10]);
  });
});

describe('r2Binned', () => {
  it('is as worked by hand', () => {
    // Sxy = 1, Sxx = 2, Syy = 2/3.
    const line = r2Binned([
      { score: 0, truth: 0 },
      { score: 1, truth: 1 },
      { score: 2, truth: 1 },
    ]);
    expect(line?.slope).toBeCloseTo(0.5, 12);
    expect(line?.intercept).toBeCloseTo(1 / 6, 12);
    expect(line?.r2).toBeCloseTo(0.75, 12);
  });

  it('is 1 − Σ(s − ŝ)²/Σ(s − s̄)² of the least-squares line', () => {
    const bins = fc.array(fc.record({ score: number, truth: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      minLength: 3,
      maxLength: 10,
    });
    fc.assert(
      fc.property(bins, (list) => {
        const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
        fc.pre(
          spread(list.map(({ score }) => score)) > 0.01 && spread(list.map(({ truth }) => truth)) > 0.01,
        );
        const line = r2Binned(list);
        if (line === undefined) throw new Error('undefined');
        const residual = (slope: number, intercept: number) =>
          list.reduce((total, { score, truth }) => total + (truth - intercept - slope * score) ** 2, 0);
        const mean = list.reduce((total, { truth }) => total + truth, 0) / list.length;
        const least = residual(line.slope, line.intercept);
        expect(line.r2).toBeCloseTo(1 - least / residual(0, mean), 6);
        for (const step of [-1e-3, 1e-3]) {
          expect(residual(line.slope + step, line.intercept)).toBeGreaterThanOrEqual(least);
          expect(residual(line.slope, line.intercept + step)).toBeGreaterThanOrEqual(least);
        }
      }),
    );
  });

  it('is undefined for two bins, which any line fits, and for bins that do not vary', () => {
    const flat = [1, 2, 3].map((score) => ({ score, truth: 0.5 }));
    expect(r2Binned(flat.slice(0, 2).map((bin, i) => ({ ...bin, truth: i })))).toBeUndefined();
    expect(r2Binned(flat)).toBeUndefined();
    expect(r2Binned([])).toBeUndefined();
  });
});

describe('passRateByRank', () => {
  it('counts passes per rank over prompts', () => {
    const ranked = Uint32Array.of(1, 0, 2, /* second prompt */ 5, 4, 3);
    const passed = [0, 1, NaN, 1, 0, 1];
    const rates = passRateByRank(ranked, passed, 3);
    expect(rates.map(({ rate, n }) => [rate, n])).toEqual([
      [1, 2],
      [0, 2],
      [1, 1],
    ]);
    expect(rates[0].low).toBeCloseTo(2 / (2 + 3.8414588), 6);
    expect(passRateByRank(Uint32Array.of(0), [NaN], 1)[0].rate).toBeNaN();
  });

  it('refuses shares of tests, and sizes that do not fit', () => {
    expect(() => passRateByRank(Uint32Array.of(0, 1), [1, 0.5], 2)).toThrow('passed[1] must be 1, 0 or NaN');
    expect(() => passRateByRank(Uint32Array.of(0, 1), [1], 2)).toThrow('Expected 2 of passed: got 1');
    expect(() => passRateByRank(Uint32Array.of(0, 1, 2), [1, 1, 1], 2)).toThrow('whole groups of 2');
  });
});

describe('explainedVariance', () => {
  it('is 1 for a perfect critic, 0 for a constant one, negative for a worse one', () => {
    const returns = [1, 2, 99, 3];
    const mask = [1, 1, 0, 1];
    expect(explainedVariance([1, 2, 0, 3], returns, mask)).toBe(1);
    expect(explainedVariance([6, 7, 0, 8], returns, mask)).toBe(1);
    expect(explainedVariance([5, 5, 0, 5], returns, mask)).toBeCloseTo(0, 12);
    expect(explainedVariance([3, 2, 0, 1], returns, mask)).toBeCloseTo(-3, 12);
    // Errors ½, 0, −½: variance 1/6 of 2/3.
    expect(explainedVariance([0.5, 2, NaN, 3.5], returns, mask)).toBeCloseTo(0.75, 12);
  });

  it('is undefined where the returns do not vary', () => {
    expect(explainedVariance([1, 2], [0.1, 0.1], [1, 1])).toBeUndefined();
    expect(explainedVariance([1, 2], [1, 2], [0, 0])).toBeUndefined();
    expect(() => explainedVariance([1], [1, 2], [1, 1])).toThrow('1 values');
  });
});

describe('auc', () => {
  it('is as counted by hand', () => {
    expect(auc([1, 2, 3, 4], [0, 1, 0, 1])).toBe(0.75);
    expect(auc([1, 1], [0, 1])).toBe(0.5);
    expect(auc([2, 1], [0, 1])).toBe(0);
    expect(auc([1, 2, NaN, 9], [0, 1, 0, NaN])).toBe(1);
  });

  it('equals the comparison of every pair', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(0, 1)), { maxLength: 30 });
    fc.assert(
      fc.property(rows, (list) => {
        const of = (truth: number) => list.filter(([, passed]) => passed === truth).map(([score]) => score);
        const wins = of(1).flatMap((good) => of(0).map((bad) => (good > bad ? 1 : good === bad ? 0.5 : 0)));
        const got = auc(
          list.map(([score]) => score),
          list.map(([, passed]) => passed),
        );
        if (wins.length === 0) expect(got).toBeUndefined();
        else expect(got).toBeCloseTo(wins.reduce((total: number, win) => total + win, 0) / wins.length, 10);
      }),
    );
  });

  it('refuses shares of tests', () => {
    expect(() => auc([1, 2], [0.5, 1])).toThrow('passed[0] must be 1, 0 or NaN');
  });
});
