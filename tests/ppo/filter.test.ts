import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkFilter,
  describeFilter,
  drawKept,
  filters,
  filterWeights,
  fitFilter,
  rankWeights,
  samplingPlan,
} from '../../src/ppo/filter.ts';
import { stream } from '../../src/ppo/random.ts';
import { filterModes, type FilterConfig, type FilterMode } from '../../src/protocol/config.ts';
import type { RandomStream } from '../../src/protocol/random-stream.ts';
import { chiSquared, tally } from './chi-squared.ts';

const filter = (name: string, mode: FilterMode, keep = 2, profile: number[] = []): FilterConfig => ({
  name,
  mode,
  keep,
  profile,
});
/** Both halves of filtering. */
const applyFilter = (
  scores: Float32Array,
  groupSize: number,
  config: FilterConfig,
  random: RandomStream,
) => ({
  weights: filterWeights(scores, groupSize, config),
  kept: drawKept(scores, groupSize, config, random),
});
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Those that look at ranks alone; the others have tests of their own. */
const byRank = filters.filter(({ readsScores }) => !readsScores).map(({ name }) => name);

/** Any of them that is valid for its group size. */
const anyFilter = fc
  .tuple(fc.constantFrom(...byRank), fc.constantFrom(...filterModes), fc.integer({ min: 1, max: 10 }))
  .chain(([name, mode, groupSize]) =>
    fc
      .tuple(
        fc.integer({ min: 1, max: groupSize }),
        fc.array(fc.nat(4), { minLength: 1, maxLength: groupSize }),
      )
      .map(([keep, profile]) => ({ config: filter(name, mode, keep, profile), groupSize })),
  )
  .filter(({ config, groupSize }) => checkFilter(config, groupSize) === undefined);

