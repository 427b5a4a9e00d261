import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFilter, filterNames, fitFilter } from '../../src/ppo/filter.ts';
import { filterModes, type FilterConfig, type FilterMode } from '../../src/protocol/config.ts';

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
        fc.array(fc.oneof(fc.nat(4), fc.double()), { maxLength: 20 }),
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

  it('keeps best and worst of a profile at its ends', () => {
    const ends = filter('rank-profile', 'select', 2, [1, 0, 0, 0, 0, 0, 0, 1]);
    expect(fitFilter(ends, 3).profile).toEqual([1, 0, 1]);
    expect(fitFilter(ends, 12).profile).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(fitFilter({ ...ends, keep: 8 }, 8).keep).toBe(2);
  });
});
