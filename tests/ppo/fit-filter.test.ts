import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkFilter,
  filterKey,
  filterNames,
  filters,
  fitFilter,
  mostKept,
  ownExamples,
  ownName,
  reads,
} from '../../src/ppo/filter.ts';
import { filterModes, MOST_CODE, type FilterConfig, type FilterMode } from '../../src/protocol/config.ts';

const filter = (name: string, mode: FilterMode, keep: number, profile: number[]): FilterConfig => ({
  name,
  mode,
  keep,
  profile,
});

describe('fitFilter', () => {
  it('makes any filter one that can be used, and leaves alone what can be', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...filterNames),
        fc.constantFrom(...filterModes),
        fc.oneof(fc.integer({ min: -3, max: 99 }), fc.double()),
        fc.array(fc.oneof(fc.nat(4), fc.double(), fc.constant(Number.MAX_VALUE)), { maxLength: 20 }),
        fc.integer({ min: 1, max: 16 }),
        (name, mode, keep, profile, groupSize) => {
          const config = filter(name, mode, keep, profile);
          const fitted = fitFilter(config, groupSize);
          expect(checkFilter(fitted, groupSize)).toBeUndefined();
          expect(fitFilter(fitted, groupSize)).toEqual(fitted);
          expect(fitted).toMatchObject({ name, mode });
        },
      ),
    );
  });

  it('leaves code as it is, but for what cannot be code', () => {
    const own = (code?: string) => fitFilter({ ...filter(ownName, 'select', 2, [1]), code }, 4).code;
    expect(own('x')).toBe('x');
    for (const bad of [undefined, '', ' \n', 'x'.repeat(MOST_CODE + 1)])
      expect(own(bad)).toBe(ownExamples[0].code);
    expect(fitFilter({ ...filter('none', 'select', 2, [1]), code: 'x' }, 4).code).toBe('x');
  });

  it('keeps best and worst of a profile at its ends', () => {
    const ends = filter('rank-profile', 'select', 2, [1, 0, 0, 0, 0, 0, 0, 1]);
    expect(fitFilter(ends, 3).profile).toEqual([1, 0, 1]);
    expect(fitFilter(ends, 12).profile).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(fitFilter({ ...ends, keep: 8 }, 8).keep).toBe(2);
  });
});

describe('the catalogue', () => {
  const everyConfig = filters.flatMap(({ name }) =>
    filterModes.map((mode) => ({ ...filter(name, mode, 99, [1, 0, 0, 1]), code: ownExamples[0].code })),
  );

  it('has each name once', () => {
    expect(new Set(filterNames).size).toBe(filters.length);
  });

  it.each(everyConfig)('$name, $mode: a number kept is read exactly where too many are refused', (config) => {
    expect(checkFilter(config, 8) !== undefined).toBe(reads(config, 'keep'));
  });

  it.each(everyConfig)('$name, $mode: what is not read makes no other filter', (config) => {
    const isSame = (part: Partial<FilterConfig>) => filterKey({ ...config, ...part }) === filterKey(config);
    expect(isSame({ keep: 1 })).toBe(!reads(config, 'keep'));
    expect(isSame({ profile: [2] })).toBe(!reads(config, 'profile'));
  });

  it('offers to keep as many as there are ranks of weight', () => {
    expect(mostKept(filter('rank-profile', 'select', 1, [1, 0, 0, 1]), 8)).toBe(2);
    expect(mostKept(filter('random-k', 'select', 1, [1, 0, 0, 1]), 8)).toBe(8);
  });
});