describe('applyFilter: what is kept', () => {
  // Rows of the first prompt by rank: 1 2 0 3; of the second, in which two tie: 7 4 5 6.
  const scores = Float32Array.of(0.1, 0.9, 0.5, -2, /* second prompt */ 3, 3, -1, 4);

  it.each<[FilterConfig, number[]]>([
    [filter('none', 'select'), [0, 1, 2, 3, 4, 5, 6, 7]],
    [filter('best-of-n', 'select'), [1, 7]],
    [filter('best-of-n', 'select', 4), [1, 7]],
    [filter('best-of-n', 'resample'), [1, 1, 1, 1, 7, 7, 7, 7]],
    [filter('best-random', 'select', 1), [1, 7]],
    [filter('best-random', 'select', 4), [0, 1, 2, 3, 4, 5, 6, 7]],
    [filter('best-worst', 'select', 1), [1, 7]],
    [filter('best-worst', 'select', 2), [1, 3, 6, 7]],
    [filter('best-worst', 'select', 3), [1, 2, 3, 4, 6, 7]],
    [filter('best-worst', 'select', 4), [0, 1, 2, 3, 4, 5, 6, 7]],
    [filter('trimmed-best-worst', 'select', 1), [2, 4]],
    [filter('trimmed-best-worst', 'select', 2), [0, 2, 4, 5]],
    [filter('middle-k', 'select', 1), [2, 4]],
    [filter('middle-k', 'select', 2), [0, 2, 4, 5]],
    [filter('middle-k', 'select', 3), [0, 1, 2, 4, 5, 7]],
    [filter('worst-k', 'select', 1), [3, 6]],
    [filter('worst-k', 'select', 3), [0, 2, 3, 4, 5, 6]],
    [filter('worst-random', 'select', 1), [3, 6]],
    [filter('random-k', 'select', 4), [0, 1, 2, 3, 4, 5, 6, 7]],
    [filter('rank-profile', 'select', 2, [1, 0, 0, 1]), [1, 3, 6, 7]],
    [filter('rank-profile', 'select', 2, [0, 3, 3]), [0, 2, 4, 5]],
    [filter('rank-profile', 'select', 1, [0, 0, 0.2]), [0, 5]],
    [filter('rank-profile', 'resample', 2, [0, 7]), [2, 2, 2, 2, 4, 4, 4, 4]],
  ])('%o keeps rows %o', (config, rows) => {
    for (const seed of [1, 2, 3]) {
      expect(applyFilter(scores, 4, config, stream(seed, 'filter')).kept).toEqual(rows);
    }
  });

  it('single keeps the one response of every prompt, in both modes', () => {
    for (const mode of filterModes) {
      expect(applyFilter(scores, 1, filter('single', mode), stream(1, 'filter'))).toEqual({
        weights: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1),
        kept: [0, 1, 2, 3, 4, 5, 6, 7],
      });
    }
  });

  // One prompt; rows by rank 1 2 0 3 (four) and 1 0 2 (three). All outcomes and their probabilities, by hand.
  const four = Float32Array.of(0.1, 0.9, 0.5, -2);
  const three = Float32Array.of(0.2, 0.9, -2);
  it.each<[string, Float32Array, FilterConfig, Record<string, number>]>([
    [
      'the best and one of the others',
      four,
      filter('best-random', 'select', 2),
      { '0,1': 1 / 3, '1,2': 1 / 3, '1,3': 1 / 3 },
    ],
    [
      'the best and two of the others',
      four,
      filter('best-random', 'select', 3),
      { '0,1,2': 1 / 3, '0,1,3': 1 / 3, '1,2,3': 1 / 3 },
    ],
    [
      'the worst and one of the others',
      four,
      filter('worst-random', 'select', 2),
      { '0,3': 1 / 3, '1,3': 1 / 3, '2,3': 1 / 3 },
    ],
    [
      'any two',
      four,
      filter('random-k', 'select', 2),
      { '0,1': 1 / 6, '0,2': 1 / 6, '0,3': 1 / 6, '1,2': 1 / 6, '1,3': 1 / 6, '2,3': 1 / 6 },
    ],
    [
      'a rank of weight ½ for certain, then the others by weight',
      four,
      filter('rank-profile', 'select', 2, [4, 2, 1, 1]),
      { '1,2': 1 / 2, '0,1': 1 / 4, '1,3': 1 / 4 },
    ],
    [
      'ranks by weight without replacement: .4/.6 · .4 twice, .4 · .2/.6 + .2 · .4/.8',
      four,
      filter('rank-profile', 'select', 2, [2, 2, 1]),
      { '1,2': 16 / 30, '0,1': 7 / 30, '0,2': 7 / 30 },
    ],
    [
      'one of two ranks of weight ½',
      four,
      filter('rank-profile', 'select', 1, [1, 0, 0, 1]),
      { '1': 1 / 2, '3': 1 / 2 },
    ],
    [
      'three draws of ½ ½',
      three,
      filter('best-worst', 'resample'),
      { '1,1,1': 1 / 8, '1,1,2': 3 / 8, '1,2,2': 3 / 8, '2,2,2': 1 / 8 },
    ],
    [
      'three draws of ½ ¼ ¼',
      three,
      filter('best-random', 'resample'),
      {
        '1,1,1': 8 / 64,
        '0,1,1': 12 / 64,
        '1,1,2': 12 / 64,
        '0,0,1': 6 / 64,
        '1,2,2': 6 / 64,
        '0,1,2': 12 / 64,
        '0,0,0': 1 / 64,
        '0,0,2': 3 / 64,
        '0,2,2': 3 / 64,
        '2,2,2': 1 / 64,
      },
    ],
    ...(['none', 'single', 'random-k'] as const).map(
      (name): [string, Float32Array, FilterConfig, Record<string, number>] => [
        `two draws of ½ ½ (${name})`,
        Float32Array.of(1, 2),
        filter(name, 'resample'),
        { '0,0': 1 / 4, '0,1': 1 / 2, '1,1': 1 / 4 },
      ],
    ),
    [
      'two draws of ¾ ¼',
      Float32Array.of(1, 2),
      filter('rank-profile', 'resample', 1, [3, 1]),
      { '1,1': 9 / 16, '0,1': 6 / 16, '0,0': 1 / 16 },
    ],
  ])('%s', (_, scores, config, outcomes) => {
    const random = stream(4, 'filter', 1);
    const seen = tally(
      Array.from({ length: 6000 }, () => applyFilter(scores, scores.length, config, random).kept),
    );
    const expected = new Map(Object.entries(outcomes));
    expect(sum(expected.values())).toBeCloseTo(1, 12);
    // Above the 99.9 % point of χ² for up to 9 degrees of freedom.
    expect(chiSquared(seen, expected)).toBeLessThan(27.9);
  });

  it('never draws a rank of weight 0, not even where rounding leaves a crumb at either end', () => {
    const profile = [0, 0.1, 0.2, 0.3, 0.1, 0.7, 0];
    const falling = Float32Array.of(7, 6, 5, 4, 3, 2, 1);
    const ends: [uniform: number, row: number][] = [
      [0, 1],
      [1 - 2 ** -53, 5],
    ];
    for (const [uniform, row] of ends) {
      const random = { uniform: () => uniform, integer: () => 0 };
      for (const scale of [1, 3, 0.1, 7]) {
        const config = filter(
          'rank-profile',
          'resample',
          1,
          profile.map((weight) => weight * scale),
        );
        const { kept } = applyFilter(falling, 7, config, random);
        expect(kept).toEqual(Array(7).fill(row));
      }
    }
  });

  it('of a profile of many equal ranks and one of ½ keeps that one whatever the rounding', () => {
    for (let groupSize = 3; groupSize <= 64; groupSize++) {
      const profile = Array.from({ length: groupSize }, (_, rank) =>
        rank === 0 ? 1 / 2 : 1 / (2 * (groupSize - 1)),
      );
      const rising = Float32Array.from({ length: groupSize }, (_, row) => row);
      const { kept } = applyFilter(
        rising,
        groupSize,
        filter('rank-profile', 'select', 1, profile),
        stream(groupSize, 'filter'),
      );
      expect(kept).toEqual([groupSize - 1]);
    }
  });
});

