/** Filters that look at the whole batch: how much they keep depends on it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkFilter,
  describeFilter,
  drawKept,
  filterKey,
  filters,
  filterWeights,
  fitFilter,
  keepsAll,
  keptPerPrompt,
  readsMode,
  readsTruth,
} from '../../src/ppo/filter.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { stream } from '../../src/ppo/random.ts';
import { filterModes, type FilterConfig } from '../../src/protocol/config.ts';
import { chiSquared, tally } from './chi-squared.ts';

const filter = (name: string, mode: FilterConfig['mode'] = 'select'): FilterConfig => ({
  ...defaultKnobs.filter,
  ...{ name, mode },
});
/** But for the one that a visitor writes, whose chances come from elsewhere. */
const ofBatch = filters.filter((one) => 'chances' in one).filter(({ runsCode }) => !runsCode);
const names = ofBatch.map(({ name }) => name);
const drawn = ofBatch.filter(({ isDrawn }) => isDrawn).map(({ name }) => name);
const selecting = names.filter((name) => !drawn.includes(name));

const weigh = (name: string, scores: readonly number[], groupSize: number, truths?: readonly number[]) =>
  Array.from(filterWeights(Float32Array.from(scores), groupSize, filter(name), truths));
const keep = (name: string, scores: readonly number[], groupSize: number, truths?: readonly number[]) =>
  drawKept(Float32Array.from(scores), groupSize, filter(name), stream(1, 'filter'), truths);

it('there are as many as there should be, all behind the others', () => {
  expect(selecting).toEqual(['top', 'top-random', 'top-bottom', 'dynamic-sampling', 'agreement']);
  expect(drawn).toEqual(['pow-1', 'pow-2', 'pow-3', 'max-min', 'max-random']);
  for (const one of ofBatch) expect([one.isRare, one.isCompared]).toEqual([true, false]);
});