describe('applyFilter: properties', () => {
  const batch = anyFilter.chain(({ config, groupSize }) =>
    fc.record({
      config: fc.constant(config),
      groupSize: fc.constant(groupSize),
      seed: fc.nat(),
      promptCount: fc.integer({ min: 1, max: 4 }),
      orderSeed: fc.nat(),
    }),
  );

  it('weights are those of the ranks and sum to 1 per prompt; as many are kept per prompt as promised', () => {
    fc.assert(
      fc.property(batch, ({ config, groupSize, seed, promptCount }) => {
        const random = stream(seed, 'evaluation');
        const scores = Float32Array.from({ length: promptCount * groupSize }, () => random.integer(4));
        const { weights, kept } = applyFilter(scores, groupSize, config, stream(seed, 'filter'));
        const perRank = rankWeights(config, groupSize).map(Math.fround).sort();
        expect(kept).toEqual(kept.toSorted((a, b) => a - b));
        for (let prompt = 0; prompt < promptCount; prompt++) {
          const start = prompt * groupSize;
          const own = weights.subarray(start, start + groupSize);
          expect(sum(own)).toBeCloseTo(1, 6);
          expect([...own].sort()).toEqual(perRank);
          const rows = kept.filter((row) => row >= start && row < start + groupSize);
          if (config.mode === 'resample') expect(rows.length).toBe(groupSize);
          else {
            const all = config.name === 'none' || config.name === 'single';
            expect(rows.length).toBe(all ? groupSize : config.name === 'best-of-n' ? 1 : config.keep);
            expect(new Set(rows).size).toBe(rows.length);
          }
          for (const row of rows) expect(weights[row]).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('sees ranks alone: responses in another order, or scores through a rising function, change nothing else', () => {
    fc.assert(
      fc.property(batch, ({ config, groupSize, seed, orderSeed }) => {
        const random = stream(orderSeed, 'evaluation');
        const scores = Array.from({ length: groupSize }, () => random.uniform());
        const order = scores.map((_, row) => row).sort(() => random.uniform() - 0.5);
        const before = applyFilter(Float32Array.from(scores), groupSize, config, stream(seed, 'filter'));
        const moved = Float32Array.from(order, (row) => Math.exp(3 * scores[row]) - 2);
        const after = applyFilter(moved, groupSize, config, stream(seed, 'filter'));
        expect(after.kept.map((row) => order[row]).sort((a, b) => a - b)).toEqual(before.kept);
        expect([...after.weights]).toEqual(order.map((row) => before.weights[row]));
      }),
    );
  });

  it('leaves its input alone and gives nothing for no prompts', () => {
    const scores = Float32Array.of(1, 3, 2);
    applyFilter(scores, 3, filter('best-worst', 'select'), stream(1, 'filter'));
    expect([...scores]).toEqual([1, 3, 2]);
    expect(applyFilter(new Float32Array(0), 3, filter('none', 'select'), stream(1, 'filter')).kept).toEqual(
      [],
    );
  });
});

describe('rankWeights', () => {
  it.each<[FilterConfig, number, number[]]>([
    [filter('none', 'select'), 5, [0.2, 0.2, 0.2, 0.2, 0.2]],
    [filter('best-of-n', 'select'), 5, [1, 0, 0, 0, 0]],
    [filter('best-random', 'select'), 5, [0.5, 0.125, 0.125, 0.125, 0.125]],
    [filter('best-random', 'resample', 5), 5, [0.5, 0.125, 0.125, 0.125, 0.125]],
    [filter('best-worst', 'select'), 5, [0.5, 0, 0, 0, 0.5]],
    [filter('best-worst', 'resample', 4), 5, [0.5, 0, 0, 0, 0.5]],
    [filter('best-worst', 'select', 4), 5, [0.25, 0.25, 0, 0.25, 0.25]],
    [filter('best-random', 'select', 4), 4, [0.25, 0.25, 0.25, 0.25]],
    [filter('best-random', 'select', 1), 4, [1, 0, 0, 0]],
    [filter('trimmed-best-worst', 'select'), 5, [0, 0.5, 0, 0.5, 0]],
    [filter('trimmed-best-worst', 'select', 4), 8, [0, 0.25, 0.25, 0, 0, 0.25, 0.25, 0]],
    [filter('trimmed-best-worst', 'resample', 5), 6, [0, 0.5, 0, 0, 0.5, 0]],
    [filter('trimmed-best-worst', 'resample'), 3, [0, 1, 0]],
    [filter('trimmed-best-worst', 'select', 1), 2, [1, 0]],
    [filter('middle-k', 'select', 2), 5, [0, 0.5, 0.5, 0, 0]],
    [filter('worst-k', 'select', 2), 4, [0, 0, 0.5, 0.5]],
    [filter('worst-random', 'select'), 5, [0.125, 0.125, 0.125, 0.125, 0.5]],
    [filter('random-k', 'select', 3), 4, [0.25, 0.25, 0.25, 0.25]],
    [filter('rank-profile', 'select', 2, [3, 1]), 4, [0.75, 0.25, 0, 0]],
    [filter('best-worst', 'resample'), 1, [1]],
    [filter('best-random', 'resample'), 1, [1]],
    [filter('single', 'select'), 1, [1]],
  ])('of %o for %i responses are %o', (config, groupSize, weights) => {
    expect(rankWeights(config, groupSize)).toEqual(weights);
  });

  it('are a distribution', () => {
    fc.assert(
      fc.property(anyFilter, ({ config, groupSize }) => {
        const weights = rankWeights(config, groupSize);
        expect(weights.length).toBe(groupSize);
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        expect(sum(weights)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('are the shares of the ranks among the kept (rank-profile that selects excepted)', () => {
    const scores = Float32Array.of(4, 3, 2, 1);
    for (const name of byRank) {
      for (const mode of filterModes) {
        if (name === 'rank-profile' && mode === 'select') continue;
        const config = fitFilter(filter(name, mode, 3, [1, 2, 3, 0]), 4);
        const random = stream(8, 'filter');
        const kept = Array.from({ length: 3000 }, () => applyFilter(scores, 4, config, random).kept).flat();
        const counts = tally(kept);
        rankWeights(config, 4).forEach((weight, rank) => {
          expect(Math.abs((counts.get(String(rank)) ?? 0) / kept.length - weight)).toBeLessThan(0.02);
        });
      }
    }
  });
});

describe('checkFilter', () => {
  it.each<[FilterConfig, number, string]>([
    [filter('best-worst', 'select', 9), 8, 'best-worst can keep 1 to 8 of the 8 responses: got 9.'],
    [filter('best-random', 'select', 0), 8, 'best-random can keep 1 to 8 of the 8 responses: got 0.'],
    [filter('random-k', 'select', 1.5), 8, 'random-k can keep 1 to 8 of the 8 responses: got 1.5.'],
    [filter('random-k', 'select', NaN), 8, 'random-k can keep 1 to 8 of the 8 responses: got NaN.'],
    [filter('rank-profile', 'select', 1, []), 4, 'A rank profile for 4 responses has 1 to 4 weights: got 0.'],
    [filter('rank-profile', 'select', 1, [1, 1, 1]), 2, 'has 1 to 2 weights: got 3.'],
    [filter('rank-profile', 'resample', 1, [1, -1]), 4, 'finite and at least 0: got -1 for rank 2.'],
    [filter('rank-profile', 'select', 1, [NaN]), 4, 'finite and at least 0: got NaN for rank 1.'],
    [filter('rank-profile', 'select', 1, [Infinity]), 4, 'got Infinity for rank 1.'],
    [filter('rank-profile', 'resample', 1, [0, 0]), 4, 'at least one weight above 0'],
    [filter('rank-profile', 'select', 1, [1e308, 1e308]), 4, 'finite sum'],
    [
      filter('rank-profile', 'select', 3, [1, 0, 0, 1]),
      4,
      'rank-profile can keep 1 to 2 of the 2 ranks of weight above 0: got 3.',
    ],
    [
      filter('trimmed-best-worst', 'select', 7),
      8,
      'trimmed-best-worst can keep 1 to 6 of the 8 responses: got 7.',
    ],
    [filter('none', 'select'), 0, 'at least 1: got 0.'],
  ])('of %o for %i responses says what is allowed', (config, groupSize, message) => {
    expect(checkFilter(config, groupSize)).toContain(message);
    expect(() => rankWeights(config, groupSize)).toThrow(message);
    expect(() => describeFilter(config, groupSize)).toThrow(message);
    expect(() => applyFilter(new Float32Array(groupSize), groupSize, config, stream(1, 'filter'))).toThrow(
      message,
    );
  });

  it('does not mind a number kept that the filter has no use for', () => {
    for (const name of ['none', 'single', 'best-of-n'] as const) {
      expect(checkFilter(filter(name, 'select', 99), 2)).toBeUndefined();
    }
    expect(checkFilter(filter('best-worst', 'resample', 99), 2)).toBeUndefined();
  });
});

describe('samplingPlan', () => {
  it('spreads the responses of single over as many prompts', () => {
    expect(samplingPlan(filter('single', 'select'), 32, 8)).toEqual({ promptCount: 256, groupSize: 1 });
    expect(samplingPlan(filter('none', 'select'), 32, 8)).toEqual({ promptCount: 32, groupSize: 8 });
  });
});