describe('what is kept', () => {
  // Mean 0, deviation √(20.5/6) = 1.85, half of which is 0.92.
  const scores = [3, 1, 0.5, /**/ -1, -0.5, -3];
  const truths = [1, 0, 0.5, /**/ 1, NaN, 0];

  it.each<[string, number[]]>([
    ['top', [0, 1, 2]],
    ['top-bottom', [0, 1, 3, 5]],
    ['dynamic-sampling', [0, 1, 2, 3, 4, 5]],
    // Means of the prompts 1.5 and −1.5: row 3 is right and above, 4 unknown; rows 1 and 2 are wrong and below.
    ['agreement', [0, 1, 2, 3, 5]],
  ])('by %s are rows %o', (name, rows) => {
    expect(keep(name, scores, 3, truths)).toEqual(rows);
  });

  it('top and top-bottom go by the batch, so that a prompt may be left out whole', () => {
    expect(keep('top', [5, 4, /**/ -1, -2], 2)).toEqual([0, 1]);
    expect(keep('top-bottom', [5, -5, /**/ 0.1, -0.1], 2)).toEqual([0, 1]);
  });

  it('top keeps something and top-bottom both sides of scores that have two values, a quarter of either', () => {
    const quarter = [1, 1, -1, 1, 1, 1, 1, -1];
    expect(keep('top', quarter, 4)).toEqual([0, 1, 3, 4, 5, 6]);
    expect(keep('top-bottom', quarter, 4)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const negated = quarter.map((score) => -score);
    expect(keep('top', negated, 4)).toEqual([2, 7]);
    expect(keep('top-bottom', negated, 4)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('top-random keeps what top keeps, and half of the others', () => {
    const rising = Array.from({ length: 4000 }, (_, row) => row);
    const kept = keep('top-random', rising, 8);
    const top = keep('top', rising, 8);
    expect(top).toHaveLength(2000);
    expect(kept.slice(-2000)).toEqual(top);
    // 2000 chances of ½: deviation 22.
    expect(Math.abs(kept.length - 2000 - 1000)).toBeLessThan(90);
  });

  it('dynamic-sampling drops prompts of equal scores alone', () => {
    expect(keep('dynamic-sampling', [0.1, 0.1, 0.1, /**/ 1, 1, 1.0001, /**/ -2, -2, -2], 3)).toEqual([
      3, 4, 5,
    ]);
    expect(keep('dynamic-sampling', [1, 2], 1)).toEqual([]);
  });

  it('agreement keeps no response that scores its prompt’s mean, whatever its truth', () => {
    expect(keep('agreement', [0.1, 0.1, 0.1, /**/ 1, 0, -1], 3, [1, 0, 1, 0, 1, 0])).toEqual([5]);
  });

  it('agreement refuses to go without the truth', () => {
    const words = 'agreement needs the truth of all 2 responses: got ';
    expect(() => keep('agreement', [1, 2], 2)).toThrow(`${words}0.`);
    expect(() => weigh('agreement', [1, 2], 2, [1])).toThrow(`${words}1.`);
    expect(names.filter((name) => readsTruth(filter(name)))).toEqual(['agreement']);
  });
});

describe('weights', () => {
  // Two prompts: they sum to 2.
  it.each<[string, number[]]>([
    ['top', [1, 1, 0, 0]],
    ['top-random', [2 / 3, 2 / 3, 1 / 3, 1 / 3]],
    ['top-bottom', [1, 0, 0, 1]],
    ['pow-1', [1, 0.4, 0, 0.6]],
    ['pow-2', [50 / 38, 8 / 38, 0, 18 / 38]],
    ['pow-3', [250 / 160, 16 / 160, 0, 54 / 160]],
    ['dynamic-sampling', [0.5, 0.5, 0.5, 0.5]],
    // Means 3.5 and −1.5.
    ['agreement', [2 / 3, 2 / 3, 2 / 3, 0]],
    ['max-min', [1, 0, 0, 1]],
    ['max-random', [8 / 7, 2 / 7, 2 / 7, 2 / 7]],
  ])('of %s are %o', (name, weights) => {
    weigh(name, [5, 2, /**/ 0, -3], 2, [1, 0, 1, NaN]).forEach((weight, row) =>
      expect(weight).toBeCloseTo(weights[row], 6),
    );
  });

  it('of pow do not depend on the scale of the scores', () => {
    for (const name of ['pow-1', 'pow-2', 'pow-3'])
      expect(weigh(name, [4, -2, 1, -0.5], 2)).toEqual(weigh(name, [1, -0.5, 0.25, -0.125], 2));
  });

  it.each(drawn)('of %s are what rows are drawn by', (name) => {
    const scores = [2, 1, /**/ 0, -1];
    const random = stream(3, 'filter');
    const rows = Array.from({ length: 2000 }, () =>
      drawKept(Float32Array.from(scores), 2, filter(name), random),
    ).flat();
    const expected = new Map(
      weigh(name, scores, 2).flatMap((weight, row) => (weight > 0 ? [[String(row), weight / 2]] : [])),
    );
    // Above the 99.9 % point of χ² for 3 degrees of freedom.
    expect(chiSquared(tally(rows), expected)).toBeLessThan(16.3);
  });
});

describe.each(names)('%s', (name) => {
  const isDrawn = drawn.includes(name);
  const batch = fc.record({
    groupSize: fc.integer({ min: 1, max: 6 }),
    prompts: fc.integer({ min: 1, max: 4 }),
    // One level: all scores are equal; few: ties.
    levels: fc.constantFrom(1, 2, 4, 2 ** 20),
    mode: fc.constantFrom(...filterModes),
    seed: fc.nat(),
  });

  it('keeps rows that there are, ascending, the same again, by weights that sum to the prompts or to nothing', () => {
    fc.assert(
      fc.property(batch, ({ groupSize, prompts, levels, mode, seed }) => {
        const random = stream(seed, 'evaluation');
        const size = prompts * groupSize;
        const scores = Float32Array.from({ length: size }, () => random.integer(levels) / levels - 0.3);
        const truths = Float32Array.from(scores, () => [1, 0, 0.5, NaN][random.integer(4)]);
        const config = filter(name, mode);
        expect(checkFilter(config, groupSize)).toBeUndefined();
        const before = scores.slice();
        const draw = () => drawKept(scores, groupSize, config, stream(seed, 'filter'), truths);
        const kept = draw();
        expect(draw()).toEqual(kept);
        expect(scores).toEqual(before);
        expect(kept).toEqual(kept.toSorted((a, b) => a - b));
        for (const row of kept) expect(Number.isInteger(row) && row >= 0 && row < size).toBe(true);

        const weights = filterWeights(scores, groupSize, config, truths);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        expect(weights.every((weight) => weight >= 0)).toBe(true);
        for (const row of kept) expect(weights[row]).toBeGreaterThan(0);
        if (total === 0) expect(kept).toEqual([]);
        else expect(total).toBeCloseTo(prompts, 4);
        if (isDrawn) expect(kept).toHaveLength(total === 0 ? 0 : size);
        else expect(new Set(kept).size).toBe(kept.length);
      }),
    );
  });

  it('gives nothing for no prompts, and refuses what is no score', () => {
    expect(keep(name, [], 3, [])).toEqual([]);
    expect(weigh(name, [], 3, [])).toEqual([]);
    expect(() => keep(name, [1, NaN], 2, [1, 1])).toThrow('Score 1 is NaN');
    expect(() => keep(name, [1, 2, 3], 2, [1, 1, 1])).toThrow('do not make whole groups');
  });

  it('has no options and one mode; how many it keeps depends', () => {
    const config = filter(name);
    expect([keptPerPrompt(config, 8), keepsAll(config), readsMode(config)]).toEqual([
      undefined,
      false,
      false,
    ]);
    const other = { ...filter(name, 'resample'), keep: 1, profile: [] };
    expect(filterKey(other)).toBe(filterKey(config));
    expect(keptPerPrompt(other, 8)).toBeUndefined();
    expect(fitFilter(config, 1)).toMatchObject({ name, mode: 'select' });
    expect(describeFilter(other, 8)).toBe(describeFilter(config, 8));
  });
});

describe('nothing is kept', () => {
  it.each(selecting.filter((name) => name !== 'top-random'))('by %s of equal scores', (name) => {
    const equal = [0.1, 0.1, 0.1, 0.1];
    expect(keep(name, equal, 2, [1, 0, 1, 0])).toEqual([]);
    expect(weigh(name, equal, 2, [1, 0, 1, 0])).toEqual([0, 0, 0, 0]);
  });
  it.each(['pow-1', 'pow-2', 'pow-3'])('by %s of scores that are all 0', (name) => {
    expect(keep(name, [0, 0, 0], 3)).toEqual([]);
    expect(weigh(name, [0, 0, 0], 3)).toEqual([0, 0, 0]);
  });
});
